"""The Docker plugin answers for its own kind only, and its settings are checked where they come in."""

import subprocess
import sys
from typing import Any

import pytest

from prism.errors import PolicyError
from prism.runner.docker_broker import DockerBroker
from prism.runner.plugin import DockerPlugin


def test_it_provides_a_broker_for_its_own_kind_and_none_for_another() -> None:
    plugin = DockerPlugin({})

    assert isinstance(plugin.prism_broker("docker", {}), DockerBroker)
    assert plugin.prism_broker("platform", {}) is None


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"url": "unix:///x"}, "runner.broker.settings"),
        ({"base_url": "/x"}, "runner.broker.settings.base_url"),
        ({"base_url": 1}, "runner.broker.settings.base_url"),
        ({"runtime": ""}, "runner.broker.settings.runtime"),
        ({"seccomp": ""}, "runner.broker.settings.seccomp"),
    ],
)
def test_settings_that_do_not_validate_are_refused_with_their_place(settings: dict[str, Any], where: str) -> None:
    with pytest.raises(PolicyError) as caught:
        DockerPlugin({}).prism_broker("docker", settings)

    assert [problem.where for problem in caught.value.problems] == [where]


def test_providing_a_broker_loads_neither_the_sdk_nor_asks_the_engine() -> None:
    code = (
        "import sys; from prism.runner.plugin import DockerPlugin; "
        "DockerPlugin({}).prism_broker('docker', {'base_url': 'unix:///nowhere'}); "
        "print([name for name in ('docker', 'requests') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
