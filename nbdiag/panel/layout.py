"""A report as widgets, in reading order."""

from collections.abc import Iterable
from typing import Any, Literal

import ipywidgets

from nbdiag.language import say
from nbdiag.panel.fix_card import FixCard
from nbdiag.panel.fix_combiner import choice_of
from nbdiag.panel.template import html, write
from nbdiag.render.curves.description import describe, table
from nbdiag.render.curves.live_svg import sketch
from nbdiag.render.document import ReportDocument, outline, tally
from nbdiag.render.layer_table import layerwise
from nbdiag.render.page import picture
from nbdiag.render.rule_page import Block, blocks
from nbdiag.rules import all_rules
from nbdiag.schema.finding import Finding, Fix
from nbdiag.schema.report import ReportData

Widgets = tuple[ipywidgets.Widget, ...]
# Where a finding stands: at the head, under its cause, or for itself.
Place = Literal["lead", "follows", "stands"]


class PanelLayout:
    """The widgets of one report.

    Parameters
    ----------
    report
        The report; its fixes carry their cells.
    first
        Number of its first button in the panel.
    leading
        False for a report that is folded: its curves are drawn as those of a training that runs,
        for a hundredth of the time.

    Attributes
    ----------
    order
        The report as it is read.
    offers
        Its fixes, those that are only shown included, in that order.
    choice
        What applies several of them at once, None when no two go together.
    widgets
        All there is to show.
    """

    def __init__(self, report: ReportData, first: int = 0, *, leading: bool = True) -> None:
        self.order = outline(report)
        self.offers: list[FixCard] = []
        self._next = first
        findings = tuple(self._findings(self.order))
        self.choice = choice_of(report, self.offers)
        self.widgets: Widgets = (
            *_head(self.order),
            *findings,
            *((self.choice.widget,) if self.choice else ()),
            *_curves(report, picture(report) if leading else sketch(report)),
            html(
                write("checklist.html", checks=self.order.checks, tally=tally(self.order.checks)),
                "nbdiag-block",
            ),
        )

    def _findings(self, order: ReportDocument) -> Iterable[ipywidgets.Widget]:
        for number, section in enumerate(order.sections):
            cause = section.cause
            place: Place = "stands" if number else "lead"
            yield self._finding(cause, _rank(cause.severity, cause.confidence), place)
            for symptom in section.symptoms:
                yield self._finding(symptom, say("follows from {code}", code=cause.code), "follows")
        for item in order.alone:
            yield self._finding(
                item,
                say("; ").join((say(item.severity), say("no cause found explains it"))),
                "stands",
            )
        for item in order.notes:
            yield self._finding(item, say("worth knowing"), "stands")

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
        offers = [
            self._offer(finding, fix, leading=place == "lead" and fix is finding.fixes[0])
            for fix in finding.fixes
        ]
        box = ipywidgets.VBox([html(said), *(offer.widget for offer in offers)])
        box.add_class("nbdiag-finding")
        box.add_class(f"nbdiag-{place}")
        return box

    def _offer(self, finding: Finding, fix: Fix, *, leading: bool) -> FixCard:
        offer = FixCard(finding, fix, self._next, leading=leading)
        self._next += offer.button is not None
        self.offers.append(offer)
        return offer


def _rank(severity: str, confidence: str) -> str:
    return say(", ").join((say(severity), say(confidence)))


def _head(order: ReportDocument) -> Widgets:
    """Report what there is when no cause leads."""
    return () if order.sections else (html(write("head.html", order=order)),)


def _curves(report: ReportData, image: str | None) -> Widgets:
    if image is None:
        return ()
    said: dict[str, Any] = {
        "image": image,
        "alt": describe(report),
        "table": table(report),
        "layers": layerwise(report),
    }
    return (html(write("curves.html", **said), "nbdiag-block"),)


def _page(code: str) -> tuple[Block, ...]:
    """Read the rule's page, nothing for a rule that is not of this book."""
    rule = next((rule for rule in all_rules() if rule.code == code), None)
    return blocks(rule.page()) if rule else ()
