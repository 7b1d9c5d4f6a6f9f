"""How an edit says that it is not certain."""


class Refused(Exception):  # noqa: N818 - not an error: the way to say that text cannot be edited
    """Raised when the text cannot be edited with certainty; its text is the reason, a clause."""
