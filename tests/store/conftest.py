"""Stores in both databases, of which each test gets a new one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from prism.store import Store, open_store


@pytest.fixture
def store(location: str) -> Iterator[Store]:
    """A new store in each kind of database."""
    with open_store(location, wait_seconds=20) as opened:
        yield opened


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """A new store in a file."""
    with open_store(str(tmp_path / "store.sqlite3"), wait_seconds=0.2) as opened:
        yield opened
