"""The page of a report in a real Chromium: what it shows, that its filters work, and that nothing of a project can."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from prism.corpus import EarlierSubmission, Resemblance, SharedLines
from prism.finding import Finding, Severity
from prism.likeness import Likeness
from prism.report.format import Report, Reviewed
from prism.report.html_format import render
from prism.report.html_project import MOST_BYTES
from prism.report.source import MOST_FINDINGS
from prism.review import Stage, StageStatus
from prism.verdict import Outcome
from tests.browser import Browser, Tab, chromium
from tests.report.records import RULE, finding, reason, review
from tests.service.console.hostile import ATTEMPTS

SOURCE = "import torch\n\nos.system('id')\n" + "x = 1\n" * 40


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("browser") / "profile") as started:
        yield started


def page(*reviews: Reviewed) -> str:
    return render(Report(reviews=reviews, rules={RULE.id: RULE}))


def opened(browser: Browser, tmp_path: Path, *reviews: Reviewed, scripts: bool = True) -> Tab:
    file = tmp_path / "report.html"
    file.write_text(page(*reviews), encoding="utf-8")
    tab = browser.tab(scripts=scripts)
    tab.go(file.as_uri())
    return tab


def named(name: str, verdict: Outcome, *findings: Finding) -> Reviewed:
    return Reviewed(name=name, review=review(*findings, verdict=verdict, reasons=(reason(),) if findings else ()))


SEVERAL = (
    named("good", Outcome.APPROVED),
    named("doubtful", Outcome.HELD, finding(severity=Severity.WARNING, message="a doubt")),
    named("bad", Outcome.REJECTED, finding(), finding(severity=Severity.NOTE, message="by the way")),
)


def likeness() -> Likeness:
    lines = SharedLines(path="model.py", lines=(1, 3), other_path="theirs.py", other_lines=(2, 4))
    return Likeness(
        earlier=EarlierSubmission(id="earlier-1", project_digest="e" * 64, hotkey="somebody", received_at=1),
        resemblance=Resemblance(submission="earlier-1", report="most of it", regions=(lines,)),
        contents={"theirs.py": b"\n" + SOURCE.encode()},
    )


def test_one_project_is_shown_with_its_source_its_findings_and_what_is_like_it(
    browser: Browser, tmp_path: Path
) -> None:
    stages = (Stage(name="compare:x", status=StageStatus.SKIPPED, why="no corpus"),)
    single = Reviewed(
        name="project",
        review=review(finding("os.system('id')"), reasons=(reason(),), stages=stages),
        contents={"model.py": SOURCE.encode(), "notes.md": b"# notes"},
        likenesses=(likeness(),),
    )
    tab = opened(browser, tmp_path, single)

    text = tab.text()
    for part in ("Review of project", "1 error in 1 file", "calls os.system", "remove the call", "skipped: compare:x"):
        assert part in text
    lines = "[...document.querySelectorAll('.file .code')[0].querySelectorAll('.number')].map(e => e.textContent)"
    assert tab.value(lines) == [str(number) for number in range(1, 45)]
    assert tab.value("document.querySelector('.marked').nextSibling.className") == "note error"
    assert "notes.md" in tab.value("document.querySelector('details.more').textContent")
    assert "Like earlier-1 by somebody" in text
    assert tab.value("document.querySelectorAll('.sides tr.c0').length") == 6
    assert tab.complaints() == []


def test_verdicts_severities_and_words_filter_what_is_shown(browser: Browser, tmp_path: Path) -> None:
    tab = opened(browser, tmp_path, *SEVERAL)
    visible = "[...document.querySelectorAll('details.project:not([hidden]) .name')].map(e => e.textContent)"
    assert tab.value(visible) == ["good", "doubtful", "bad"]
    assert "rejected 1 held 1 approved 1" in " ".join(tab.text().split())

    press(tab, "input[value=held]")
    assert tab.value(visible) == ["good", "bad"]
    press(tab, "input[value=note]")
    notes = "[...document.querySelectorAll('tr.note:not([hidden])')].map(e => e.className)"
    assert tab.value(notes) == ["note warning", "note error"]
    tab.write("input[type=search]", "OS.system safety")
    assert tab.value(visible) == ["bad"]
    assert tab.value("document.querySelector('#shown').textContent") == "1 of 3 shown"
    assert tab.complaints() == []


def press(tab: Tab, selector: str) -> None:
    tab.value(f"document.querySelector({selector!r}).click()")


def test_keys_lead_to_the_search_and_from_finding_to_finding(browser: Browser, tmp_path: Path) -> None:
    tab = opened(browser, tmp_path, *SEVERAL)
    at = "document.activeElement.className || document.activeElement.name || ''"
    seen = []
    for key in ("n", "n", "n", "n", "p", "/", "n", "Escape", "n"):
        tab.key(key)
        seen.append(tab.value(at))

    assert seen == [
        *("note warning", "note error", "note note", "note warning", "note note"),
        *("search", "search", "", "note warning"),
    ]


def test_without_scripts_everything_is_shown_and_nothing_that_would_not_work(browser: Browser, tmp_path: Path) -> None:
    tab = opened(browser, tmp_path, *SEVERAL, scripts=False)
    shown = tab.text()
    assert all(name in shown for name in ("good", "doubtful", "bad"))
    assert "Search" not in shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_being_moved_sideways(scheme: str, browser: Browser, tmp_path: Path) -> None:
    long = named("p" * 400, Outcome.REJECTED, finding("x = " + "y" * 900, message="m" * 900))
    tab = opened(browser, tmp_path, long, *SEVERAL)
    tab.size(360, 740, scheme=scheme)
    tab.value("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert tab.value("document.documentElement.scrollWidth") <= 360


def test_on_paper_everything_is_open_and_the_filter_gone(browser: Browser, tmp_path: Path) -> None:
    long = Reviewed(name="long", review=review(finding()), contents={"model.py": b"x = 1\n" * 1_200})
    tab = opened(browser, tmp_path, *SEVERAL, long)
    tab.value("dispatchEvent(new Event('beforeprint'))")
    tab.print_media()
    assert tab.value("[...document.querySelectorAll('details.project')].every(each => each.open)") is True
    assert tab.value("getComputedStyle(document.querySelector('form.filter')).display") == "none"
    heights = "new Set([...document.querySelectorAll('.code .number')].map(each => each.offsetHeight)).size"
    assert tab.value(heights) == 1  # no number is broken


def test_nothing_that_a_project_holds_does_anything(browser: Browser, tmp_path: Path) -> None:
    attempts = "\n".join(ATTEMPTS)
    hostile = [
        Reviewed(
            name=attempt,
            review=review(finding(attempt, path=attempt, message=attempt, remedy=attempt, waived=attempt)),
            contents={attempt: attempts.encode(), f"other {attempt}": attempts.encode() + b"\xff\x00"},
            likenesses=(likeness(),),
        )
        for attempt in ATTEMPTS
    ]
    tab = opened(browser, tmp_path, *hostile)
    tab.value("document.querySelectorAll('details').forEach(each => { each.open = true })")

    assert tab.complaints() == []
    assert [url for url in tab.asked_for() if not url.startswith("file:")] == []
    made = "document.querySelectorAll('img, iframe, link, base, form:not(.filter), script:not(:last-child)').length"
    assert tab.value(made) == 0
    assert tab.value("document.querySelectorAll('meta[http-equiv=refresh]').length") == 0
    assert ATTEMPTS[0] in tab.text()


def test_what_is_too_much_is_cut_and_said() -> None:
    flood = review(*[finding()] * (MOST_FINDINGS + 3))
    large = {f"{number}.py": b"x" * (MOST_BYTES // 2) for number in range(5)}
    written = page(Reviewed(name="flood", review=flood, contents=large))

    assert "And 3 more findings, none graver than these." in written
    assert "3 files are too large to be shown with the others." in written
    assert len(written) < 3_000_000
