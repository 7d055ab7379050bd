"""What the site's navigation holds: every page there is, in the order in which people need them.

mkdocs calls :func:`on_config` before it builds. A list written down by hand would one day miss a page: what a section
does not name comes after what it names.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

FIRST = "index.md"
HOW_TO = (
    *("write-a-policy", "test-a-policy", "write-a-plugin", "hand-in"),
    *("review-many-projects", "keep-a-store", "compare-submissions", "compare-a-pair", "configure-llm-review"),
    *("run-in-containers", "verify-a-host", "write-an-evaluator", "run-through-platform"),
    *("run-the-service", "use-the-console", "watch-the-service", "receive-notices", "embed"),
)
OPERATE = ("index", "deploy", "behind-platform", "incidents", "back-up", "upgrade", "rotate-secrets")
REFERENCE = (
    *("commands", "errors", "policy", "hooks", "hook-versions", "testing"),
    *("settings", "http", "review", "batch", "pair", "manifest", "evaluation", "limits", "promises"),
)
EXPLANATION = (
    *("threat-model", "not-promised", "queue", "store", "similarity", "pairs", "llm-review"),
    *("benchmarks", "service-benchmark", "similarity-benchmark", "mutation-recall", "false-alarms"),
)
SECTIONS = {
    "Learn": (FIRST, "tutorial"),
    "How to": (*(f"how-to/{name}.md" for name in HOW_TO), "how-to"),
    "Operate": (*(f"operate/{name}.md" for name in OPERATE), "operate"),
    "Look up": (*(f"reference/{name}.md" for name in REFERENCE), "reference"),
    "Understand": ("architecture.md", *(f"explanation/{name}.md" for name in EXPLANATION), "explanation"),
}


def on_config(config: Any) -> Any:  # noqa: ANN401 - mkdocs has no types
    """Fill the navigation in."""
    docs = Path(config["docs_dir"])
    config["nav"] = [{title: pages} for title, places in SECTIONS.items() if (pages := _pages(docs, places))]
    return config


def _pages(docs: Path, places: Iterable[str]) -> list[Any]:
    named = {docs / place for place in places}
    return [page for place in places for page in _below(docs, docs / place, named)]


def _below(docs: Path, place: Path, named: set[Path]) -> Iterator[Any]:
    """A page, or the pages of a folder that are not named by themselves; folders in it are groups of their own."""
    if place.is_file():
        yield _entry(docs, place)
    elif place.is_dir():
        pages = sorted(set(place.glob("*.md")) - named, key=lambda page: (page.name != FIRST, page.name))
        yield from (_entry(docs, page) for page in pages)
        for folder in sorted(child for child in place.iterdir() if child.is_dir() and any(child.glob("*.md"))):
            yield {folder.name.capitalize(): list(_below(docs, folder, named))}


def _entry(docs: Path, page: Path) -> dict[str, str]:
    """A page under its own heading, which in a generated one is not its first line."""
    heading = next(line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("# "))
    return {heading.removeprefix("# "): str(page.relative_to(docs))}
