"""``nbdiag check``: files judged by their text."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import click

from nbdiag.check.baseline import BaselineError, read_baseline, without_known, write_baseline
from nbdiag.check.configuration import Configuration, ConfigurationError, find_configuration
from nbdiag.check.file_verdict import FileVerdict, judge_file
from nbdiag.check.formats import write_verdicts
from nbdiag.check.path_search import NoFilesError, find_files
from nbdiag.check.program_file import ProgramFile, UnreadableFileError, parse_file, read_file
from nbdiag.language import speaking

_STDIN = "-"


def check_files(**options: Any) -> int:
    """Check files as the options say; return the exit code.

    Raises
    ------
    click.UsageError
        When the options or the configuration cannot be used.
    """
    if not options["paths"]:
        raise click.UsageError("Name a file, a folder, a pattern, or - for the standard input.")
    try:
        configuration = _configuration(options)
        files = _files(options["paths"], configuration)
        known = read_baseline(Path(configuration.baseline)) if configuration.baseline else None
    except (BaselineError, ConfigurationError, NoFilesError) as problem:
        raise click.UsageError(str(problem)) from None
    with speaking(configuration.lang):
        if options["fix"]:
            return _fix(files, configuration, options)
        verdicts = [_judge(file, configuration) for file in files]
        if options["write_baseline"]:
            number = write_baseline(Path(options["write_baseline"]), verdicts)
            click.echo(f"{number} findings are known from now on.")
            return 0
        if known is not None:
            verdicts = [without_known(item, known) for item in verdicts]
        _show(verdicts, options)
    return exit_code(verdicts)


def exit_code(verdicts: Iterable[FileVerdict]) -> int:
    """Return 1 where an error is found, 2 where a file cannot be read, else 0."""
    found = list(verdicts)
    if any(item.counts()["error"] for item in found):
        return 1
    return 2 if any(item.problem for item in found) else 0


def _configuration(options: dict[str, Any]) -> Configuration:
    base = find_configuration(Path.cwd())
    select = tuple(_codes(options["select"])) or base.select
    ignore = (*base.ignore, *_codes(options["ignore"]))
    _require_codes([*select, *ignore, *chain.from_iterable(base.per_file_ignores.values())])
    return replace(
        base,
        select=select,
        ignore=ignore,
        exclude=(*base.exclude, *options["exclude"]),
        severity=options["severity"] or base.severity,
        baseline=options["baseline"] or base.baseline,
        lang=options["lang"] or base.lang,
    )


def _require_codes(codes: Sequence[str]) -> None:
    if not codes:
        return
    from nbdiag.check.rule_list import has_code

    for code in codes:
        if not has_code(code):
            raise click.UsageError(f"No rule's code begins with {code}: see nbdiag rules.")


def _codes(given: Sequence[str]) -> Iterator[str]:
    for text in given:
        yield from (code.strip().upper() for code in text.split(",") if code.strip())


def _files(paths: Sequence[str], configuration: Configuration) -> list[Path | None]:
    found: list[Path | None] = []
    for path in paths:
        files = [None] if path == _STDIN else find_files([path], configuration.exclude)
        found += [file for file in files if file not in found]
    return found


def _judge(path: Path | None, configuration: Configuration) -> FileVerdict:
    shown = "<stdin>" if path is None else path.as_posix()
    try:
        return judge_file(read_program_file(path), configuration)
    except UnreadableFileError as problem:
        return FileVerdict(shown, problem=problem.said())


def read_program_file(path: Path | None) -> ProgramFile:
    """Read a file, or the standard input for None.

    Raises
    ------
    UnreadableFileError
        When it cannot be read.
    """
    if path is not None:
        return read_file(path)
    return parse_file(sys.stdin.buffer.read(), "<stdin>")


def _show(verdicts: list[FileVerdict], options: dict[str, Any]) -> None:
    text = write_verdicts(options["form"], verdicts)
    if options["statistics"] and options["form"] == "text":
        from nbdiag.check.formats.plain_text import statistics

        text += statistics(verdicts)
    show_text(text, options["output"])


def show_text(text: str, output: str | None) -> None:
    """Write a text to a file, or to the terminal where none is named."""
    if output is None:
        click.echo(text.encode("utf-8", errors="replace"), nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8", errors="replace")
    except OSError as problem:
        raise click.UsageError(f"{output} cannot be written: {problem.strerror}.") from None


def _fix(files: list[Path | None], configuration: Configuration, options: dict[str, Any]) -> int:
    from nbdiag.check.file_repair import repair_file

    if None in files:
        raise click.UsageError("--fix writes files: it takes no standard input.")
    verdicts: list[FileVerdict] = []
    for path in filter(None, files):
        try:
            repair = repair_file(
                path, configuration, in_place=options["in_place"], unsafe=options["unsafe"]
            )
        except UnreadableFileError as problem:
            verdicts.append(FileVerdict(path.as_posix(), problem=problem.said()))
            continue
        if options["diff"]:
            click.echo(repair.diff, nl=False)
        else:
            repair.write()
            for line in repair.lines():
                click.echo(line)
        verdicts.append(repair.verdict)
    if not options["diff"]:
        _show(verdicts, options)
    return exit_code(verdicts)
