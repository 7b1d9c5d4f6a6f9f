"""``nbdiag report``: a stored report shown again."""

import json
from pathlib import Path
from typing import Any

import click

from nbdiag.check.program_file import UnreadableFileError, load_notebook
from nbdiag.cli.check_command import show_text


def show_report(file: str, form: str, output: str | None) -> int:
    """Show a report saved as JSON, or the reports that a notebook's outputs hold.

    Returns
    -------
    int
        1 where an error is found, else 0.

    Raises
    ------
    click.UsageError
        When there is no report in the file.
    """
    path = Path(file)
    try:
        content = load_notebook(path.read_bytes()) if path.suffix == ".ipynb" else None
    except (OSError, UnreadableFileError) as problem:
        raise click.UsageError(f"{file}: {problem}") from None
    if content is not None:
        return _of_notebook(file, content, form, output)
    report = _read(path)
    writers = {
        "text": lambda: str(report),
        "markdown": report.to_markdown,
        "html": report.to_html,
        "json": lambda: json.dumps(report.summary(), ensure_ascii=False, indent=1) + "\n",
    }
    show_text(writers[form](), output)
    return int(any(item.severity == "error" for item in report.findings))


def _read(path: Path) -> Any:
    from nbdiag.diagnosis import Report

    try:
        return Report.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise click.UsageError(
            f"{path} is not a report: save one with %%traindiag --save report.json."
        ) from None


def _of_notebook(file: str, content: dict[str, Any], form: str, output: str | None) -> int:
    from nbdiag.check.stored_report import stored_reports

    if form == "html":
        raise click.UsageError("A notebook shows its HTML itself: choose text, json or markdown.")
    found = stored_reports(content)
    if not found:
        raise click.UsageError(f"{file} holds no report of nbdiag: run it with nbdiag run.")
    if form == "json":
        rows = [{"cell_id": item.cell_id, **(item.summary or {})} for item in found]
        show_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", output)
    else:
        show_text("\n".join(item.text.rstrip() + "\n" for item in found), output)
    return int(any((item.summary or {}).get("verdict") == "error" for item in found))
