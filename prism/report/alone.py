"""A page that stands by itself: one file, nothing fetched, and nothing that runs but what PRISM put there."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from prism.report.markup import Child, Markup, element
from prism.report.regions import REGION_STYLE

HERE: Final = Path(__file__).parent


@cache
def page_style() -> str:
    """What pages look like, in light and dark."""
    return (HERE / "page.css").read_text(encoding="utf-8") + REGION_STYLE


def policy(*, style: str, script: str = "") -> str:
    """The content security policy under which a page's own style and script work, and nothing else does."""
    allowed = f"default-src 'none'; style-src {_digest(style)}; base-uri 'none'; form-action 'none'"
    return f"{allowed}; script-src {_digest(script)}" if script else allowed


def alone(title: str, *children: Child, style: str, script: str = "") -> Markup:
    """The whole page; style and script are PRISM's own texts."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy(style=style, script=script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", Markup(style)),
    )
    main = element("main", element("h1", title), *children)
    end = element("script", Markup(script)) if script else None
    return Markup("<!doctype html>\n" + element("html", head, element("body", main, end), lang="en"))


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
