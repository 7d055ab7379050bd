"""Every file or folder of the repository that a page names is there."""

import re
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, documents

NAMED = re.compile(r"`((?:docs|examples|plugins|policies|prism|tests)/[\w./*-]+)`")
ELSEWHERE = {"prism/slots"}
"""In a user's state folder."""


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert [path for path in set(named) - ELSEWHERE if not any(ROOT.glob(path.rstrip("/")))] == []


def test_pages_do_name_some() -> None:
    assert len(NAMED.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))) > 50
