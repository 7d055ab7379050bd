"""What a submission resembles: the list of it, and one beside the other."""

from typing import Final

from prism.likeness import Likeness
from prism.report.alone import alone as standing_alone
from prism.report.alone import page_style, policy
from prism.report.beside import beside
from prism.report.escape import shorten
from prism.report.markup import Markup, element, joined
from prism.service.console.access import Visit
from prism.service.console.layout import ago, link, page
from prism.service.likeness import Likenesses

ALONE: Final = f"{policy(style=page_style())}; frame-ancestors 'none'"
"""What the page that stands by itself allows: its own style."""
TEXT: Final = 2_000
NOTHING: Final = "Nothing like it was handed in before."


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
    found = [
        element("section", element("h2", _name(each)), element("p", _said(each)), _beside(all_of_it, each, place))
        for place, each in enumerate(all_of_it.found)
    ]
    title = f"What {all_of_it.entry.id} resembles"
    return standing_alone(title, *(found or [element("p", NOTHING)]), style=page_style())


def _name(likeness: Likeness) -> str:
    by = f" by {shorten(likeness.earlier.hotkey, 100)}" if likeness.earlier.hotkey else ""
    return likeness.earlier.id + by


def _said(likeness: Likeness) -> Markup:
    told = shorten(likeness.resemblance.report, TEXT)
    return joined([told, " Received ", ago(likeness.earlier.received_at), " ago."])


def _beside(all_of_it: Likenesses, likeness: Likeness, place: int) -> Markup:
    ours, theirs = ("this submission", all_of_it.contents), (likeness.earlier.id, likeness.contents)
    return beside(ours, theirs, likeness.resemblance.regions, place=place)
