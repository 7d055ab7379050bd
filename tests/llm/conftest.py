"""A model's server for a test, and one reviewer's process for all of them: it takes seconds to start."""

from collections.abc import Iterator

import pytest
from prism_llm.pool import SHARED

from tests.llm.gates import Gates
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


@pytest.fixture(scope="module")
def gates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gates]:
    """Gates whose policies ask a server of their own."""
    with ModelServer(says({})) as server:
        gates = Gates(tmp_path_factory.mktemp("gates"), server)
        yield gates
        gates.close()
