"""Reads HTML as a browser would, far enough to judge it: tags, attributes, balance."""

from collections import Counter
from html.parser import HTMLParser

VOID = {"br", "img", "hr"}


class Markup(HTMLParser):
    """The tags of a piece of HTML.

    Attributes
    ----------
    tags
        How often each tag opens.
    attributes
        Every (tag, attribute, value).
    text
        What is read.
    """

    def __init__(self, source):
        super().__init__()
        self.tags = Counter()
        self.attributes = []
        self.text = ""
        self._open = []
        self.feed(source)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")


def poisoned(report, poison):
    """Put a text of the user's into every place that can hold one."""
    from nbdiag.schema.report import ReportData

    def change(value, key=""):
        if isinstance(value, dict):
            return {name: change(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [change(item, key) for item in value]
        fixed = isinstance(value, str) and key not in USERS
        return value if fixed or not isinstance(value, str) or not value else value + poison

    return ReportData.from_dict(change(report.to_dict()))


USERS = {
    "message",
    "observed",
    "expected",
    "source",
    "title",
    "note",
    "diff",
    "reason",
    "text",
    "summary",
}
