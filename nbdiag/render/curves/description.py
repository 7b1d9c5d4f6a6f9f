"""The curves in words and as a table, for readers who do not see the picture."""

import math
from dataclasses import dataclass

from nbdiag.language import say, say_count
from nbdiag.render.curves.charts import Chart, Curve, charts, first_bad
from nbdiag.render.phrases import clean, number, one_line
from nbdiag.schema.report import ReportData

_COLUMNS = 6


@dataclass(frozen=True)
class Table:
    """Curves as rows, chosen epochs as columns."""

    epochs: tuple[int, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def describe(report: ReportData) -> str:
    """Describe in words what the curves show; "" when there are none."""
    drawn = charts(report)
    if not drawn:
        return ""
    done = report.run.history.completed
    opening = (
        say_count(
            "Training curves over {number} epoch.", "Training curves over {number} epochs.", done
        )
        if done
        else say("Training curves within the first epoch.")
    )
    return clean(" ".join([opening, *(_sentence(chart) for chart in drawn)]))


def table(report: ReportData) -> Table | None:
    """Return the numbers of the curves at no more than six epochs, None without an epoch."""
    curves = [
        (say("{chart}, {curve}", chart=chart.title, curve=curve.label), curve)
        for chart in charts(report)
        for curve in chart.curves
        if curve.side in ("training", "validation")
    ]
    longest = max((len(curve.y) for _, curve in curves), default=0)
    if not longest:
        return None
    steps = min(longest, _COLUMNS) - 1
    epochs = (
        tuple(1 + round(place * (longest - 1) / steps) for place in range(steps + 1))
        if steps
        else (1,)
    )
    rows = tuple(
        (
            label,
            tuple(number(curve.y[at - 1]) if at <= len(curve.y) else "" for at in epochs),
        )
        for label, curve in curves
    )
    return Table(epochs, rows)


def _sentence(chart: Chart) -> str:
    parts = [_course(curve) for curve in chart.curves]
    parts += [
        say("{level} is {value}", level=words, value=value)
        for words, _, value in (level.label.rpartition(": ") for level in chart.levels)
    ]
    parts += [
        say("at epoch {epoch}: {text}", epoch=mark.epoch, text=one_line(say(mark.text)))
        for mark in chart.marks
    ]
    parts += list(chart.notes)
    title = chart.title[:1].upper() + chart.title[1:]
    return say("{title}: {parts}.", title=title, parts=say("; ").join(parts))


def _course(curve: Curve) -> str:
    bad = first_bad(curve.y)
    first, last = number(curve.y[0]), number(curve.y[-1])
    if len(curve.y) == 1:
        return f"{curve.label} {first}"
    if bad is not None:
        return say(
            "{curve} from {first}, {value} from epoch {epoch}",
            curve=curve.label,
            first=first,
            value=number(curve.y[bad - 1]),
            epoch=bad,
        )
    if first == last and math.isclose(min(curve.y), max(curve.y), rel_tol=1e-6):
        return say("{curve} stays at {first}", curve=curve.label, first=first)
    return say("{curve} from {first} to {last}", curve=curve.label, first=first, last=last)
