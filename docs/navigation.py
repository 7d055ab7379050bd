"""What the site's navigation holds: every page there is, in the order in which people need them.

mkdocs calls :func:`on_config` before it builds. A list written down by hand would one day miss a page.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

FIRST = "index.md"
SECTIONS = {
    "Learn": ("tutorial",),
    "How to": ("how-to",),
    "Operate": ("operate",),
    "Look up": ("reference",),
    "Understand": ("architecture.md", "explanation"),
}


def on_config(config: Any) -> Any:  # noqa: ANN401 - mkdocs has no types
    """Fill the navigation in."""
    docs = Path(config["docs_dir"])
    sections = [{title: pages} for title, places in SECTIONS.items() if (pages := _pages(docs, places))]
    config["nav"] = [FIRST, *sections]
    return config


def _pages(docs: Path, places: tuple[str, ...]) -> list[Any]:
    return [page for place in places for page in _below(docs, docs / place)]


def _below(docs: Path, place: Path) -> Iterator[Any]:
    """A page, or the pages of a folder by name, its own page first; folders in it are groups of their own."""
    if place.is_file():
        yield _entry(docs, place)
    elif place.is_dir():
        pages = sorted(place.glob("*.md"), key=lambda page: (page.name != FIRST, page.name))
        yield from (_entry(docs, page) for page in pages)
        for folder in sorted(child for child in place.iterdir() if child.is_dir() and any(child.glob("*.md"))):
            yield {folder.name.capitalize(): list(_below(docs, folder))}


def _entry(docs: Path, page: Path) -> dict[str, str]:
    """A page under its own heading, which in a generated one is not its first line."""
    heading = next(line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("# "))
    return {heading.removeprefix("# "): str(page.relative_to(docs))}
