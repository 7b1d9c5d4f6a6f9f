"""``nbdiag`` on the command line.

In reading order: `commands` (the commands and their options), `check_command` (files checked
without running them), `run_command` (a notebook run in a kernel), `report_command` (a stored report
shown again).
"""


def main() -> None:
    """Run the command line."""
    from nbdiag.cli.commands import nbdiag

    nbdiag(prog_name="nbdiag")
