"""Reviews as SARIF 2.1.0, the form that editors and code hosts show findings in: a run for each project."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from prism.finding import Finding
from prism.report.escape import shorten
from prism.report.format import Report, ReportFormat, Reviewed
from prism.report.json_format import encode
from prism.review import Review, Stage, StageStatus
from prism.rule import Rule

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS: Final = 25_000
"""What code hosts show of one run."""
ROOT: Final = "PROJECT"
TEXT: Final = 2_000
Json = dict[str, Any]


def render(report: Report) -> str:
    """A log with one run for each review, in pure ASCII."""
    runs = [_run(each, report.rules) for each in report.reviews]
    return encode({"$schema": SCHEMA, "version": VERSION, "runs": runs})


def _run(reviewed: Reviewed, rules: Mapping[str, Rule]) -> Json:
    review = reviewed.review
    found = (*review.findings, *(reviewed.run.findings if reviewed.run else ()))
    findings = found[:MOST_RESULTS]
    ids = sorted({finding.rule for finding in findings})
    numbers = {each: number for number, each in enumerate(ids)}
    return {
        "tool": {
            "driver": {
                "name": "PRISM",
                "version": review.versions.prism,
                "rules": [_rule(each, rules.get(each)) for each in ids],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the project."}}},
        "invocations": [_invocation(review)],
        "artifacts": _artifacts(review),
        "results": [
            _result(finding, numbers[finding.rule], fingerprint, home=_home(reviewed))
            for finding, fingerprint in zip(findings, _fingerprints(findings), strict=True)
        ],
        "properties": {
            "project": shorten(reviewed.name, TEXT),
            "verdict": review.verdict,
            "policy": review.policy.name,
            "policyDigest": review.policy.digest,
            "plugins": review.versions.plugins,
            "leftOut": len(found) - len(findings),
            **_known(reviewed),
        },
    }


def _known(reviewed: Reviewed) -> Json:
    """What is known of a project of a batch besides."""
    run = reviewed.run
    ended = {"status": run.status, "reason": shorten(run.reason, TEXT), "metrics": run.metrics} if run else None
    known = {"path": shorten(reviewed.path, TEXT), "hotkey": shorten(reviewed.hotkey, TEXT), "run": ended}
    return {name: value for name, value in known.items() if value}


def _rule(id: str, rule: Rule | None) -> Json:  # noqa: A002 - what it is called everywhere
    if rule is None:  # of a plugin that is not here any more
        return {"id": id}
    return {
        "id": id,
        "shortDescription": _text(rule.title),
        "fullDescription": _text(rule.why),
        "help": _text(rule.instead),
        "defaultConfiguration": {"level": rule.severity},
    }


def _invocation(review: Review) -> Json:
    """Whether everything looked at everything: what did not is a notification."""
    undone = [stage for stage in review.stages if stage.status is not StageStatus.COMPLETED]
    return {
        "executionSuccessful": all(stage.status is not StageStatus.FAILED for stage in undone),
        "startTimeUtc": review.timings.started_at.replace("+00:00", "Z"),
        "toolExecutionNotifications": [_notification(stage) for stage in undone],
    }


def _notification(stage: Stage) -> Json:
    level = "error" if stage.status is StageStatus.FAILED else "note"
    return {"level": level, "message": _text(f"{stage.name} {stage.status}: {stage.why or 'no reason was given'}")}


def _artifacts(review: Review) -> list[Json]:
    files = review.project.files if review.project else ()
    return [
        {"location": _location(file.path), "length": file.size, "hashes": {"sha-256": file.sha256}} for file in files
    ]


def _home(reviewed: Reviewed) -> str:
    """The file at which a finding about the whole project is shown: code hosts refuse a log with one that has no place.

    It is where the project begins; of one that was refused nobody knows a file, so its own name stands for it.
    """
    project = reviewed.review.project
    entrypoints = project.entrypoints.values() if project else ()
    return next(iter(entrypoints), "") or shorten(reviewed.name, TEXT).strip("./") or "project"


def _result(finding: Finding, number: int, fingerprint: str, *, home: str) -> Json:
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": finding.severity,
        "message": _text(finding.message),
        "locations": [_place(finding, home)],
        "relatedLocations": list(_related(finding)),
        "partialFingerprints": {"prismFinding/v1": fingerprint},
        "properties": {"plugin": finding.plugin, "remedy": shorten(finding.remedy, TEXT)},
    }
    if finding.confidence is not None:
        result["rank"] = round(100 * finding.confidence, 2)
    if finding.waived is not None:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": shorten(finding.waived, TEXT)}
        ]
    return result


def _place(finding: Finding, home: str) -> Json:
    place: Json = {"artifactLocation": _location(finding.path or home)}
    if finding.line is not None:
        ends = (("startColumn", finding.column), ("endLine", finding.end_line), ("endColumn", finding.end_column))
        place["region"] = {"startLine": finding.line, **{name: value for name, value in ends if value is not None}}
        if finding.evidence is not None:
            last = finding.line + finding.evidence.excerpt.count("\n")
            snippet = {"text": finding.evidence.excerpt}
            place["contextRegion"] = {"startLine": finding.line, "endLine": last, "snippet": snippet}
    return {"physicalLocation": place}


def _related(finding: Finding) -> Iterator[Json]:
    for number, step in enumerate(finding.chain, start=1):
        place = {"artifactLocation": _location(step.path), "region": {"startLine": step.line}}
        yield {"id": number, "physicalLocation": place, "message": _text(step.text)}


def _location(path: str) -> Json:
    return {"uri": quote(path, errors="backslashreplace"), "uriBaseId": ROOT}


def _fingerprints(findings: Sequence[Finding]) -> Iterator[str]:
    """One of each finding, and of no other: of those on equal lines of a file the later are numbered."""
    seen: Counter[str] = Counter()
    for finding in findings:
        digest = _fingerprint(finding)
        seen[digest] += 1
        yield digest if seen[digest] == 1 else f"{digest}:{seen[digest]}"


def _fingerprint(finding: Finding) -> str:
    """What stays the same when other lines of the file change."""
    source = finding.evidence.sha256 if finding.evidence else ""
    parts: Sequence[str] = (finding.rule, finding.path or "", source, finding.message)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _text(text: str) -> Json:
    """A message. In one, brackets before parentheses are a link, which nobody may put there."""
    return {"text": shorten(text, TEXT).replace("](", "] (") or "-"}


FORMAT = ReportFormat(name="sarif", description="SARIF 2.1.0, for editors and code hosts", render=render)
