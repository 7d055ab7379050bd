"""The pages for operators name all that the check before production can find, and only links that lead somewhere."""

import inspect
import re

from prism.service import dangers
from prism.service.http.problems import KINDS
from prism.service.settings import Settings
from tests.docs.blocks import ROOT

PAGES = {page.stem: page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "operate").glob("*.md")}
CODES = set(re.findall(r'Danger\(\s*"([a-z-]+)"', inspect.getsource(dangers)))


def test_the_check_list_has_every_danger() -> None:
    assert len(CODES) >= 9
    shown = set(re.findall(r"\| `([a-z-]+)` \|$", PAGES["index"], re.MULTILINE))
    assert shown == CODES


def test_the_answers_that_are_explained_are_those_that_are_given() -> None:
    named = set(re.findall(r"(?:401|429|503) `([a-z-]+)`", PAGES["incidents"]))
    assert named
    assert named <= KINDS.keys()


def test_the_settings_that_are_named_are_settings() -> None:
    names = {"body_bytes", "headers", "shared_token_file", "slug", "token_overlap_seconds", "replicas"}
    assert names <= set(Settings.__struct_fields__)
    text = "".join(PAGES.values())
    assert not [name for name in names if f"`{name}`" not in text and f"{name} = " not in text]
