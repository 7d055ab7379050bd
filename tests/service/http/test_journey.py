"""The whole way: signed by a miner, verified by Platform, over the bridge, reviewed, run in a container, and scored."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import sr25519

from prism.runner.docker_broker import DockerBroker
from prism.service import audit
from prism.service.ss58 import address
from prism.store import open_store
from tests.runner.conftest import broker
from tests.service.deliveries import archive
from tests.service.http.platform import SLUG, UPLOAD, Platform, message, open_platform
from tests.service.http.servers import TOKEN, running
from tests.service.test_killed import EXAMPLE, QUICK

__all__ = ["broker"]

PAIRS = [tuple(map(bytes, sr25519.pair_from_seed(bytes([number]) * 32))) for number in (1, 2, 3)]
HOTKEYS = [address(public, 42) for public, _ in PAIRS]
HOSTILE = EXAMPLE.with_name("hostile-shell")


@pytest.fixture(scope="module")
def platform(postgres: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Platform, str]]:
    """Platform in front of a whole service: API, worker beside it, PostgreSQL, and the engine."""
    folder, location = tmp_path_factory.mktemp("journey"), postgres()
    policy, token = folder / "policy.yaml", folder / "token"
    policy.write_text(QUICK)
    token.write_text(TOKEN)
    stated = {"PRISM_SHARED_TOKEN": "", "PRISM_SHARED_TOKEN_FILE": str(token), "PRISM_POLICY": str(policy)}
    with (
        running(location, folder, "--settings", str(empty(folder)), **stated) as server,
        open_platform(Platform(server.port, TOKEN, frozenset(HOTKEYS[:2]))) as opened,
    ):
        yield opened, location


def empty(folder: Path) -> Path:
    settings = folder / "settings.toml"
    settings.touch()
    return settings


def send(
    platform: Platform, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", platform.port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        content = answer.read()
        is_json = "json" in answer.getheader("Content-Type", "")
        return answer.status, json.loads(content) if is_json else content
    finally:
        connection.close()


def signed(number: int, body: bytes, nonce: str) -> dict[str, str]:
    timestamp = str(int(time.time()))
    text = message(HOTKEYS[number], nonce, timestamp, body)
    signature = sr25519.sign(PAIRS[number], text).hex()
    return {"X-Hotkey": HOTKEYS[number], "X-Nonce": nonce, "X-Timestamp": timestamp, "X-Signature": signature}


def project(folder: Path) -> bytes:
    return archive({path.name: path.read_text() for path in folder.iterdir()})


def ended(platform: Platform, submission: str) -> dict[str, Any]:
    """What the miner is told in the end, asked through Platform."""
    deadline = time.monotonic() + 240
    while True:
        status, told = send(platform, "GET", f"/challenges/{SLUG}/v1/submissions/{submission}")
        assert status == 200
        assert time.monotonic() < deadline, told
        if told["status"] not in {"pending", "running"}:
            return dict(told)
        time.sleep(0.2)


@pytest.mark.docker
def test_from_a_signature_to_a_score(platform: tuple[Platform, str], broker: DockerBroker) -> None:
    gate, location = platform
    honest, hostile = project(EXAMPLE), project(HOSTILE)
    headers = signed(0, honest, "n-1")
    status, made = send(gate, "POST", UPLOAD, honest, headers)
    assert (status, made["status"], made["hotkey"]) == (202, "pending", HOTKEYS[0])
    _, bad = send(gate, "POST", UPLOAD, hostile, signed(1, hostile, "n-1"))
    assert send(gate, "POST", UPLOAD, honest, headers) == (401, b"used before")
    assert send(gate, "POST", UPLOAD, honest + b" ", signed(0, honest, "n-2")) == (401, b"wrongly signed")
    assert send(gate, "POST", UPLOAD, honest, signed(2, honest, "n-1")) == (401, b"not registered")

    rejected, completed = ended(gate, bad["id"]), ended(gate, made["id"])
    assert (completed["status"], completed["reason"]) == ("completed", "completed")
    assert 0 < completed["score"] < 1
    assert completed["metrics"]["heldout_bits_per_byte"] > 0
    assert rejected["status"] == "rejected"
    assert all(each["path"] and each["line"] for each in rejected["findings"])
    assert (rejected["score"], rejected["metrics"]) == (None, {})

    assert json.loads(gate.weights()[2])["weights"] == {HOTKEYS[0]: 1.0}
    with open_store(location) as store, store.database.reading() as connection:
        assert list(audit.verify(connection)) == []
    assert not [job for job in broker.list() if job.job_id.startswith((made["id"], bad["id"]))]


@pytest.mark.parametrize(
    "path", ["/INTERNAL/v1/holds", "/%69nternal/v1/holds", "/v1/../internal/v1/holds", "//internal/v1/holds"]
)
def test_what_gets_past_platform_gets_nowhere(platform: tuple[Platform, str], path: str) -> None:
    headers = {"X-Platform-Verified-Hotkey": HOTKEYS[0], "X-Base-Verified-Hotkey": HOTKEYS[0]}
    status, _ = send(platform[0], "GET", f"/challenges/{SLUG}{path}", headers=headers)
    assert status in {401, 404}
