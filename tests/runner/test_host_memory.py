"""A host without memory is not the submission's fault, whatever the engine says of it."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from prism.runner.docker_broker import DockerBroker
from prism.runner.result import Reason
from prism.runner.run import Texts, run_snapshot
from tests.runner.conftest import QUICK
from tests.runner.test_attacks import ENTRYPOINTS, project
from tests.sandbox.weak import WeakBroker, Weakness

GROUPS = Path("/sys/fs/cgroup")


@pytest.fixture
def narrow_group(broker: DockerBroker) -> Iterator[str]:
    """A control group for containers that has less memory than the containers may take."""
    with contextlib.closing(docker.from_env()) as client:
        if os.geteuid() != 0 or client.api.info()["CgroupDriver"] != "cgroupfs":
            pytest.skip("only root can make a control group, and only for an engine that uses plain ones")
    name = f"prism-test-{os.getpid()}"
    is_old = (GROUPS / "memory").is_dir()
    group = GROUPS / "memory" / name if is_old else GROUPS / name
    group.mkdir()
    (group / ("memory.limit_in_bytes" if is_old else "memory.max")).write_text(str(400_000_000))
    yield name
    for left in (GROUPS / name, *GROUPS.glob(f"*/{name}")):
        with contextlib.suppress(FileNotFoundError):
            left.rmdir()


@pytest.mark.docker
def test_what_is_killed_for_memory_that_others_lack_is_held(narrow_group: str, tmp_path: Path) -> None:
    weak = WeakBroker(Weakness(breaks=(), walls={"CgroupParent": f"/{narrow_group}"}), tmp_path)
    result = run_snapshot(project("memory"), ENTRYPOINTS, QUICK, weak, texts=Texts())

    assert (result.reason, result.submission_status) == (Reason.RUN_DISTURBED, "held"), result
    assert result.limits_hit == ()
    assert "the host is short" in result.log_tail
