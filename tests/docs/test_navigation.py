"""Whoever opens the site finds every page in its navigation, once."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import ROOT

NAVIGATION = runpy.run_path(str(ROOT / "docs/navigation.py"))


def leaves(entry: Any) -> Iterator[str]:  # noqa: ANN401 - as mkdocs has it
    if isinstance(entry, str):
        yield entry
    else:
        for below in entry.values() if isinstance(entry, dict) else entry:
            yield from leaves(below)


def filled(docs: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = NAVIGATION["on_config"]({"docs_dir": str(docs)})["nav"]
    return found


def test_every_page_is_there_once() -> None:
    pages = sorted(str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md"))
    assert sorted(leaves(filled(ROOT / "docs"))) == pages


@pytest.mark.parametrize("place", [place for places in NAVIGATION["SECTIONS"].values() for place in places])
def test_what_is_named_is_there(place: str) -> None:
    assert (ROOT / "docs" / place).exists()


def test_a_page_that_nobody_has_named_is_there_too(tmp_path: Path) -> None:
    for name in ("index", "how-to/write-a-policy", "how-to/a-new-one", "reference/rules/safety"):
        file = tmp_path / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<!-- made -->\n\n# {name}\n")
    assert filled(tmp_path) == [
        {"Learn": [{"index": "index.md"}]},
        {
            "How to": [
                {"how-to/write-a-policy": "how-to/write-a-policy.md"},
                {"how-to/a-new-one": "how-to/a-new-one.md"},
            ]
        },
        {"Look up": [{"Rules": [{"reference/rules/safety": "reference/rules/safety.md"}]}]},
    ]
