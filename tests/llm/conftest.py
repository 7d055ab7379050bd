"""A model's server for a test, and one reviewer's process for all of them: it takes seconds to start."""

from collections.abc import Iterator

import pytest
from prism_llm.pool import SHARED

from tests.llm.model_server import ModelServer, says


@pytest.fixture(scope="session", autouse=True)
def _end_of_reviewers() -> Iterator[None]:
    """End the reviewer's processes with the tests."""
    yield
    SHARED.close()


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A server that says ``{}`` until it is given a script."""
    with ModelServer(says({})) as server:
        yield server
