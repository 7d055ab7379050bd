"""The frame of every page: its head, its way to the other pages, and what the browser is told to refuse."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.responses import Response

from prism.report.alone import page_style
from prism.report.markup import Child, Markup, element, joined
from prism.service.console.access import FORM_TOKEN, HOME, Visit
from prism.service.records import MICROSECONDS
from prism.submission import SubmissionStatus

PROTECTION: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
"""Nothing runs, nothing is loaded but the style sheet, and no other page may show or reach one of these."""
STYLE: Final = page_style() + Path(__file__).with_name("console.css").read_text(encoding="utf-8")
"""The style sheet: what all pages of PRISM look like, and what only those of the console have."""
QUEUES: Final = ("held", "pending", "running", "rejected", "failed", "completed")
"""Queues in the order in which an operator looks at them."""
assert set(QUEUES) == set(SubmissionStatus)  # noqa: S101 - each status has its place


def page(title: str, *children: Child, visit: Visit | None = None) -> Markup:
    """A whole page."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{title} - PRISM"),
        element("link", rel="stylesheet", href=f"{HOME}/console.css"),
    )
    main = element("main", element("h1", title), *children)
    body = element("body", _navigation(visit) if visit else None, main)
    return Markup("<!doctype html>\n" + element("html", head, body, lang="en"))


def _navigation(visit: Visit) -> Markup:
    links = [
        link("PRISM", "", class_="brand"),
        *(link(status.capitalize(), f"/submissions?status={status}") for status in QUEUES),
        link("Find", "/find"),
        link("Rules", "/rules"),
        link("System", "/system"),
    ]
    out = posting("/logout", visit, element("span", visit.operator, class_="who"), button("Sign out"), class_="out")
    return element("header", element("nav", *links, aria_label="Console"), out)


def link(words: Child, path: str, *, class_: str | None = None) -> Markup:
    """A link to a page of the console."""
    return element("a", words, href=HOME + path, class_=class_)


def posting(path: str, visit: Visit, *children: Child, class_: str | None = None) -> Markup:
    """A form that changes something."""
    token = element("input", type="hidden", name=FORM_TOKEN, value=visit.form_token)
    return element("form", token, *children, method="post", action=HOME + path, class_=class_)


def button(words: str, *, name: str | None = None, value: str | None = None, class_: str | None = None) -> Markup:
    """What sends a form."""
    return element("button", words, type="submit", name=name, value=value, class_=class_)


def section(title: str, *children: Child) -> Markup:
    """A part of a page under its title."""
    return element("section", element("h2", title), *children)


def rule_link(rule: str) -> Markup:
    """A rule's id, which leads to the submissions that it speaks against."""
    return link(rule, f"/submissions?rule={rule}")


def ago(microseconds: int, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Markup:
    """How long ago a moment was; the moment itself is shown on it."""
    moment = datetime.fromtimestamp(microseconds / MICROSECONDS, UTC)
    shown = duration((now() - moment).total_seconds())
    exact = moment.isoformat(timespec="seconds")
    return element("time", shown, datetime=exact, title=exact)


def duration(seconds: float) -> str:
    """A duration in its two largest units."""
    left = max(0, int(seconds))
    found: list[str] = []
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count or found or size == 1:
            found.append(f"{count} {name}")
    return " ".join(found[:2])


def html(content: Markup, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A page as an answer."""
    return Response(content.encode(), status, headers=PROTECTION, media_type="text/html; charset=utf-8")


def dotted(children: "list[Markup]") -> Markup:
    """Things on one line, with room between them."""
    return element("p", joined(children, " "), class_="row")
