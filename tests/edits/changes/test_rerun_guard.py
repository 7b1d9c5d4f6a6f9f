"""Data and model made again; what shows nothing on a copy is in tests/edits/test_rerun_guard.py."""

from nbdiag.schema.changes import Change, MakeAgain

DESCRIBED: dict[str, Change] = {
    "make the data again in this cell": MakeAgain("data"),
    "build the model again in this cell": MakeAgain("model"),
}
