r"""Find passwords, keys and tokens in code and in messages.

A text is a secret by its name (``api_key = "…"``, ``login(password="…")``, ``%env TOKEN=…``), by
its form (the password in a URL, ``Bearer …``, the prefixes that services give their keys), or
because nobody would write it by hand: long, without words, letters and digits mixed.
"""

import re

from nbdiag.privacy.settings import is_setting

_STRONG = frozenset(
    {"password", "passwd", "passphrase", "passcode", "pwd", "secret", "secrets", "credential"}
    | {"credentials", "pin", "apikey", "authorization"}
)
"""Words that make whatever they name a secret."""

_WEAK = frozenset({"key", "keys", "token", "auth", "pass"})
"""Words that also name keys of dictionaries and tokens of a text."""

_OF_ACCOUNTS = frozenset(
    {"api", "access", "account", "secret", "private", "auth", "bearer", "client", "session"}
    | {"refresh", "signing", "encryption", "license", "subscription", "user", "login", "db"}
    | {"database", "service", "admin", "aws", "azure", "openai", "anthropic", "wandb", "hf"}
    | {"huggingface", "github", "gitlab", "kaggle", "comet", "neptune", "mlflow", "slack"}
)
"""Words that make a secret of a weak word after them: ``api_key``, ``access_token``."""

_COUNTED = frozenset({"n", "num", "number", "count", "len", "max", "min"})

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NAME = r"(?P<name>[A-Za-z_][\w-]*)"
_TEXT = (
    r"(?P<prefix>[A-Za-z]{0,2})(?P<text>'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\""
    r"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
)
_LITERAL = re.compile(_TEXT, re.DOTALL)
_BEGUN = re.compile(
    rf"(?<![\w-]){_NAME}[\"']?\s*\]?\s*"
    r"(?::\s*[A-Za-z_][\w.\[\]| ]*?\s*(?==))?(?:[=!]=|:=|=|:)\s*\(*\s*"
)
_FIRST_OF_CALL = re.compile(rf"\(\s*[\"']{_NAME}[\"']\s*,\s*")
_NUMBER = re.compile(r"\d[\d_]*(?:\.\d+)?(?![\w.(])")
_GAP = re.compile(r"[\s\\]*(?:\+\s*)?")
_WORD = r"(?!//)[^\s,;&='\"<>()\[\]{}]+(?:=+(?![^\s,;&'\"]))?"
_IN_PROSE = re.compile(
    rf"(?<![\w-]){_NAME}[\"']?\s?(?P<sign>[=:])\s?(?=(?P<value>{_WORD}))"
    rf"|(?<!\S)--?(?P<option>[A-Za-z][\w-]*)[ =](?=(?P<given>{_WORD}))"
)
_ENVIRONMENT = re.compile(r"^\s*%(?:set_)?env\s+(?P<name>\w+)[ =]\s*(?P<value>\S.*?)\s*$")
_BY_FORM = (
    re.compile(r"\w+://[^\s/:@'\"]*:(?P<secret>[^\s/@'\"]+)@"),
    re.compile(r"(?i)\bbearer\s+(?=\S*\d)(?P<secret>[\w.~+/=-]{8,})"),
    re.compile(r"(?i)\bauthorization\W{1,5}basic\s+(?P<secret>[\w+/=-]+)"),
    re.compile(r"(?s)(?P<secret>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|$))"),
    re.compile(
        r"(?<![A-Za-z0-9])(?P<secret>(?:sk|pk|rk)(?:-|_live_|_test_)(?=[\w-]*\d)[\w-]{8,}"
        r"|gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|hf_[A-Za-z0-9]{16,}"
        r"|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{12,}|ASIA[A-Z0-9]{12,}|AIza[\w-]{20,}"
        r"|ya29\.[\w-]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"
    ),
)
_LONG = re.compile(r"[A-Za-z0-9_+/=-]{20,}")
_OF_A_FILE = re.compile(
    r"\.(?:py|ipynb|h5|hdf5|keras|weights|tflite|pb|ckpt|csv|tsv|json|ya?ml|txt|npy|npz|png|jpe?g|"
    r"zip|tar|gz|bz2|xz|parquet|feather|pkl|pt|log|html?)\b"
)
_PIECES = re.compile(r"[_/=+-]+")
_LEAST_KEY, _LEAST_TOKEN = 16, 6  # characters: names of layers may be keys of a dictionary
_LEAST_PIECE = 16  # characters of a piece that nobody writes by hand
_LEAST_NUMBERS = 2  # of its parts are numbers
_LONGEST_WORD = 2.8  # characters of its parts on average: "GlobalMaxPooling2D" has 3.6
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")


def names_a_secret(name: str) -> bool:
    """Whether what has this name is a secret, whatever it looks like."""
    words = _words(name)
    if not words:
        return False
    *front, last = words
    if front and front[0] in _COUNTED:
        return False
    return last in _STRONG or (last in _WEAK and bool(_OF_ACCOUNTS & set(front)))


def secrets_in_code(code: str) -> set[str]:
    """Find the secrets in the text of a cell."""
    found: set[str] = set()
    for line in code.split("\n"):
        if line.lstrip()[:1] in ("%", "!"):
            found |= secrets_in_prose(line)
            if (given := _ENVIRONMENT.match(line)) and _is_named(given["name"], given["value"]):
                found.add(given["value"])
    for pattern in (_BEGUN, _FIRST_OF_CALL):
        for begun in pattern.finditer(code):
            found |= _given(begun["name"], code, begun.end())
    for literal in _LITERAL.finditer(code):
        found |= secrets_in_prose(_content(literal))
    return found | _by_look(code)


def secrets_in_prose(text: str) -> set[str]:
    """Find the secrets in a message, or in the text of a literal."""
    found = _by_look(text)
    for match in _IN_PROSE.finditer(text):
        name, value = match["name"] or match["option"], match["value"] or match["given"]
        value = value.rstrip(".!?")
        if (any(map(str.isdigit, value)) and _is_named(name, value)) or (
            names_a_secret(name) and match["sign"] == "="
        ):
            found.add(value)
    for literal in _LITERAL.finditer(text):
        before = _BEGUN.search(text[: literal.start()][-60:])
        if before and before.end() == len(text[: literal.start()][-60:]):
            found |= _given(before["name"], text, literal.start())
    return {item for item in found if item}


def _given(name: str, code: str, place: int) -> set[str]:
    """Find the literals that a name is given at a place of the code."""
    if number := _NUMBER.match(code, place):
        return {number[0]} if names_a_secret(name) else set()
    found = set()
    while literal := _LITERAL.match(code, place):
        value = _content(literal)
        if "f" in literal["prefix"].lower():
            parts = [part for part in re.split(r"\{[^}]*\}", value) if names_a_secret(name)]
            found |= {part for part in parts if any(map(str.isalnum, part))}
        elif _is_named(name, value):
            found.add(value)
        gap = _GAP.match(code, literal.end())
        place = gap.end() if gap else literal.end()
    return found


def _is_named(name: str, value: str) -> bool:
    if not value.strip() or is_setting(value):
        return False
    if names_a_secret(name):
        return True
    last = _words(name)[-1:]
    if not last or last[0] not in _WEAK or not re.search(r"\d", value) or " " in value:
        return False
    return len(value) >= (_LEAST_KEY if last[0].startswith("key") else _LEAST_TOKEN)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name) if not word.isdigit()]


def _content(literal: re.Match[str]) -> str:
    text = literal["text"]
    return text[3:-3] if text[:3] in ("'''", '"""') else text[1:-1]


def _by_look(text: str) -> set[str]:
    found = {match["secret"] for form in _BY_FORM for match in form.finditer(text)}
    for item in _LONG.finditer(text):
        if not _OF_A_FILE.match(text, item.end()) and any(map(_is_random, _PIECES.split(item[0]))):
            found.add(item[0])
    return found


def _is_random(piece: str) -> bool:
    """Whether a piece of text mixes letters and digits as no word, date or size does."""
    if len(piece) < _LEAST_PIECE or not any(map(str.isalpha, piece)):
        return False
    if _HEX.fullmatch(piece):
        return True
    parts = _WORDS.findall(piece)
    numbers = sum(map(str.isdigit, parts))
    return numbers >= _LEAST_NUMBERS and len(piece) <= _LONGEST_WORD * len(parts)
