"""A report as widgets, in reading order."""

from collections.abc import Iterable
from typing import Any, Literal

import ipywidgets

from nbdiag.language import later, say, say_count
from nbdiag.panel.fix_card import FixCard
from nbdiag.panel.fix_combiner import choice_of
from nbdiag.panel.proof_controls import Asked, ProofControls
from nbdiag.panel.template import html, write
from nbdiag.render.curves.description import describe, table
from nbdiag.render.curves.live_svg import sketch
from nbdiag.render.document import ReportDocument, named, outline, tally
from nbdiag.render.layer_table import layerwise
from nbdiag.render.page import picture
from nbdiag.render.rule_page import Block, blocks
from nbdiag.rules import all_rules
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.report import ReportData

Widgets = tuple[ipywidgets.Widget, ...]
# Where a finding stands: at the head, under its cause, or for itself.
Place = Literal["lead", "follows", "stands"]
_UNEXPLAINED = later("no cause found explains it")


class PanelLayout:
    """The widgets of one report.

    Parameters
    ----------
    report
        The report; its fixes carry their cells.
    first
        Number of its first button in the panel.
    asked
        Called when a proof is asked for; None where there is no training to try fixes on.
    leading
        False for a report that is folded: its curves are drawn as those of a training that runs,
        for a hundredth of the time.

    Attributes
    ----------
    order
        The report as it is read.
    offers
        Its fixes, those that are only shown included, in that order.
    proofs
        Buttons and progress of proofs, None where nothing can be tried.
    choice
        What applies several of them at once, None when no two go together.
    widgets
        All there is to show.
    """

    def __init__(
        self,
        report: ReportData,
        first: int = 0,
        *,
        asked: Asked | None = None,
        leading: bool = True,
    ) -> None:
        self.order = outline(report)
        self.offers: list[FixCard] = []
        self._next = first
        findings = tuple(self._findings(self.order))
        self.choice = choice_of(report, self.offers)
        self.proofs = _proofs(report, self.offers, asked)
        self.widgets: Widgets = (
            *_head(self.order),
            *findings,
            *((self.proofs.widget,) if self.proofs else ()),
            *((self.choice.widget,) if self.choice else ()),
            _curves(report, self.order, picture(report) if leading else sketch(report)),
        )

    def _findings(self, order: ReportDocument) -> Iterable[ipywidgets.Widget]:
        for number, section in enumerate(order.sections):
            cause = section.cause
            rank = _rank(cause.severity, cause.confidence)
            place: Place = "stands" if number else "lead"
            yield self._section(cause, rank, place, section.symptoms)
        for item in order.alone:
            rank = say("; ").join((say(item.severity), say(_UNEXPLAINED)))
            yield self._section(item, rank, "stands")
        if order.notes:
            said = say("Worth knowing: {names}", names=named(order.notes))
            yield _box("nbdiag-section", *self._folded(said, order.notes, say("worth knowing")))

    def _section(
        self, finding: Finding, rank: str, place: Place, symptoms: tuple[Finding, ...] = ()
    ) -> ipywidgets.VBox:
        """Show a finding with its buttons, what follows from it, and then how it is known."""
        own = self._finding(finding, rank, place)
        folded = self._symptoms(finding, symptoms) if symptoms else ()
        return _box("nbdiag-section", own, *folded, _reasons(finding, opened=place == "lead"))

    def _symptoms(self, cause: Finding, symptoms: tuple[Finding, ...]) -> Widgets:
        said = say_count(
            "explains {number} symptom: {names}",
            "explains {number} symptoms: {names}",
            len(symptoms),
            names=named(symptoms),
        )
        return self._folded(said, symptoms, say("follows from {code}", code=cause.code))

    def _folded(self, said: str, findings: tuple[Finding, ...], rank: str) -> Widgets:
        """Fold findings under one line. The style hides the box after it while it is closed."""
        inside: list[ipywidgets.Widget] = []
        for item in findings:
            inside += (self._finding(item, rank, "follows"), _reasons(item, opened=False))
        return html(write("fold.html", said=said)), _box("nbdiag-folded", *inside)

    def _finding(self, finding: Finding, rank: str, place: Place) -> ipywidgets.VBox:
        said = write(
            "finding.html",
            finding=finding,
            rank=rank,
            place=place,
            since=self.order.since,
            remarks=self.order.remarks,
            page=_page(finding.code),
        )
        cards = [
            self._offer(finding, fix, leading=place == "lead" and not number)
            for number, fix in enumerate(finding.fixes)
        ]
        box = _box("nbdiag-finding", html(said), *(card.widget for card in cards))
        box.add_class(f"nbdiag-{place}")
        return box

    def _offer(self, finding: Finding, fix: Fix, *, leading: bool) -> FixCard:
        offer = FixCard(finding, fix, self._next, leading=leading)
        self._next += offer.button is not None
        self.offers.append(offer)
        return offer


def _proofs(
    report: ReportData, offers: Iterable[FixCard], asked: Asked | None
) -> ProofControls | None:
    """Let fixes be tried that change something."""
    if asked is None or not any(offer.fix.changes for offer in offers):
        return None
    controls = ProofControls(report, asked)
    for offer in offers:
        controls.add(offer)
    return controls


def _rank(severity: str, confidence: str) -> str:
    return say(", ").join((say(severity), say(confidence)))


def _box(name: str, *widgets: ipywidgets.Widget) -> ipywidgets.VBox:
    made = ipywidgets.VBox(widgets)
    made.add_class(name)
    return made


def _head(order: ReportDocument) -> Widgets:
    """Report what there is when no cause leads."""
    return () if order.sections else (html(write("head.html", order=order)),)


def _reasons(finding: Finding, *, opened: bool) -> ipywidgets.HTML:
    """Show how a finding is known."""
    return html(write("reasons.html", finding=finding, opened=opened))


def _curves(report: ReportData, order: ReportDocument, image: str | None) -> ipywidgets.HTML:
    """Show the curves, and below them what is folded: numbers, layers, checks."""
    said: dict[str, Any] = {
        "image": image,
        "alt": describe(report),
        "table": table(report),
        "layers": layerwise(report),
        "checks": order.checks,
        "tally": tally(order.checks),
    }
    return html(write("curves.html", **said), "nbdiag-block")


def _page(code: str) -> tuple[Block, ...]:
    """Read the rule's page, nothing for a rule that is not of this book."""
    rule = next((rule for rule in all_rules() if rule.code == code), None)
    return blocks(rule.page()) if rule else ()
