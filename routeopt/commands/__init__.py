"""The command line: load, call one function, report; the only importer of click.

What takes long to load (numbers, solvers, tables) is imported by the command that needs it, so
that `routeopt --help` answers at once.
"""

from routeopt.commands.check import check
from routeopt.commands.compare import compare
from routeopt.commands.export import export
from routeopt.commands.factors import factors
from routeopt.commands.group import cli
from routeopt.commands.init import init
from routeopt.commands.network import network
from routeopt.commands.pareto import pareto
from routeopt.commands.solve import solve
from routeopt.commands.verify import verify

for _command in (init, check, solve, pareto, compare, verify, export, network, factors):
    cli.add_command(_command)

main = cli

__all__ = ["main"]
