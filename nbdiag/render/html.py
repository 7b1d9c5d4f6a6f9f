"""The static report: HTML that stays readable where nothing is trusted and nothing runs."""

from collections.abc import Sequence

from nbdiag.language import speaking
from nbdiag.render.curves.description import describe, table
from nbdiag.render.document import headline_of, outline, tally
from nbdiag.render.layer_table import layerwise
from nbdiag.render.page import fill, picture
from nbdiag.render.summary.fits_table import fit_rows
from nbdiag.schema.report import ReportData


def write(report: ReportData, others: Sequence[ReportData] = ()) -> str:
    """Write a report as HTML.

    Only what an untrusted notebook keeps is used: tables, lists, ``details``, ``pre`` and an
    image with its alternative text.

    Parameters
    ----------
    report
        The report; its fixes may carry their diffs.
    others
        Reports of other fits of the same cell, summarised in a line each.

    Returns
    -------
    str
        One ``div`` of class ``nbdiag-report``.
    """
    with speaking(report.lang):
        order = outline(report)
        return fill(
            "report.html",
            order=order,
            tally=tally(order.checks),
            image=picture(report),
            alt=describe(report),
            table=table(report),
            layers=layerwise(report),
            fits=fit_rows(report, others),
            others=[headline_of(other) for other in others],
        )
