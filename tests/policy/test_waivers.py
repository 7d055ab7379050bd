"""A waiver covers one rule in one file or project until its last day, and nothing of PRISM's own."""

from datetime import date

import pytest

from prism.finding import Finding, Severity
from prism.policy.model import Waiver
from prism.policy.waivers import with_waivers
from prism.snapshot import Snapshot

SNAPSHOT = Snapshot.of({"model.py": b"x = 1  # noqa: safety/x\n", "other.py": b"y = 2\n"})
DIGESTS = {entry.path: entry.sha256 for entry in SNAPSHOT.files}
LAST_DAY = date(2026, 11, 23)
REASON = "looked at by an operator"


def finding(rule: str = "safety/x", path: str | None = "model.py") -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, message="m", path=path)


def waiver(rule: str = "safety/x", file: str | None = None, project: str | None = None) -> Waiver:
    return Waiver(rule=rule, file=file, project=project, reason=REASON, expires=LAST_DAY.isoformat())


def reason(each: Finding, *waivers: Waiver, today: date = LAST_DAY, snapshot: Snapshot | None = SNAPSHOT) -> str | None:
    (judged,) = with_waivers([each], snapshot, waivers, today)
    return judged.waived


def test_a_file_waiver_covers_its_rule_in_that_file_only() -> None:
    by_file = waiver(file=DIGESTS["model.py"])
    assert reason(finding(), by_file) == REASON
    assert reason(finding(path="other.py"), by_file) is None
    assert reason(finding(path=None), by_file) is None
    assert reason(finding(rule="safety/y"), by_file) is None


def test_a_changed_file_is_not_covered() -> None:
    by_file = waiver(file=DIGESTS["model.py"])
    changed = Snapshot.of({"model.py": b"x = 2\n"})
    assert reason(finding(), by_file, snapshot=changed) is None


def test_a_project_waiver_covers_its_rule_anywhere_in_that_project_only() -> None:
    by_project = waiver(project=SNAPSHOT.digest)
    assert reason(finding(), by_project) == REASON
    assert reason(finding(path=None), by_project) == REASON
    assert reason(finding(), waiver(project="a" * 64)) is None


def test_a_waiver_counts_on_its_last_day_and_not_after() -> None:
    by_file = waiver(file=DIGESTS["model.py"])
    assert reason(finding(), by_file, today=LAST_DAY) == REASON
    assert reason(finding(), by_file, today=date(2026, 11, 24)) is None


def test_without_a_snapshot_nothing_is_waived() -> None:
    assert reason(finding(), waiver(file=DIGESTS["model.py"]), snapshot=None) is None


@pytest.mark.parametrize("rule", ["host/plugin-failed", "intake/not-a-zip", "project/unparsable"])
def test_prisms_own_findings_are_never_waived(rule: str) -> None:
    assert reason(finding(rule), waiver(rule, file=DIGESTS["model.py"])) is None


def test_a_comment_in_the_submitted_code_waives_nothing() -> None:
    assert reason(finding()) is None


def test_the_first_waiver_that_matches_gives_the_reason() -> None:
    later = Waiver(rule="safety/x", project=SNAPSHOT.digest, reason="another reason", expires="2026-12-31")
    assert reason(finding(), waiver(file=DIGESTS["model.py"]), later) == REASON
    assert reason(finding(), waiver(file="b" * 64), later) == "another reason"
