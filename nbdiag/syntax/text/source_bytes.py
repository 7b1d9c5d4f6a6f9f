"""The text of a script's bytes."""

from nbdiag.syntax.text.parsing import UnreadableError, decode_source


class EncodingError(ValueError):
    """The bytes of a script are in no encoding that can be read."""


def source_text(data: bytes) -> str:
    """Decode the bytes of a script.

    Raises
    ------
    EncodingError
        When they are in another encoding than they say, or in one that Python does not know.
    """
    try:
        return decode_source(data)
    except UnreadableError as problem:
        raise EncodingError(str(problem)) from problem
