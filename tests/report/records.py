"""Reviews to render: built by hand, because rendering must cope with more than today's checks report."""

from typing import Any

from prism.finding import Evidence, Finding, Severity
from prism.review import PolicyReference, ProjectRecord, Review, Stage, StageStatus, Timings, Versions
from prism.rule import Rule
from prism.snapshot import FileEntry
from prism.verdict import Outcome, Reason

RULE = Rule(
    id="safety/forbidden-call",
    title="A call that reaches the machine",
    severity=Severity.ERROR,
    why="It starts a program\non the evaluating machine.",
    example="os.system('id')",
    instead="leave the call out",
)


def finding(line: str = 'os.system("id")', begin: int = 1, end: int | None = None, **fields: Any) -> Finding:  # noqa: ANN401 - any field of the record
    """A finding on line 3 of ``model.py`` about the columns from ``begin`` up to, not including, ``end``."""
    place = {"path": "model.py", "line": 3, "column": begin, "end_line": 3, "end_column": end or len(line) + 1}
    return Finding(
        **{
            "rule": RULE.id,
            "severity": Severity.ERROR,
            "message": "calls os.system, which starts a program",
            "evidence": Evidence(excerpt=line, sha256="0" * 64),
            "remedy": "remove the call",
            "plugin": "safety",
            **place,
            **fields,
        }
    )


def review(*findings: Finding, verdict: Outcome = Outcome.REJECTED, **fields: Any) -> Review:  # noqa: ANN401 - any field of the record
    """A review of one file with these findings."""
    return Review(
        **{
            "verdict": verdict,
            "reasons": (),
            "findings": findings,
            "project": ProjectRecord(
                digest="d" * 64,
                files=(FileEntry(path="model.py", sha256="0" * 64, size=1),),
                entrypoints={"architecture": "model.py", "training": "model.py"},
                kind="full",
            ),
            "policy": PolicyReference(name="default", digest="ab" * 32),
            "versions": Versions(prism="0.1.0", python="3.11.7", plugins={"safety": "0.1.0"}),
            "stages": (Stage(name="intake", status=StageStatus.COMPLETED),),
            "timings": Timings(started_at="2026-01-01T00:00:00+00:00", total_seconds=0.1, stage_seconds={}),
            **fields,
        }
    )


def reason(text: str = "calls os.system", count: int = 1) -> Reason:
    return Reason(outcome=Outcome.REJECTED, rule=RULE.id, count=count, text=text)
