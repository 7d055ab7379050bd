"""The console as a person sees it, in a real Chromium, while every text of the miners tries to be more than text."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browser, Tab
from tests.service.console import hostile
from tests.service.console.conftest import OPERATOR, Console, Elsewhere

PAGES = (
    "",
    *(f"/submissions?status={each}" for each in ("held", "pending", "running", "rejected", "failed", "completed")),
    "/find",
    "/rules",
    "/system",
    "/submissions?rule=safety/hidden-code",
    *(f"/submissions/{{{each}}}" for each in ("held", "named", "hidden", "completed", "pending")),
    "/submissions/{held}/file?path=attempts.py",
    "/submissions/{held}/file?path=model.py",
    "/submissions/{none}",
    "/submissions/{copied}",
    "/submissions/{copied}/similarity",
    "/submissions/{original}/similarity",
    "/submissions/{hidden}/similarity",
    "/submissions/{named}/similarity",
    "/submissions/{hidden}/file?path=model.py",
)
OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
PALE = """
(() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const bytes = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const found = bytes(getComputedStyle(each).backgroundColor);
      if (found[3] === 255) return found;
    }
    return bytes("Canvas");
  };
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
    const [low, high] = [light(bytes(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => a - b);
    if ((high + 0.05) / (low + 0.05) < 4.5) found.push(node.tagName + "." + node.className);
  }
  return [...new Set(found)];
})()
"""
"""What has too little contrast to be read."""


def addresses(console: Console) -> Iterator[str]:
    for page in PAGES:
        yield console.home + page.format(**console.ids, none="0" * 32)


def test_the_browser_notices_what_runs(browser: Browser) -> None:
    tab = browser.tab()
    tab.go("data:text/html,<script>alert(1)</script><img src=http://127.0.0.1:9/x><script>nothing()</script>")
    assert {each.partition(":")[0] for each in tab.complaints()} >= {"dialog", "exception", "log"}
    assert "http://127.0.0.1:9/x" in tab.asked_for()


def test_nothing_of_a_miner_runs_or_is_markup(ada: Tab, console: Console) -> None:
    for address in addresses(console):
        ada.go(address)
        made = ada.value(
            "[...document.querySelectorAll('script,img,svg,iframe,style,base,[onerror],[onfocus]')].length"
        )
        assert made == 0, address
        assert ada.value("document.querySelectorAll('form').length") <= 4
        assert not ada.has("#stolen")
    unexpected = [each for each in ada.complaints() if "404" not in each]
    assert unexpected == []
    assert all(each.startswith(console.home) for each in ada.asked_for())


def test_what_a_miner_wrote_is_shown(ada: Tab, console: Console) -> None:
    ada.go(f"{console.home}/submissions/{console.ids['held']}")
    page = ada.text()
    assert hostile.HOTKEY in page
    assert hostile.FILE_NAME in page
    assert f"return {hostile.SCRIPT!r}" in page
    assert "contract/misspelt-hook" in page
    ada.go(f"{console.home}/submissions/{console.ids['held']}/file?path=attempts.py")
    page = ada.text()
    assert all(each in page for each in hostile.ATTEMPTS)
    ada.go(f"{console.home}/submissions/{console.ids['named']}")
    assert hostile.REFUSED_PATH in ada.text()
    ada.go(f"{console.home}/submissions/{console.ids['hidden']}")
    assert "\\x1b[31m\\u202e<script>" in ada.text()
    assert f"return {hostile.SCRIPT!r}" in ada.text(), "the lines around it, though it is rejected"


def test_an_operator_finds_the_way_from_page_to_page(browser: Browser, console: Console) -> None:
    tab = console.signed_in(browser.tab())
    assert "Queues" in tab.text()
    tab.click("nav a[href$='status=held']")
    tab.click(f"a[href$='{console.ids['held']}']")
    assert tab.has("tr.marked")
    tab.click("tr.note.warning a")
    assert "contract/misspelt-hook" in tab.text()
    tab.click("nav a[href$='/rules']")
    assert "Failed runs by reason" in tab.text()
    assert "safety/hidden-code" in tab.text()
    tab.click("nav a[href$='/system']")
    assert "safety" in tab.text()
    tab.click("nav a[href$='status=rejected']")
    assert console.ids["hidden"] in tab.text()
    assert console.ids["held"] not in tab.text()


def test_a_submission_is_found_by_what_somebody_names(ada: Tab, console: Console) -> None:
    held = console.ids["held"]
    for wanted, leads_to in (
        (f" {held} ", f"/submissions/{held}"),
        ("copyist", "/submissions?hotkey=copyist"),
        ("safety/hidden-code", "/submissions?rule=safety%2Fhidden-code"),
    ):
        ada.go(f"{console.home}/find")
        ada.write("input[name=what]", wanted)
        ada.click("main button")
        assert ada.value("location.href") == console.home + leads_to
    assert "Instead" in ada.text()


@pytest.mark.parametrize(
    ("name", "choice", "becomes"), [("approved", "approve", "pending"), ("refused", "reject", "rejected")]
)
def test_an_operator_decides(ada: Tab, console: Console, name: str, choice: str, becomes: str) -> None:
    submission = console.ids[name]
    ada.go(f"{console.home}/submissions/{submission}")
    ada.write("textarea[name=reason]", f"looked at\nit {hostile.SCRIPT}")
    ada.click(f"button[value={choice}]")
    assert ada.value("location.pathname").endswith(submission)
    assert ada.value("document.querySelector('dd .badge').textContent") == becomes
    assert OPERATOR in ada.text()
    (*_, last) = console.server.ask("GET", f"/internal/v1/submissions/{submission}").json["decisions"]
    assert (last["actor"], last["body"]["choice"]) == (f"operator:{OPERATOR}", choice)
    assert last["body"]["reason"] == f"looked at\nit {hostile.SCRIPT}"


def test_all_of_it_works_without_scripts(browser: Browser, console: Console) -> None:
    tab = console.signed_in(browser.tab(scripts=False))
    tab.go(f"{console.home}/submissions/{console.ids['silent']}")
    tab.write("textarea[name=reason]", "no scripts here")
    tab.click("button[value=reject]")
    assert "An operator has rejected it." in tab.text()
    tab.write("textarea[name=reason]", "once more")
    tab.click("form[action$=rerun] button")
    assert "pending rerun" in tab.text()
    tab.click("form[action$=logout] button")
    tab.go(f"{console.home}/system")
    assert tab.has("input[name=token]")


def test_a_copy_is_seen_beside_its_source(ada: Tab, console: Console) -> None:
    ada.go(f"{console.home}/submissions/{console.ids['copied']}")
    ada.click("a[href$=similarity]")
    assert f"{console.ids['original']} by <b>original</b>" in ada.text()
    left, right = (ada.value(f"document.querySelectorAll('.sides > div')[{side}].innerText") for side in (0, 1))
    assert "class Turning" in left
    assert "class Rotary" in right
    assert hostile.SPOKEN in right
    there = "document.querySelector('.sides a').hash"
    assert ada.value(f"document.querySelectorAll('.sides > div')[1].querySelector({there}) !== null")
    assert ada.value("document.querySelectorAll('.sides tr[class^=c]').length") > 40


def test_the_comparison_stands_by_itself(browser: Browser, console: Console, tmp_path: Path) -> None:
    answer = console.server.ask("GET", f"/internal/v1/submissions/{console.ids['copied']}/similarity.html")
    assert answer.status == 200
    assert "script" not in answer.headers["content-security-policy"]
    page = tmp_path / "similarity.html"
    page.write_bytes(answer.body)
    tab = browser.tab()
    tab.go(page.as_uri())
    assert hostile.SPOKEN in tab.text()
    assert tab.value("getComputedStyle(document.querySelector('.sides')).display") == "grid"
    assert tab.complaints() == []
    gone = console.server.ask("GET", f"/internal/v1/submissions/{console.ids['named']}/similarity.html")
    assert (gone.status, gone.code) == (404, "likeness-unavailable")


FOREIGN = """<!doctype html><title>elsewhere</title>
<iframe src="{home}"></iframe><link rel=stylesheet href="{home}/console.css">
<form method=post action="{home}/submissions/{id}/resolve">
<input name=choice value=approve><input name=reason value=stolen><button>win</button></form>"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_another_page_decides_and_shows_nothing(ada: Tab, console: Console, elsewhere: Elsewhere, host: str) -> None:
    held = console.ids["held"]
    elsewhere.serve(FOREIGN.format(home=console.home, id=held))
    ada.go(f"http://{host}:{elsewhere.port}/")
    framed = ada.value("document.querySelector('iframe').contentDocument === null")
    assert framed, "nobody reads what the frame shows"
    ada.click("button")
    assert "Asks" not in ada.text()
    shown = ada.text()
    assert "403 Forbidden" in shown or "Shared token" in shown
    assert console.server.ask("GET", f"/v1/submissions/{held}", token=None).json["status"] == "held"
    refused = [each for each in ada.complaints() if "frame-ancestors" in each]
    assert refused


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_can_be_read(ada: Tab, console: Console, scheme: str, width: int) -> None:
    ada.size(width, 800, scheme=scheme)
    for address in addresses(console):
        ada.go(address)
        assert not ada.value(OVERFLOWS), address
        assert ada.value(PALE) == [], address
    ada.size()
