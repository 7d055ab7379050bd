"""Hostile archives, each with the rules that must refuse it: generated, so that every byte has its reason."""

from collections.abc import Iterator

from tests.intake.hostile_case import Case
from tests.intake.hostile_contents import hostile_contents
from tests.intake.hostile_headers import hostile_headers
from tests.intake.hostile_layout import hostile_layout
from tests.intake.hostile_names import hostile_names


def hostile() -> Iterator[Case]:
    """Every hostile archive."""
    yield from hostile_names()
    yield from hostile_headers()
    yield from hostile_layout()
    yield from hostile_contents()
