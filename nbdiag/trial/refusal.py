"""Why something cannot be rebuilt."""


class CannotRebuild(Exception):  # noqa: N818 - not an error: the reason why there is no copy to try
    """Raised when a copy cannot be made or changed with certainty; its text is the reason."""
