"""One submission: where it stands and why, what was found in its source, what an operator can make of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from prism.finding import Finding
from prism.report.escape import shorten
from prism.report.markup import Markup, badge, element, facts, joined, lines, table, text
from prism.report.ranking import gravest
from prism.report.source import MOST_FINDINGS, with_excerpts, with_findings
from prism.review import Review, StageStatus
from prism.runner.outcome import RunOutcome
from prism.service.console.access import Visit
from prism.service.console.layout import ago, button, dotted, link, page, posting, rule_link, section
from prism.service.entries import FIRST_WAITING
from prism.service.records import Decision, Detail, Entry, Round
from prism.submission import SubmissionStatus

TEXT: Final = 2_000
MOST_FILES: Final = 1_000
MOST_ROUNDS: Final = 50
MOST_OBSERVED: Final = 50
Contents = Mapping[str, bytes]


def shown(detail: Detail, contents: Contents | None, visit: Visit) -> Markup:
    """The page of a submission; its files where they are kept."""
    entry, last = detail.entry, detail.rounds[-1] if detail.rounds else None
    ended = _ended(entry, last, contents) if last else []
    return page(
        f"Submission {entry.id}",
        _summary(entry),
        _actions(entry, last.number if last else 0, visit),
        *ended,
        _history(detail.rounds, detail.decisions),
        visit=visit,
    )


def _ended(entry: Entry, last: Round, contents: Contents | None) -> list[Markup | None]:
    """What a round found out; what the run was seen to do comes first, because it was approved before."""
    review = msgspec.json.decode(last.review, type=Review)
    outcome = msgspec.json.decode(last.run, type=RunOutcome)
    return [
        _forms(entry, is_kept=contents is not None),
        _reasons(review, outcome),
        _findings("What the run was seen to do", entry, outcome.findings, contents),
        _run(outcome),
        _findings("Findings", entry, review.findings, contents),
        _files(entry, contents) if contents else _no_files(entry, review),
        _made(review),
    ]


def _summary(entry: Entry) -> Markup:
    named = entry.file_name or "(without a name)"
    return facts([
        ("Status", joined([badge(entry.status), " ", entry.reason, " (given up)" if entry.is_dead else ""])),
        ("Told to the miner", shorten(entry.text, TEXT)),
        ("For operators", shorten(entry.note, TEXT)),
        ("Hotkey", link(entry.hotkey, "/submissions?" + urlencode({"hotkey": entry.hotkey}))),
        ("Uid", entry.uid),
        ("Received", joined([ago(entry.received_at), " ago"])),
        ("Changed", joined([ago(entry.changed_at), " ago"])),
        ("Upload", f"{shorten(named, TEXT)}, {entry.form}, {entry.size} bytes"),
        ("SHA-256", element("code", entry.code_hash)),
        ("Attempts", entry.attempts),
        ("Score", None if entry.score is None else f"{entry.score:.6g}"),
        ("Metrics", _metrics(entry.metrics)),
    ])  # fmt: skip


def _metrics(metrics: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.6g}" for name, value in metrics.items())


def _actions(entry: Entry, seen: int, visit: Visit) -> Markup | None:
    if entry.status in FIRST_WAITING:
        return None
    why = element("label", "Why", element("textarea", name="reason", required=True, maxlength=2_000, rows=2))
    rerun = posting(
        f"/submissions/{entry.id}/rerun",
        visit,
        why,
        button("Review once more"),
        element(
            "p", "It is reviewed by the policy in force now. What was approved before counts no more.", class_="quiet"
        ),
        class_="decision",
    )
    if entry.status is not SubmissionStatus.HELD:
        return section("Decide", rerun)
    resolve = posting(
        f"/submissions/{entry.id}/resolve",
        visit,
        element("input", type="hidden", name="round", value=seen),
        why,
        button("Approve", name="choice", value="approve", class_="good"),
        button("Reject", name="choice", value="reject", class_="bad"),
        element("p", "Approved, it is reviewed once more and run if nothing else is held against it.", class_="quiet"),
        class_="decision",
    )
    return section("Decide", resolve, element("details", element("summary", "Or have it redone"), rerun))


def _forms(entry: Entry, *, is_kept: bool) -> Markup:
    """The review in other forms."""
    ways = [link("Review as SARIF", f"/submissions/{entry.id}/review.sarif")]
    if is_kept:
        ways.insert(0, link("What it resembles", f"/submissions/{entry.id}/similarity"))
    return dotted(ways)


def _reasons(review: Review, outcome: RunOutcome) -> Markup:
    seen = Counter(finding.rule for finding in outcome.findings)
    texts = {finding.rule: finding.message for finding in reversed(outcome.findings)}
    asking = [(str(outcome.status), rule, count, texts[rule]) for rule, count in seen.items()]
    asking += [(str(each.outcome), each.rule, each.count, each.text) for each in review.reasons]
    rows = [(badge(asks), rule_link(rule), count, shorten(said, TEXT)) for asks, rule, count, said in asking]
    return section(
        "Why", table(("Asks for", "Rule", "Findings", "What it says"), rows, empty="No finding speaks against it.")
    )


def _findings(title: str, entry: Entry, found: Sequence[Finding], contents: Contents | None) -> Markup | None:
    chosen = gravest(found, MOST_FINDINGS)
    if not chosen:
        return None
    left_out = len(found) - len(chosen)
    more = element("p", f"And {left_out} more, none graver; the record has them.") if left_out else None
    if contents is None:
        return section(title, with_excerpts(chosen, rule_link), more)
    by_path: dict[str, list[Finding]] = {}
    elsewhere: list[Finding] = []
    for finding in chosen:
        (by_path.setdefault(finding.path, []) if finding.path in contents else elsewhere).append(finding)  # type: ignore[arg-type] # a path in the contents is a text
    files = [
        with_findings(contents[path], found, title=_file_link(entry, path), is_whole=False, rule=rule_link)
        for path, found in sorted(by_path.items())[:MOST_FILES]
    ]
    return section(title, with_excerpts(elsewhere, rule_link), *files, more)


def _file_link(entry: Entry, path: str) -> Markup:
    return link(shorten(path, TEXT), f"/submissions/{entry.id}/file?{urlencode({'path': path})}")


def _no_files(entry: Entry, review: Review) -> Markup:
    if review.project is None:
        why = "The archive was refused as a whole, so that there are no files to show."
    elif entry.status is SubmissionStatus.REJECTED:
        why = "The files are not kept any more: those of rejected submissions are kept for a time only."
    else:
        why = "The files are not kept."
    return section("Files", element("p", f"{why} Findings show the lines that they quote.", class_="quiet"))


def _run(outcome: RunOutcome) -> Markup | None:
    result = outcome.result
    if result is None:
        return None
    told = facts([
        ("Outcome", joined([badge(outcome.status), " ", result.reason])),
        ("Metrics", _metrics(outcome.metrics)),
        ("Limits reached", ", ".join(result.limits_hit)),
        ("Seconds", f"{result.wall_seconds:.1f}"),
        ("Exit code", result.exit_code),
        ("Seen to do", "; ".join(each.sentence for each in (result.observed or ())[:MOST_OBSERVED])),
    ])  # fmt: skip
    tail = element("pre", lines(result.log_tail)) if result.log_tail else None
    return section("Run", told, tail)


def _files(entry: Entry, contents: Contents) -> Markup:
    rows = [(_file_link(entry, path), len(data)) for path, data in sorted(contents.items())[:MOST_FILES]]
    title = element("summary", f"{len(contents)} files")
    return section("Files", element("details", title, table(("Path", "Bytes"), rows, empty="None.")))


def _made(review: Review) -> Markup:
    undone = [
        (each.name, badge(each.status), shorten(each.why, TEXT))
        for each in review.stages
        if each.status is not StageStatus.COMPLETED
    ]
    models = [
        (each.plugin, each.model, each.requests, each.recalled, f"{each.micro_usd / 1_000_000:.4f}")
        for each in review.usage
    ]
    plugins = ", ".join(f"{name} {version}" for name, version in review.versions.plugins.items())
    told = facts([
        ("Policy", f"{review.policy.name} {review.policy.digest}"),
        ("PRISM", f"{review.versions.prism}, Python {review.versions.python}"),
        ("Plugins", plugins),
        ("Project", review.project.digest if review.project else "no file was accepted"),
        ("Seconds", f"{review.timings.total_seconds:.1f}"),
    ])  # fmt: skip
    return section(
        "Review",
        told,
        table(("Part", "Status", "Why"), undone, empty="Everything looked at everything."),
        table(("Reviewer", "Model", "Requests", "Recalled", "USD"), models, empty="No model was asked."),
    )


def _history(rounds: Sequence[Round], decisions: Sequence[Decision]) -> Markup:
    ended = [
        (each.number, joined([ago(each.finished_at), " ago"]), badge(each.status), each.worker)
        for each in rounds[-MOST_ROUNDS:]
    ]
    decided = [
        (each.number, joined([ago(each.at), " ago"]), each.act, shorten(each.actor, TEXT), _said(each.body))
        for each in decisions[-MOST_ROUNDS:]
    ]
    return section(
        "History",
        table(("Round", "Ended", "Status", "Worker"), ended, empty="No review has ended yet."),
        table(("Decision", "When", "What", "Who", "Said"), decided, empty="Nothing was decided yet."),
    )


def _said(body: Mapping[str, Any]) -> Markup:
    """What of a decision a person reads; the rest is in the audit log."""
    return text(
        shorten(
            ", ".join(str(body[name]) for name in ("choice", "verdict", "status", "reason") if body.get(name)), TEXT
        )
    )


def shown_file(detail: Detail, path: str, data: bytes, visit: Visit) -> Markup:
    """The page of one file, with all that was found in it."""
    last = detail.rounds[-1] if detail.rounds else None
    findings = msgspec.json.decode(last.review, type=Review).findings if last else ()
    found = gravest([each for each in findings if each.path == path], MOST_FINDINGS)
    file = with_findings(data, found, title=text(f"{len(data)} bytes"), is_whole=True, rule=rule_link)
    back = dotted([link("Back to the submission", f"/submissions/{detail.entry.id}")])
    return page(shorten(path, TEXT), back, file, visit=visit)
