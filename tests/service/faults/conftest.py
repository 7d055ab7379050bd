"""The real engine, for the tests that need it."""

from collections.abc import Iterator

import pytest

from prism.runner.docker_broker import DockerBroker
from tests.runner.conftest import broker
from tests.service.faults.runs import patient_image

__all__ = ["broker"]


@pytest.fixture(scope="session")
def patient(broker: DockerBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An image whose runs last until they are told to end."""
    with patient_image(tmp_path_factory.mktemp("patient")) as tag:
        yield tag
