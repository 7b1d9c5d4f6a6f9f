"""The text of a script's bytes."""

import io
import tokenize


class EncodingError(ValueError):
    """The bytes of a script are in no encoding that can be read."""


def decode_source(data: bytes) -> str:
    """Decode the bytes of a script, by its own words on its encoding or as UTF-8.

    Raises
    ------
    EncodingError
        When they are in another encoding, or in one that Python does not know.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as problem:
        raise EncodingError(str(problem)) from problem
