"""The command line without an installation: `python cli.py`."""

from routeopt.commands import main

if __name__ == "__main__":
    main()
