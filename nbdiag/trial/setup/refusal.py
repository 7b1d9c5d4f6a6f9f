"""Why something cannot be rebuilt."""

from nbdiag.language import Reason


class CannotRebuild(Reason):
    """Raised when a copy cannot be made or changed with certainty; its text is the reason."""
