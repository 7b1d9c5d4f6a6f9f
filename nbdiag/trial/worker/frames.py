"""Messages over a pipe: the length, then the pickled value."""

import struct
from typing import IO, Any

import cloudpickle

_LENGTH = struct.Struct(">Q")


def framed(message: Any) -> bytes:
    """Return a message as the bytes that `read` reads."""
    body: bytes = cloudpickle.dumps(message)
    return _LENGTH.pack(len(body)) + body


def read(stream: IO[bytes]) -> Any:
    """Read the next message.

    Raises
    ------
    EOFError
        When the other side has closed the pipe, or ended in the middle of a message.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return cloudpickle.loads(body)
