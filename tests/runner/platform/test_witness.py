"""Who is behind Platform's broker: the same host, engine and image are known again, and no others taken for them."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from prism.errors import RunnerError
from prism.policy.model import BrokerChoice, VerificationPolicy
from prism.runner.docker_broker import DockerBroker
from prism.runner.platform import seen
from prism.runner.platform.witness import digest_of
from prism.runner.result import Reason
from prism.runner.run import Texts, run_snapshot
from prism.sandbox import record
from prism.sandbox.catalogue import attacks
from prism.sandbox.outcome import Outcome
from prism.sandbox.requirement import require_verified
from prism.sandbox.verify import verify
from tests.runner.conftest import QUICK
from tests.runner.platform.server import PlatformServer, docker
from tests.runner.platform.test_broker import broker_of, server, spec
from tests.runner.test_attacks import ENTRYPOINTS, project
from tests.sandbox.conftest import state

__all__ = ["server", "state"]

POLICY = msgspec.structs.replace(
    QUICK,
    broker=BrokerChoice(kind="platform"),
    verification=VerificationPolicy(required=("io-uring", "host-loopback")),
)


@pytest.fixture
def other_image(broker: DockerBroker) -> Iterator[str]:
    """The evaluation image with one file more."""
    name, image = f"prism-test-{os.getpid()}", f"prism-evaluator:test-{os.getpid()}"
    docker("run", "--name", name, "--network", "none", "--user", "0", QUICK.image, "touch", "/opt/prism/more")
    docker("commit", name, image)
    docker("rm", name)
    yield image
    docker("rmi", image)


@pytest.mark.docker
def test_a_host_and_an_image_are_known_again_and_no_others(server: PlatformServer, other_image: str) -> None:
    first = broker_of(server).identity(QUICK.image)

    assert broker_of(server).identity(QUICK.image) == first
    assert all(first[name] for name in ("kernel", "boot", "init", "filters", "mounts_sha256", "image_sha256"))
    other = broker_of(server).identity(other_image)
    assert {name for name in first if first[name] != other[name]} == {"image_sha256"}
    server.loosened = {"security_opt": ["no-new-privileges", "seccomp=unconfined"]}
    other = broker_of(server).identity(QUICK.image)
    assert {name for name in first if first[name] != other[name]} == {"filters"}


@pytest.mark.docker
def test_what_was_verified_may_run_and_what_is_another_one_now_may_not(
    server: PlatformServer, broker: DockerBroker
) -> None:
    required = [attack for attack in attacks() if attack.id in POLICY.verification.required]
    with pytest.raises(RunnerError, match="nobody has verified"):
        require_verified(broker_of(server), POLICY)
    found = verify(broker_of(server), POLICY, required)
    record.save(found)
    platform = broker_of(server)
    require_verified(platform, POLICY)
    result = run_snapshot(project("honest"), ENTRYPOINTS, POLICY, platform, texts=Texts())
    server.loosened = {"security_opt": ["no-new-privileges", "seccomp=unconfined"]}
    with pytest.raises(RunnerError) as caught:
        platform.run(spec("print('ran')"))

    assert [promise.outcome for promise in found.promises] == [Outcome.KEPT] * 2
    assert result.reason is Reason.COMPLETED, result.log_tail
    assert "another host, engine or image" in caught.value.what
    with pytest.raises(RunnerError, match="nobody has verified"):
        require_verified(platform, POLICY)


@pytest.mark.docker
def test_a_run_on_a_known_host_is_the_same_run(server: PlatformServer, broker: DockerBroker) -> None:
    platform = broker_of(server)
    platform.identity(QUICK.image)
    code = "import os, sys; print(sys.stdin.read(), sys.argv[1:], os.environ.get('1')); sys.exit(97)"
    wanted = spec(code, payload=b"the job")
    wanted = msgspec.structs.replace(wanted, command=(*wanted.command, "a b", "$HOME"))
    came = platform.run(wanted)

    assert (came.exit_code, came.stdout) == (97, b"the job ['a b', '$HOME'] None\n")


@pytest.mark.parametrize("says", ["", "python3: not found"])
def test_a_host_of_which_nothing_is_told_is_no_known_one(server: PlatformServer, says: str) -> None:
    server.fault, server.engine_says, server.engine_code = "engine", says, 0

    with pytest.raises(RunnerError, match="nothing tells which host"):
        broker_of(server).identity(QUICK.image)


def test_an_image_is_known_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    file = tmp_path / "folder" / "file"
    file.write_text("one")
    first = seen.seen(str(tmp_path))
    (tmp_path / "link").symlink_to("file")
    same = seen.seen(str(tmp_path))
    os.utime(file, (1, 1))
    touched = seen.seen(str(tmp_path))

    assert same == first
    assert digest_of(same) == digest_of(first) != digest_of(touched)
    assert {name for name in first if first[name] != touched[name]} == {"image_sha256"}
