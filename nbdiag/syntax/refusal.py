"""How an edit says that it is not certain."""

from nbdiag.language import Reason


class Refused(Reason):
    """Raised when the text cannot be edited with certainty; its text is the reason, a clause."""
