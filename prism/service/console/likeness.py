"""Two sources side by side, their like regions in one colour, each leading to its counterpart; no script is needed."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from prism.corpus import SharedLines
from prism.report.escape import shorten
from prism.report.regions import REGION_STYLE, colour
from prism.service.console.access import Visit
from prism.service.console.layout import ago, link, page
from prism.service.console.markup import Markup, element, joined
from prism.service.console.source import code, lines_of
from prism.service.likeness import Likeness, Likenesses

STYLE: Final = (Path(__file__).parent / "console.css").read_text(encoding="utf-8") + REGION_STYLE
STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
ALONE: Final = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"
"""What a page that stands by itself allows: its own style."""
MOST_REGIONS: Final = 300
TEXT: Final = 2_000
NOTHING: Final = "Nothing like it was handed in before."

Mark = tuple[int, tuple[int, int]]
"""The number of a region, and its first and last line."""


def shown(all_of_it: Likenesses, number: int, visit: Visit) -> Markup:
    """The page of the console: the list of what is like, and one of it beside the submission."""
    id = all_of_it.entry.id  # noqa: A001 - what it is called everywhere
    back = element("p", link("Back to the submission", f"/submissions/{id}"))
    rows = [
        element("li", link(_name(each), f"/submissions/{id}/similarity?match={place}"), " ", _said(each))
        for place, each in enumerate(all_of_it.found, start=1)
    ]
    chosen = all_of_it.found[number - 1 : number]
    return page(
        f"What {id} resembles",
        back,
        element("ol", *rows) if rows else element("p", NOTHING),
        *(_beside(all_of_it, each, 0) for each in chosen),
        visit=visit,
    )


def alone(all_of_it: Likenesses) -> Markup:
    """A page that can be kept: everything that is like, one below the other."""
    title = f"What {all_of_it.entry.id} resembles"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=ALONE.replace("frame-ancestors 'none'; ", "")),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", Markup(STYLE)),
    )
    found = [
        element("section", element("h2", _name(each)), element("p", _said(each)), _beside(all_of_it, each, place))
        for place, each in enumerate(all_of_it.found)
    ]
    main = element("main", element("h1", title), *(found or [element("p", NOTHING)]))
    return Markup("<!doctype html>\n" + element("html", head, element("body", main), lang="en"))


def _name(likeness: Likeness) -> str:
    by = f" by {shorten(likeness.earlier.hotkey, 100)}" if likeness.earlier.hotkey else ""
    return likeness.earlier.id + by


def _said(likeness: Likeness) -> Markup:
    told = shorten(likeness.resemblance.report, TEXT)
    return joined([told, " Received ", ago(likeness.earlier.received_at), " ago."])


def _beside(all_of_it: Likenesses, likeness: Likeness, place: int) -> Markup:
    """Both sides of one likeness; ``place`` tells its anchors from those of others on the page."""
    regions = likeness.resemblance.regions[:MOST_REGIONS]
    here = _marks((each.path, each.lines) for each in regions)
    there = _marks((each.other_path, each.other_lines) for each in regions)
    ways = (f"h{place}-", f"t{place}-")
    left = _side("this submission", all_of_it.contents, here, ways)
    right = _side(likeness.earlier.id, likeness.contents, there, ways[::-1])
    links = [_way(number, each, ways[0]) for number, each in enumerate(regions)]
    return joined([element("p", *links, class_="row"), element("div", left, right, class_="sides")])


def _way(number: int, region: SharedLines, way: str) -> Markup:
    text = f"{region.path}:{region.lines[0]}-{region.lines[1]} = {region.other_lines[0]}-{region.other_lines[1]}"
    return element("a", shorten(text, TEXT), href=f"#{way}{number}", class_=colour(number))


def _marks(places: "Iterator[tuple[str, tuple[int, int]]]") -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for number, (path, lines) in enumerate(places):
        found.setdefault(path, []).append((number, lines))
    return found


def _side(
    title: str, contents: Mapping[str, bytes], marks: Mapping[str, Sequence[Mark]], ways: tuple[str, str]
) -> Markup:
    files = [
        joined([element("h3", shorten(path, TEXT)), _lines(lines_of(contents.get(path, b"")), marks[path], ways)])
        for path in sorted(marks)
    ]
    return element("div", element("h3", title), *files, tabindex="0")


def _lines(lines: Sequence[str], marks: Sequence[Mark], ways: tuple[str, str]) -> Markup:
    """Every line; of each region the first is where links lead to, and its number leads to the counterpart."""
    region_of: dict[int, int] = {}
    for number, (first, last) in sorted(marks, key=lambda mark: mark[1][0] - mark[1][1]):
        region_of.update(dict.fromkeys(range(first, min(last, len(lines)) + 1), number))
    first_of: dict[int, list[int]] = {}
    for number, (first, _) in marks:
        first_of.setdefault(first, []).append(number)
    rows = [_row(at, line, region_of.get(at), first_of.get(at, ()), ways) for at, line in enumerate(lines, start=1)]
    return element("table", element("tbody", *rows), class_="code")


def _row(at: int, line: str, region: int | None, begun: Sequence[int], ways: tuple[str, str]) -> Markup:
    """One line; those regions begin here."""
    targets = [element("span", id=f"{ways[0]}{number}") for number in begun]
    named = element("a", at, href=f"#{ways[1]}{begun[0]}", title="Its counterpart") if begun else at
    return element(
        "tr",
        element("td", *targets, named, class_="number"),
        element("td", element("code", code(line))),
        class_=None if region is None else colour(region),
    )
