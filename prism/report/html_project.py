"""One project on a page: its verdict and why, its files with the findings in them, and what is like it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from prism.finding import Finding
from prism.report.beside import beside
from prism.report.escape import shorten
from prism.report.format import Reviewed
from prism.report.markup import Markup, badge, element, facts, joined, text
from prism.report.ranking import gravest
from prism.report.run_text import run_lines
from prism.report.source import MOST_FINDINGS, with_excerpts, with_findings
from prism.report.text_format import reason_text, scope
from prism.review import Review, StageStatus

if TYPE_CHECKING:
    from prism.runner.outcome import RunOutcome

NAME: Final = 300
TEXT: Final = 2_000
MOST_REASONS: Final = 50
MOST_WORDS: Final = 5_000
MOST_BYTES: Final = 1 << 20
"""Of one project's sources, those with findings first."""


def project(reviewed: Reviewed, number: int, *, is_open: bool) -> Markup:
    """What is folded together under the project's name; ``number`` tells its anchors from those of others."""
    review = reviewed.review
    known = [*([shorten(reviewed.known, NAME)] if reviewed.known else []), scope(review)]
    head = element(
        "summary",
        badge(review.verdict),
        " ",
        element("span", shorten(reviewed.name, NAME), class_="name"),
        " ",
        element("span", joined(known, ": "), class_="quiet"),
    )
    words = [reviewed.title, *(part for finding in review.findings for part in (finding.rule, finding.message))]
    return element(
        "details",
        head,
        _why(review),
        _run(reviewed.run),
        *_sources(reviewed),
        *_likenesses(reviewed, number),
        _made(review),
        class_="project",
        open=is_open,
        data_verdict=review.verdict,
        data_text=shorten(" ".join(words).lower(), MOST_WORDS),
    )


def _why(review: Review) -> Markup:
    """The reasons of the verdict, and what did not look at everything."""
    said = [shorten(reason_text(reason), TEXT) for reason in review.reasons[:MOST_REASONS]]
    undone = [
        f"{stage.status}: {shorten(stage.name, NAME)}, {shorten(stage.why or 'no reason was given', TEXT)}"
        for stage in review.stages
        if stage.status is not StageStatus.COMPLETED
    ]
    items = [*(element("li", each) for each in said), *(element("li", each, class_="quiet") for each in undone)]
    return element("ul", *items) if items else element("p", "Nothing speaks against it.", class_="quiet")


def _run(run: "RunOutcome | None") -> Markup | None:
    """How the run ended, and what it brought."""
    if run is None:
        return None
    _, *lines = run_lines(run)
    said = shorten(run.reason.removeprefix(f"{run.status}: "), TEXT)
    head = element("p", "Run: ", badge(run.status), " ", said)
    return joined([head, element("ul", *(element("li", line.strip()) for line in lines)) if lines else None])


def _sources(reviewed: Reviewed) -> Iterator[Markup]:
    """Findings in the files that they are about, quoted where there is no file; then the other files."""
    findings, contents = gravest(reviewed.review.findings, MOST_FINDINGS), reviewed.contents or {}
    by_path: dict[str | None, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    shown = _affordable(contents, by_path.keys())
    yield with_excerpts([finding for finding in findings if finding.path not in shown])
    yield joined(_file(path, contents, by_path[path]) for path in shown if path in by_path)
    left_out = len(reviewed.review.findings) - len(findings)
    if left_out:
        yield element("p", f"And {left_out} more findings, none graver than these.", class_="quiet")
    others = [_file(path, contents, ()) for path in shown if path not in by_path]
    if others:
        yield element("details", element("summary", "Files without findings"), *others, class_="more")
    if len(shown) < len(contents):
        yield element("p", f"{len(contents) - len(shown)} files are too large to be shown with the others.")


def _affordable(contents: Mapping[str, bytes], first: Collection[str | None]) -> list[str]:
    """The files that are shown, those that come first before the others."""
    room, shown = MOST_BYTES, []
    for path in sorted(contents, key=lambda path: (path not in first, path)):
        room -= len(contents[path])
        if room >= 0:
            shown.append(path)
    return shown


def _file(path: str, contents: Mapping[str, bytes], findings: Sequence[Finding]) -> Markup:
    return with_findings(contents[path], findings, title=text(shorten(path, NAME)), is_whole=True)


def _likenesses(reviewed: Reviewed, number: int) -> Iterator[Markup]:
    """What it resembles, both sources side by side."""
    for place, likeness in enumerate(reviewed.likenesses):
        said, earlier = likeness.resemblance, likeness.earlier
        ours, theirs = ("this project", reviewed.contents or {}), (earlier.id, likeness.contents)
        by = f" by {earlier.hotkey}" if earlier.hotkey else ""
        yield element("h2", shorten(f"Like {earlier.id}{by}", NAME))
        yield element("p", shorten(said.report, TEXT))
        yield beside(ours, theirs, said.regions, place=f"{number}-{place}")


def _made(review: Review) -> Markup:
    """What reviewed it."""
    versions = [f"{name} {version}" for name, version in sorted(review.versions.plugins.items())]
    named = facts([
        ("Policy", shorten(f"{review.policy.name} {review.policy.digest}", NAME)),
        ("Project", review.project.digest if review.project else None),
        ("Made by", shorten(", ".join([f"PRISM {review.versions.prism}", *versions]), TEXT)),
        ("Begun", review.timings.started_at),
        ("Took", f"{review.timings.total_seconds:.2f} s"),
    ])  # fmt: skip
    return element("details", element("summary", "What reviewed it"), named, class_="more")
