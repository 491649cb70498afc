"""The command line as `python -m routeopt`."""

from routeopt.commands import main

if __name__ == "__main__":
    main()
