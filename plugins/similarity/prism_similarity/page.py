"""A comparison as one self-contained HTML file: both sources side by side, matching regions linked and coloured.

Everything that came from a submission is escaped; the page's policy lets no script run but its own and loads nothing.
"""

import base64
import hashlib
import html
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from prism.report.regions import REGION_STYLE, colour
from prism.store import Store
from prism_similarity.comparison import Match
from prism_similarity.highlight import highlighted
from prism_similarity.inquiry import Answer
from prism_similarity.regions import Region

HERE: Final = Path(__file__).parent
MAX_LINES: Final = 20_000
"""Lines of one file that are shown."""


def page_of(answer: Answer, store: Store, *, names: bool = False) -> str:
    """The page about one project; without ``names`` the earlier submissions are numbered and nobody is named."""
    style = (HERE / "page.css").read_text(encoding="utf-8") + REGION_STYLE
    script = (HERE / "page.js").read_text(encoding="utf-8")
    matches = answer.comparison.matches
    views = [_match(answer, match, number, store, names=names) for number, match in enumerate(matches, start=1)]
    allowed = f"default-src 'none'; style-src {_allowed(style)}; script-src {_allowed(script)}"
    title = f"Comparison of {answer.query}"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(allowed)}">\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f"<title>{html.escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"<header><h1>{html.escape(title)}</h1>\n"
        f"<p>{answer.comparison.new:.0%} of it is new: in no earlier submission of anybody else.</p>\n"
        f"{_choice(answer, names=names)}\n{KEYS}</header>\n<main>\n{''.join(views)}</main>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


KEYS: Final = (
    '<p class="keys"><kbd>n</kbd> or <kbd>j</kbd> next region, <kbd>p</kbd> or <kbd>k</kbd> previous, '
    "<kbd>]</kbd> next submission, <kbd>[</kbd> previous. A click on a coloured line shows its counterpart.</p>"
)


def _choice(answer: Answer, *, names: bool) -> str:
    """The list of matches; each is a button that shows its view."""
    if not answer.comparison.matches:
        return "<p>Nothing like it was handed in before.</p>"
    rows = "".join(
        f'<li><button type="button" data-view="{number}">'
        f"{html.escape(_name(answer, match, number, names=names))}</button> "
        f"<b>{match.kind.value}</b>, score {match.score:.2f}, explains {match.share:.0%}, "
        f"{match.adds:.0%} not explained above, {len(match.regions)} regions</li>\n"
        for number, match in enumerate(answer.comparison.matches, start=1)
    )
    return f"<ol>\n{rows}</ol>"


def _name(answer: Answer, match: Match, number: int, *, names: bool) -> str:
    if not names:
        return f"earlier submission {number}"
    earlier = answer.earlier.get(match.id)
    return f"{match.id} by {earlier.hotkey}" if earlier and earlier.hotkey else match.id


def _match(answer: Answer, match: Match, number: int, store: Store, *, names: bool) -> str:
    """Both sides of one match: the project's files on the left, the earlier submission's on the right."""
    mine: dict[str, list[Mark]] = {region.path: [] for region in match.regions}
    theirs: dict[str, list[Mark]] = {region.other_path: [] for region in match.regions}
    for index, region in enumerate(match.regions):
        mine[region.path].append((index, region.lines))
        theirs[region.other_path].append((index, region.other_lines))
    left = _side(answer.snapshot.contents, mine)
    right = _side(store.snapshot(match.id).contents, theirs)
    title = html.escape(_name(answer, match, number, names=names))
    links = "".join(_link(index, region) for index, region in enumerate(match.regions))
    return (
        f'<section data-view="{number}" hidden>\n<nav aria-label="regions">{links}</nav>\n<div class="sides">\n'
        f'<div class="side"><h2>this project</h2>{left}</div>\n<div class="side"><h2>{title}</h2>{right}</div>\n'
        f"</div>\n</section>\n"
    )


def _link(index: int, region: Region) -> str:
    text = f"{region.path}:{region.lines[0]}-{region.lines[1]} = {region.other_lines[0]}-{region.other_lines[1]}"
    return f'<button type="button" class="{colour(index)}" data-go="{index}">{html.escape(text)}</button>\n'


Mark = tuple[int, tuple[int, int]]
"""The number of a region, and its first and last line."""


def _side(contents: Mapping[str, bytes], marks: Mapping[str, Sequence[Mark]]) -> str:
    return "".join(_file(path, contents.get(path, b""), marks[path]) for path in sorted(marks))


def _file(path: str, data: bytes, marks: Sequence[Mark]) -> str:
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    region_of: dict[int, int] = {}
    for index, (first, last) in sorted(marks, key=lambda mark: mark[1][0] - mark[1][1]):
        region_of.update(dict.fromkeys(range(first, min(last, MAX_LINES) + 1), index))
    rows = "".join(_rows(lines[:MAX_LINES], region_of))
    return f"<h3>{html.escape(path)}</h3>\n<table><tbody>{rows}</tbody></table>\n"


def _rows(lines: Sequence[str], region_of: Mapping[int, int]) -> Iterator[str]:
    for number, code in enumerate(highlighted(lines), start=1):
        region = region_of.get(number)
        mark = "" if region is None else f' class="{colour(region)}" data-region="{region}"'
        yield f"<tr{mark}><td>{number}</td><td><code>{code}</code></td></tr>\n"


def _allowed(text: str) -> str:
    """How a content security policy names one inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
