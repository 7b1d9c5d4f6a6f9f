"""Names of modules: nouns of the field or verb and object, once in the tree, in small folders."""

import re
from collections import Counter, defaultdict
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "nbdiag"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
FOLDERS = sorted({path.parent for path in MODULES})
MOST = 15
RULE = re.compile(r'^    code = "NBD\d{3}"$', re.MULTILINE)
# A file a kind: their number is what they are for.
FAMILIES = ("rules", "edits/changes", "edits/migration")
# The path is read with the name: capture/model/layers, trial/setup/layers.
READ_WITH_THEIR_FOLDER = frozenset(
    """
    activations arguments arrays baseline call_sites calls cell compile context data
    failure fit history imports initializers labels layer_chain layers losses methods metrics
    model outputs refusal run split text training verdict
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
METAPHORS = frozenset(
    [
        "look",
        "tap",
        "things",
        "scene",
        "sides",
        "pace",
        "stride",
        "former",
        "once",
        "anew",
        "again",
        "workshop",
        "workbench",
        "arm",
        "offer",
        "following",
        "picks",
        "near",
        "copied",
        "slopes",
        "sites",
        "heads",
        "rows",
        "answer",
        "choice",
        "fill",
        "since",
        "remarks",
        "sketch",
        "spared",
        "swings",
        "entrance",
    ]
)
# Words that end like a participle and are nouns of the field.
NOUNS = frozenset(
    [
        "embedding",
        "finding",
        "masking",
        "missing",
        "overfitting",
        "parsing",
        "recording",
        "scaling",
        "seeding",
        "training",
    ]
)


def home(folder):
    return folder.relative_to(PACKAGE).as_posix()


def test_a_module_has_a_name_of_the_field():
    for path in MODULES:
        if RULE.search(path.read_text(encoding="utf-8")):
            continue  # a rule is named for its pattern, which may be a participle
        stem = path.stem
        assert stem not in METAPHORS, path
        last = stem.rpartition("_")[2]
        assert not last.endswith(("ing", "ed")) or last in NOUNS, path


def test_a_folder_is_small():
    for folder in FOLDERS:
        if not home(folder).startswith(FAMILIES):
            assert len(list(folder.glob("*.py"))) - 1 <= MOST, folder


def test_a_prefix_that_three_files_share_is_a_folder():
    for folder in FOLDERS:
        if home(folder).startswith("rules/"):
            continue
        stems = (path.stem for path in folder.glob("*.py"))
        shared = Counter(stem.partition("_")[0] for stem in stems if "_" in stem.strip("_"))
        assert not {prefix for prefix, count in shared.items() if count > 2}, folder


def test_a_name_occurs_once():
    places = defaultdict(list)
    for path in MODULES:
        places[path.stem].append(path.relative_to(PACKAGE).as_posix())
    twice = {stem: found for stem, found in places.items() if len(found) > 1}
    assert not {stem: found for stem, found in twice.items() if stem not in READ_WITH_THEIR_FOLDER}
