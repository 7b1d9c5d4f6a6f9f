"""The verdict on files in the forms that people and programs read.

In reading order: `plain_text`, `json_document` (schema 1), `markdown_list`, `github_annotations`,
`sarif_log` (SARIF 2.1.0).
"""

from collections.abc import Callable, Sequence

from nbdiag.check.file_verdict import FileVerdict

FORMATS = ("text", "json", "markdown", "github", "sarif")


def write_verdicts(form: str, verdicts: Sequence[FileVerdict]) -> str:
    """Write the verdict on files in one of `FORMATS`."""
    return _writer(form)(verdicts)


def _writer(form: str) -> Callable[[Sequence[FileVerdict]], str]:
    if form == "json":
        from nbdiag.check.formats.json_document import write
    elif form == "markdown":
        from nbdiag.check.formats.markdown_list import write
    elif form == "github":
        from nbdiag.check.formats.github_annotations import write
    elif form == "sarif":
        from nbdiag.check.formats.sarif_log import write
    else:
        from nbdiag.check.formats.plain_text import write
    return write
