"""The cell of a fix is written once, however often it is asked about."""

from nbdiag import edits
from tests.magics.recorded import report_on


def test_each_fix_is_written_once(monkeypatch):
    written = []
    write = edits.write_cell
    monkeypatch.setattr(
        edits, "write_cell", lambda run, changes: written.append(changes) or write(run, changes)
    )
    report = report_on("nbd203_faulty_plain_descent")
    fixes = [fix for item in report.findings for fix in item.fixes if fix.changes]
    assert any(fix.repairs for fix in fixes)  # one of several faults, which is looked at twice
    assert len(written) == len(fixes)
