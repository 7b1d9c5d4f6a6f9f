"""What an assistant can ask: the stored report, a check of the text, the page of a rule."""

from pathlib import Path

MOST = 4000
"""The most characters that a tool returns."""


async def nbdiag_report(notebook: str, cell_id: str | None = None) -> str:
    """Read the verdict of nbdiag on the trainings of a notebook that has been run and saved.

    Parameters
    ----------
    notebook
        Path of the notebook file.
    cell_id
        The cell whose report is wanted; the newest reports of all cells by default.

    Returns
    -------
    str
        At most 4,000 characters, the verdict in the first line.
    """
    from nbdiag.check.program_file import UnreadableFileError, load_notebook
    from nbdiag.check.stored_report import stored_reports

    try:
        content = load_notebook(_existing(notebook).read_bytes())
    except (OSError, ValueError, UnreadableFileError) as problem:
        return f"nbdiag: {notebook}: {problem}"
    found = [item for item in stored_reports(content) if cell_id in (None, item.cell_id)]
    if not found:
        return (
            "nbdiag: no report is stored there. Put %load_ext nbdiag and %traindiag on into the "
            "first cell, run it again and save it; or call nbdiag_check, which runs nothing."
        )
    room = MOST // len(found) - 1
    return "\n".join(_cut(item.text, room) for item in found[-8:])[:MOST]


async def nbdiag_check(notebook: str) -> str:
    """Judge every call of fit in a notebook or script by its text; nothing of it is run.

    Parameters
    ----------
    notebook
        Path of a ``.ipynb`` or ``.py`` file.

    Returns
    -------
    str
        A line with cell, line, code and sentence for each finding; at most 4,000 characters.
    """
    from nbdiag.check.file_verdict import FileVerdict, judge_file
    from nbdiag.check.formats.plain_text import summary, write
    from nbdiag.check.program_file import UnreadableFileError, read_file

    path = _existing(notebook)
    try:
        verdict = judge_file(read_file(path, notebook))
    except UnreadableFileError as problem:
        verdict = FileVerdict(notebook, problem=problem.said())
    return _cut(f"nbdiag: {summary([verdict])}\n{write([verdict])}", MOST)


async def nbdiag_explain(code: str) -> str:
    """Explain a code of nbdiag such as NBD101: what it finds, why it hurts, what to do instead.

    Parameters
    ----------
    code
        The code, or the name of the rule.

    Returns
    -------
    str
        The page of the rule; at most 4,000 characters.
    """
    from nbdiag.check.rule_list import find_rule

    rule = find_rule(code)
    if rule is None:
        return f"nbdiag: there is no rule {code[:40]}."
    return _cut(f"{rule.code} {rule.name}\n\n{rule.page()}", MOST)


def _existing(notebook: str) -> Path:
    return Path(notebook).expanduser()


def _cut(text: str, most: int) -> str:
    text = text.rstrip()
    if len(text) <= most:
        return text
    cut = text.rfind("\n", 0, most - 2)
    return f"{text[: cut if cut > 0 else most - 2]}\n…"
