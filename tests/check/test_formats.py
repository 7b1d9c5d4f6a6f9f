"""Every format has an approved file: NBDIAG_APPROVE=1 writes them again."""

import json
import os
from pathlib import Path

import jsonschema
import pytest

from nbdiag.check.configuration import Configuration
from nbdiag.check.file_verdict import FileVerdict, judge_file
from nbdiag.check.formats import FORMATS, write_verdicts
from nbdiag.check.formats.plain_text import statistics
from nbdiag.check.package_version import package_version
from nbdiag.check.program_file import parse_file
from tests.check.notebooks import FAULTY, SOUND, notebook

GOLDEN = Path(__file__).parent / "golden"
STRANGE = 'model.compile("adam", "mse")'


def verdicts():
    shown = Configuration(severity="info")
    files = [
        ("faulty [draft].ipynb", notebook(*FAULTY), True),
        ("sound.ipynb", notebook(*SOUND), True),
        ("script.py", "\n".join(FAULTY) + "\n", False),
        ("strange.ipynb", notebook(*FAULTY[:2], "def (:", STRANGE), True),
    ]
    found = [
        judge_file(parse_file(text.encode(), name, notebook=kind), shown)
        for name, text, kind in files
    ]
    return [*found, FileVerdict("cut.ipynb", problem="The notebook is not whole.")]


@pytest.mark.parametrize("form", FORMATS)
def test_the_format_is_the_approved_one(form):
    written = write_verdicts(form, verdicts()).replace(package_version(), "VERSION")
    path = GOLDEN / f"verdict.{form}"
    if os.environ.get("NBDIAG_APPROVE"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


def test_statistics():
    lines = statistics(verdicts()).splitlines()
    assert lines[0].split() == ["2", "NBD101", "probability-loss-without-probabilities"]


TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
REGION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        name: {"type": "integer", "minimum": 1}
        for name in ("startLine", "startColumn", "endLine", "endColumn")
    },
}
ARTIFACT = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "uri": {"type": "string", "format": "uri-reference", "pattern": r"^[^\s\[\]]*$"}
    },
}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "physicalLocation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["artifactLocation"],
            "properties": {"artifactLocation": ARTIFACT, "region": REGION},
        },
        "logicalLocations": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"name": {"type": "string"}, "kind": {"type": "string"}},
            },
        },
    },
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
SARIF = {
    # The parts of the schema of SARIF 2.1.0 (OASIS, section 3) that a log of nbdiag uses.
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "additionalProperties": False,
                                            "required": ["id"],
                                            "properties": {
                                                "id": {"type": "string"},
                                                "name": {"type": "string"},
                                                "shortDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "properties": {"level": LEVEL},
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "invocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["executionSuccessful"],
                            "properties": {
                                "executionSuccessful": {"type": "boolean"},
                                "toolExecutionNotifications": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "required": ["message"],
                                        "properties": {
                                            "message": TEXT,
                                            "level": LEVEL,
                                            "locations": {"type": "array", "items": LOCATION},
                                        },
                                    },
                                },
                            },
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["message"],
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": LEVEL,
                                "message": TEXT,
                                "locations": {"type": "array", "items": LOCATION},
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                                "properties": {"type": "object"},
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_the_log_is_sarif():
    log = json.loads(write_verdicts("sarif", verdicts()))
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[item["ruleIndex"]]["id"] == item["ruleId"] for item in run["results"])
    assert [
        bool(item["locations"][0]["physicalLocation"].get("region")) for item in run["results"]
    ] == [False, True]


def test_user_text_is_escaped():
    name = "a\x1b[31m\n::error::`x`,b:c.py"
    bad = "\n".join(FAULTY).replace("# hidden", "# \u202e")
    found = [judge_file(parse_file(bad.encode(), name, notebook=False))]
    assert found[0].findings
    for form in FORMATS:
        written = write_verdicts(form, found)
        assert "\x1b" not in written
        assert "\u202e" not in written
        if form in ("text", "github"):
            assert not any(line.startswith("::error::") for line in written.split("\n"))
