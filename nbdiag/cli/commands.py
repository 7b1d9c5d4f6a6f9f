"""The commands of ``nbdiag`` and their options; what they need is imported when they run."""

from typing import Any

import click

FORMATS = ("text", "json", "markdown", "github", "sarif")
_CODES = "codes or their beginnings, with commas: NBD1,NBD301"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nbdiag", prog_name="nbdiag")
def nbdiag() -> None:
    """Find out why a Keras model does not train, from its notebook or script."""


@nbdiag.command()
@click.argument("paths", nargs=-1, metavar="PATH…")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False), help="write there, not to the terminal")
@click.option("--select", multiple=True, metavar="CODES", help=f"hear only these: {_CODES}")
@click.option("--ignore", multiple=True, metavar="CODES", help=f"do not hear these: {_CODES}")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="pass over these files")
@click.option(
    "--severity",
    type=click.Choice(("error", "warning", "info")),
    help="show findings from this severity on (default: warning)",
)
@click.option("--statistics", is_flag=True, help="count the findings of each rule")
@click.option("--baseline", metavar="FILE", help="report only findings that are not in this file")
@click.option("--write-baseline", metavar="FILE", help="write the findings there as known, exit 0")
@click.option("--fix", is_flag=True, help="write the safe fixes: in a notebook as a cell below")
@click.option("--in-place", is_flag=True, help="with --fix: rewrite the cell itself")
@click.option("--unsafe", is_flag=True, help="with --fix: also fixes that want a review")
@click.option("--diff", is_flag=True, help="with --fix: show what would change, write nothing")
@click.option("--lang", type=click.Choice(("en", "zh")), help="language of the findings")
def check(**options: Any) -> None:
    """Judge every call of fit in notebooks and scripts by their text; nothing is run.

    PATH is a file, a folder, a pattern such as '**/*.ipynb', or - for the standard input. The exit
    code is 1 when an error is found, 2 for wrong use or a file that cannot be read, else 0.
    """
    from nbdiag.cli.check_command import check_files

    click.get_current_context().exit(check_files(**options))


@nbdiag.command()
@click.argument("code")
def explain(code: str) -> None:
    """Show the page of a rule: NBD101, or its name."""
    from nbdiag.check.rule_list import find_rule

    rule = find_rule(code)
    if rule is None:
        raise click.UsageError(f"There is no rule {code}: see nbdiag rules.")
    click.echo(f"{rule.code} {rule.name}\n\n{rule.page()}")


@nbdiag.command()
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
def rules(form: str) -> None:
    """List every rule."""
    from nbdiag.check.rule_list import rules_as_json, rules_as_text

    click.echo(rules_as_json() if form == "json" else rules_as_text())


@nbdiag.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "markdown", "html")),
    default="text",
    show_default=True,
)
@click.option("--output", type=click.Path(dir_okay=False), help="write there, not to the terminal")
def report(file: str, form: str, output: str | None) -> None:
    """Show a saved report (FILE.json), or the reports stored in a notebook, again.

    The exit code is 1 when it holds an error.
    """
    from nbdiag.cli.report_command import show_report

    click.get_current_context().exit(show_report(file, form, output))


@nbdiag.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False))
@click.option("--timeout", type=float, help="seconds that a cell may take (default: no limit)")
@click.option("--output", type=click.Path(dir_okay=False), help="save the executed notebook there")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--kernel", default="", help="name of the kernel (default: that of the notebook)")
def run(notebook: str, **options: Any) -> None:
    """Run a notebook in a kernel, watch every training in it and report.

    The exit code is 1 when an error is found, 2 for wrong use, 3 when a cell fails or the kernel
    dies.
    """
    from nbdiag.cli.run_command import run_notebook

    click.get_current_context().exit(run_notebook(notebook, **options))
