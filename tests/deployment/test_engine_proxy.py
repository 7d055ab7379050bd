"""The proxy in front of the engine lets through what running a submission takes, and nothing else."""

import os
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import msgspec
import pytest

from prism.runner.broker import Ending
from prism.runner.docker_broker import DockerBroker
from prism.runner.spec import RunSpec
from tests.deployment.programs import DEPLOY, program
from tests.runner.conftest import QUICK

ECHO = "import sys; print(len(sys.stdin.buffer.read(300_000)))"
SOMETHING = "0123456789abcdef"
REFUSED = (
    ("POST", "/build"),
    ("POST", "/images/create?fromImage=alpine"),
    ("DELETE", "/images/prism-base:latest"),
    ("POST", "/images/prism-base/tag?repo=prism-evaluator"),
    ("POST", "/images/load"),
    ("POST", f"/containers/{SOMETHING}/exec"),
    ("POST", f"/exec/{SOMETHING}/start"),
    ("GET", f"/containers/{SOMETHING}/archive?path=/"),
    ("PUT", f"/containers/{SOMETHING}/archive?path=/"),
    ("GET", f"/containers/{SOMETHING}/logs"),
    ("GET", f"/containers/{SOMETHING}/export"),
    ("GET", f"/containers/{SOMETHING}/attach/ws"),
    ("POST", f"/containers/{SOMETHING}/update"),
    ("POST", f"/containers/{SOMETHING}/rename?name=x"),
    ("POST", "/containers/prune"),
    ("POST", "/commit?container=x"),
    ("GET", "/volumes"),
    ("POST", "/volumes/create"),
    ("DELETE", "/volumes/x"),
    ("POST", "/networks/create"),
    ("DELETE", "/networks/bridge"),
    ("POST", "/networks/bridge/connect"),
    ("GET", "/secrets"),
    ("GET", "/swarm"),
    ("POST", "/swarm/init"),
    ("GET", "/plugins"),
    ("POST", "/session"),
    ("GET", "/system/df"),
    ("POST", "/auth"),
    ("GET", "/_ping/../volumes"),
    ("GET", "/images/../volumes/json"),
    ("GET", "/%76olumes"),
    ("GET", "//volumes"),
    ("GET", "/v1.41/v1.41/volumes"),
    ("POST", "/containers/create/../../build"),
)


class UnixConnection(HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._path))


@pytest.fixture(scope="module")
def proxy(broker: DockerBroker) -> Iterator[Path]:
    """The socket of a proxy with the configuration that is shipped."""
    with tempfile.TemporaryDirectory(prefix="prism-ha-") as folder:
        door = Path(folder) / "door"
        environment = {
            **os.environ,
            "ENGINE_PROXY_BIND": f"unix@{door}",
            "ENGINE_SOCKET": "unix@/var/run/docker.sock",
        }
        command = [program("haproxy"), "-q", "-f", str(DEPLOY / "engine-proxy.cfg")]
        with subprocess.Popen(command, env=environment) as process:
            try:
                deadline = time.monotonic() + 30
                while not door.exists() and time.monotonic() < deadline:
                    time.sleep(0.02)
                yield door
            finally:
                process.terminate()


def asked(proxy: Path, method: str, path: str) -> int:
    connection = UnixConnection(proxy)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    finally:
        connection.close()


def spec(code: str, *, wall_seconds: int = 30, payload: bytes = b"") -> RunSpec:
    return RunSpec(
        job_id=f"proxied-{secrets.token_hex(6)}",
        image=QUICK.image,
        command=("python3", "-I", "-c", code),
        user=QUICK.user,
        network="none",
        limits=msgspec.structs.replace(QUICK.limits, wall_seconds=wall_seconds),
        payload=payload,
    )


def test_a_broker_runs_containers_through_it(proxy: Path) -> None:
    through = DockerBroker({"base_url": f"unix://{proxy}"})

    record = through.run(spec(ECHO, payload=bytes(300_000)))

    assert (record.ending, record.exit_code, record.stdout) == (Ending.BY_ITSELF, 0, b"300000\n")
    assert through.identity(QUICK.image)["image_digest"].startswith("sha256:")


def test_a_broker_ends_and_removes_containers_through_it(proxy: Path) -> None:
    through = DockerBroker({"base_url": f"unix://{proxy}"})
    wanted = spec("import time; time.sleep(60)", wall_seconds=1)

    assert through.run(wanted).ending is Ending.TIME_LIMIT
    assert wanted.job_id not in {job.job_id for job in through.list()}
    assert through.cleanup(wanted.job_id) == 0


@pytest.mark.parametrize("version", ["", "/v1.41"])
@pytest.mark.parametrize(("method", "path"), REFUSED)
def test_everything_else_is_refused(proxy: Path, version: str, method: str, path: str) -> None:
    assert asked(proxy, method, version + path) == 403


@pytest.mark.parametrize("path", ["/_ping", "/v1.41/info", "/v1.41/images/prism-base:latest/json"])
def test_what_is_let_through_is_the_engines_answer(proxy: Path, path: str) -> None:
    assert asked(proxy, "GET", path) == 200
