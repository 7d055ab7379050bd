"""Every field of the request, lost on the way to a real engine: each loss is seen and refuses the run by name."""

from pathlib import Path
from typing import Any

import pytest

from prism.errors import RunnerError
from prism.policy.model import RunLimits
from prism.runner.container import create_arguments
from prism.runner.docker_broker import DockerBroker
from prism.runner.docker_settings import SHIPPED_SECCOMP
from prism.runner.enforcement import require_able, require_taken_over
from prism.runner.spec import RunSpec
from tests.runner.conftest import QUICK
from tests.runner.lossy_engine import lossy_engine
from tests.runner.test_docker_broker import error_of, spec

WALLS = create_arguments(
    RunSpec(job_id="job", image="image", user="65534:65534", network="none", limits=RunLimits()),
    image="image",
    runtime="runc",
    seccomp=str(SHIPPED_SECCOMP),
)["HostConfig"]
# Lost, they are what the engine would have done anyway: it makes no difference, and none may be reported.
SAME_WITHOUT = {"Privileged", "PidMode", "Init", "RestartPolicy", "Runtime"}
NAMES = {
    "NanoCpus": "runner.limits.cpus",
    "Memory": "runner.limits.memory_bytes",
    "MemorySwap": "runner.limits.swap_bytes",
    "PidsLimit": "runner.limits.pids",
    "Ulimits": "runner.limits: open_files, file_bytes",
    "Tmpfs": "runner.limits: scratch_bytes, scratch_files",
    "NetworkMode": "runner.network",
    "SecurityOpt": "runner.broker.settings.seccomp",
}


@pytest.mark.docker
@pytest.mark.parametrize("field", sorted(WALLS.keys() - SAME_WITHOUT))
def test_a_field_that_is_lost_is_missed_by_name(broker: DockerBroker, tmp_path: Path, field: str) -> None:
    def lose(asked: dict[str, Any]) -> None:
        del asked["HostConfig"][field]
        if field == "Memory":  # the engine itself refuses one without the other
            del asked["HostConfig"]["MemorySwap"]

    with lossy_engine(tmp_path, asked=lose) as address:
        error = error_of(DockerBroker({"base_url": address}), spec("print('ran')"))

    assert error.code == "limit-unsupported"
    assert NAMES.get(field, f"the engine's {field}") in error.where


CHANGES: dict[str, dict[str, Any]] = {
    "the engine's Privileged": {"Privileged": True},
    "the engine's PidMode": {"PidMode": "host"},
    "the engine's Init": {"Init": True},
    "the engine's Devices": {"Devices": [{"PathOnHost": "/dev/null", "PathInContainer": "/dev/x"}]},
    "the engine's CapAdd": {"CapAdd": ["CHOWN"]},
    "the engine's GroupAdd": {"GroupAdd": ["0"]},
    "the engine's Mounts": {"Mounts": [{"Type": "volume", "Target": "/data"}]},
    "runner.limits: scratch_bytes, scratch_files": {"Tmpfs": {"/scratch": "rw"}},
    "runner.limits.pids": {"PidsLimit": 100_000},
}


@pytest.mark.docker
@pytest.mark.parametrize("name", CHANGES)
def test_a_field_that_is_changed_or_added_is_seen(broker: DockerBroker, tmp_path: Path, name: str) -> None:
    with lossy_engine(tmp_path, asked=lambda asked: asked["HostConfig"].update(CHANGES[name])) as address:
        error = error_of(DockerBroker({"base_url": address}), spec("print('ran')"))

    assert error.code == "limit-unsupported"
    assert name in error.where.split(", ") or name == error.where


@pytest.mark.docker
@pytest.mark.parametrize(("field", "value"), [("User", "0:0"), ("Cmd", ["true"]), ("Image", "prism-base:latest")])
def test_another_user_command_or_image_is_seen(broker: DockerBroker, tmp_path: Path, field: str, value: object) -> None:
    with lossy_engine(tmp_path, asked=lambda asked: asked.update({field: value})) as address:
        error = error_of(DockerBroker({"base_url": address}), spec("print('ran')"))

    assert error.code == "limit-unsupported"


ABILITIES = {
    "MemoryLimit": "runner.limits.memory_bytes",
    "SwapLimit": "runner.limits.swap_bytes",
    "CpuCfsQuota": "runner.limits.cpus",
    "PidsLimit": "runner.limits.pids",
    "SecurityOptions": "runner.broker.settings.seccomp",
}


@pytest.mark.docker
@pytest.mark.parametrize("ability", ABILITIES)
def test_what_the_engine_says_it_cannot_limit_is_refused_before_anything_is_made(
    broker: DockerBroker, tmp_path: Path, ability: str
) -> None:
    with lossy_engine(tmp_path, said=lambda said: said.update({ability: None})) as address:
        error = error_of(DockerBroker({"base_url": address}), spec("print('ran')"))

    assert (error.code, error.where) == ("limit-unsupported", ABILITIES[ability])


def test_an_engine_that_says_nothing_of_itself_is_refused() -> None:
    with pytest.raises(RunnerError) as caught:
        require_able({})

    assert caught.value.where == ", ".join(ABILITIES.values())


def test_an_answer_that_holds_nothing_is_not_taken_for_agreement() -> None:
    asked = {"Image": "image", "User": QUICK.user, "HostConfig": WALLS}
    with pytest.raises(RunnerError) as caught:
        require_taken_over(asked, {"Image": "", "Config": {}, "HostConfig": {}})

    assert "runner.limits.memory_bytes" in caught.value.where
    assert "runner.user" in caught.value.where
