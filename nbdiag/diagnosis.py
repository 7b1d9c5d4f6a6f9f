"""The public face of a judgement: a run in, a report out, every fix written as a cell."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from nbdiag.engine import Settings, judge
from nbdiag.facts.session.previous_run import mark_of
from nbdiag.facts.session.runs import held_out
from nbdiag.fixes.gate import misread_labels, objection
from nbdiag.joint_fix import with_whole_repair
from nbdiag.language import say, speaking
from nbdiag.live_verdict import judge_stopped
from nbdiag.privacy.masking import mask_secrets, without_other_cells
from nbdiag.schema.codec import to_bytes
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import PastRun, TrainingRun

if TYPE_CHECKING:
    from nbdiag.edits import NewCell

Prover = Callable[["Report", str, int | None, float | None, bool], "Report"]
"""Tries fixes of a report: which finding, seeds, seconds of CPU, and whether to stay here."""

Investigator = Callable[["Report", float | None, bool], "Report"]
"""Looks for what a training needs: seconds of CPU, and whether to stay here."""

_AT_HAND = ("_prover", "_investigator")

_Written = tuple[Fix, "NewCell | Exception | None"]


class Report(ReportData):
    """A report that can show and save itself."""

    def to_html(self) -> str:
        """Write the static report: HTML that reads well in an untrusted notebook."""
        from nbdiag.render import html

        return html.write(self)

    def to_markdown(self) -> str:
        """Write the report as Markdown to paste: at most 3,000 characters, secrets masked.

        Verdict, evidence, the lines that the fix changes, and the facts that were measured.
        """
        from nbdiag.render import digest

        return digest.markdown(self.masked())

    def summary(self) -> dict[str, Any]:
        """Return the report as compact data for programs, secrets masked.

        Returns
        -------
        dict
            Schema 1 of docs/command_line.md; as JSON at most 4,000 characters.
        """
        from nbdiag.render import digest

        return digest.summary(self.masked())

    def figure(self) -> Any:
        """Draw the annotated curves.

        Returns
        -------
        matplotlib.figure.Figure or None
            None when no epoch was completed.
        """
        from nbdiag.render.curves import figure

        return figure.draw(self)

    def save(self, path: str | Path) -> None:
        """Write the report to a file; its ending says in which form.

        What looks like a password, a key or a token is masked there, and of the earlier cells
        only those are written that the report needs (docs/privacy.md). The report itself, and
        `to_dict`, keep the whole text, which the cells of the fixes need.

        Parameters
        ----------
        path
            ``.html``, ``.json``, ``.md``, ``.txt`` or ``.png`` (the curves alone).

        Raises
        ------
        ValueError
            When the ending is another one, or there are no curves to save as ``.png``.
        """
        target = Path(path)
        target.write_bytes(self._bytes(target.suffix.lower()))

    def prove(
        self,
        code: str = "",
        *,
        seeds: int | None = None,
        budget: float | None = None,
        here: bool = False,
    ) -> "Report":
        """Try the top fixes, or those of one finding, on copies of the training.

        They are trained in a separate process; what cannot be sent there is tried here.

        Parameters
        ----------
        code
            The finding whose fixes are tried.
        seeds
            To be tried at most: each question ends where it is decided.
        budget
            Seconds of CPU for all of it.
        here
            Whether to stay in this process.

        Returns
        -------
        Report
            This report with proofs, its findings ranked again.

        Raises
        ------
        ValueError
            When the training is not at hand: the report was loaded or made from a record, or the
            model or its data are gone.
        """
        found: Report = self._at_hand("_prover")(self, code, seeds, budget, here)
        return found

    def investigate(self, *, budget: float | None = None, here: bool = False) -> "Report":
        """Look by experiments for what the training needs; print a line for each step.

        Parameters
        ----------
        budget
            Seconds of CPU for all of it, None for a minute.
        here
            Whether to stay in this process.

        Returns
        -------
        Report
            This report, with a finding NBD901 more where a change makes the training work.

        Raises
        ------
        ValueError
            When the training is not at hand, as for `prove`.
        """
        found: Report = self._at_hand("_investigator")(self, budget, here)
        return found

    def _at_hand(self, name: str) -> Any:
        if name not in vars(self):
            raise ValueError(
                say("This report has no training at hand: only that of a watched fit can be tried.")
            )
        return vars(self)[name]

    def proved_by(self, prover: "Prover") -> Self:
        """Let `prove` use a training that is at hand."""
        vars(self)["_prover"] = prover
        return self

    def investigated_by(self, investigator: "Investigator") -> Self:
        """Let `investigate` use a training that is at hand."""
        vars(self)["_investigator"] = investigator
        return self

    def with_findings(self, findings: tuple[Finding, ...]) -> Self:
        """Return the same report with other findings."""
        other = super().with_findings(findings)
        vars(other).update({name: vars(self)[name] for name in _AT_HAND if name in vars(self)})
        return other

    def __getstate__(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def masked(self) -> "Report":
        """Return the same report with secrets masked, as it is saved."""
        plain = self.to_dict()
        masked = mask_secrets(plain)
        return self if masked is plain else Report.from_dict(masked)

    def _bytes(self, suffix: str) -> bytes:
        if suffix in _WRITERS:
            return to_bytes(_WRITERS[suffix](self.masked()))
        if suffix != ".png":
            raise ValueError(
                say(
                    "A report is saved as .html, .json, .md, .txt or .png, not {suffix!r}.",
                    suffix=suffix,
                )
            )
        from nbdiag.render.curves import figure

        image = figure.png(self.masked())
        if image is None:
            raise ValueError("There are no curves to save: no epoch was completed.")
        return image

    def __str__(self) -> str:
        from nbdiag.render import text

        return text.write(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.to_html()}


def _json_text(report: ReportData) -> str:
    return json.dumps(without_other_cells(report.to_dict()), ensure_ascii=False, indent=1) + "\n"


SAVED_AS = (".html", ".json", ".md", ".txt", ".png")

_WRITERS: dict[str, Callable[[Report], str]] = {
    ".html": Report.to_html,
    ".json": _json_text,
    ".md": Report.to_markdown,
    ".txt": str,
}


def diagnose(run: TrainingRun, settings: Settings | None = None) -> Report:
    """Judge a run and write the new cell of every fix.

    Parameters
    ----------
    run
        A watched training, or one loaded from a file.
    settings
        Which rules are heard, and in which language; all, in English, by default.

    Returns
    -------
    Report
        Findings ranked, principal cause first, each fix with its complete new cell and diff.
    """
    early = run.interrupted or run.stopped is not None
    judged = (judge_stopped if early else judge)(run, settings)
    with speaking(judged.lang):
        found = with_whole_repair(judged, settings)
        findings = tuple(_with_cells(run, finding) for finding in found)
    return Report(findings, judged.checks, run, judged.lang)


def is_as_judged(report: Report, training: tuple[Any, dict[str, Any]]) -> bool:
    """Whether the inputs of a training hold what they held when it was judged.

    Data in a stream are taken to be the same: to read them would move the stream.
    """
    from nbdiag.capture.data.arrays import digest
    from nbdiag.capture.data.arrays_of_fit import find_sides
    from nbdiag.capture.fit.arguments import Arguments

    model, given = training
    now, then = find_sides(Arguments(tuple(given), given), model).training, report.run.data
    sides = ((now.inputs, then.inputs), (now.labels, then.labels))
    return all(
        digest(array) == stats.digest
        for arrays, known in sides
        for array, stats in zip(arrays.values(), known, strict=False)
    )


def as_past(report: ReportData) -> PastRun:
    """Keep of a judged run what a later run is compared with."""
    run = report.run
    inputs, labels = run.data.inputs[:1], run.data.labels[:1]
    losses = getattr(run.compile, "losses", ())
    principal = report.principal
    return PastRun(
        cell=run.cell.number,
        model=getattr(run.model, "name", ""),
        losses=tuple(loss.name for loss in losses),
        epochs=run.history.epochs,
        input_digest=inputs[0].digest if inputs else "",
        label_digest=labels[0].digest if labels else "",
        rows=inputs[0].rows if inputs else None,
        input_range=(inputs[0].minimum, inputs[0].maximum) if inputs else None,
        input_shape=inputs[0].shape if inputs else None,
        label_shape=labels[0].shape if labels else None,
        cause=principal.code if principal else None,
        fit=run.fit_number,
        offers=tuple(
            mark_of(fix.source) for item in report.findings for fix in item.fixes if fix.source
        ),
        source=run.cell.source,
        held_out=held_out(run),
    )


def _with_cells(run: TrainingRun, finding: Finding) -> Finding:
    sound = [fix for fix in finding.fixes if not misread_labels(run, fix.changes)]
    written = [(fix, _written(run, fix)) for fix in sound]
    fixes = [_filled(run, fix, cell) for fix, cell in _kept(written)]
    # What can be written goes before what can only be explained.
    fixes.sort(key=lambda fix: fix.safety == "display")
    return replace(finding, fixes=tuple(fixes))


def _kept(written: list[_Written]) -> list[_Written]:
    """Leave out a repair of several faults that would cost the user the own text of the cell."""
    alone = [one for one in written if not one[0].repairs]
    if len(alone) == len(written) or not any(_in_text(cell) for _, cell in alone):
        return written
    return [one for one in written if not one[0].repairs or _in_text(one[1])]


def _in_text(cell: "NewCell | Exception | None") -> bool:
    """Whether the cell of a fix is the user's text, edited."""
    from nbdiag.edits import NewCell

    return isinstance(cell, NewCell) and cell.edited and not cell.live


def with_cell(run: TrainingRun, fix: Fix) -> Fix:
    """Write the new cell of a fix; one that cannot be written becomes one to be shown."""
    return _filled(run, fix, _written(run, fix))


def _written(run: TrainingRun, fix: Fix) -> "NewCell | Exception | None":
    """Write the cell of a fix; None when it changes nothing, else what prevented it."""
    if not fix.changes:
        return None
    try:
        from nbdiag.edits import write_cell

        return write_cell(run, fix.changes)
    except Exception as problem:  # noqa: BLE001 - the finding is worth showing without its cell
        return problem


def _filled(run: TrainingRun, fix: Fix, cell: "NewCell | Exception | None") -> Fix:
    """Put a written cell into its fix, if the gate lets it pass."""
    if cell is None:
        return fix
    if isinstance(cell, Exception):
        note = say(
            "The new cell could not be written ({kind}: {problem}).",
            kind=type(cell).__name__,
            problem=cell,
        )
        return replace(fix, safety="display", note=note)
    if not cell.edited:
        # Neither the text nor the live model can be changed: it is explained, and no button offers
        # it.
        return replace(fix, safety="display", note=" ".join(filter(None, (fix.note, cell.note))))
    refusal = objection(run, fix.changes, cell.source)
    if refusal:
        return replace(fix, safety="display", note=" ".join(filter(None, (fix.note, refusal))))
    return replace(fix, source=cell.source, diff=cell.diff, note=fix.note or cell.note)
