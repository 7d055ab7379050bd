"""The page for Prometheus over real servers: what it says, who may read it, and that nobody can make it grow."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Scope

from prism.gate import Gate
from prism.service.http.metrics import comes_from_here
from tests.service.deliveries import archive
from tests.service.http.ended import APPROVED, HELD, REJECTED, end
from tests.service.http.servers import TOKEN, Server, hotkey, running

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
OF_PROMETHEUS = {
    "User-Agent": "Prometheus/3.5.0",
    "Accept": "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1",
    "Accept-Encoding": "gzip",
    "X-Prometheus-Scrape-Timeout-Seconds": "10",
}
SECRET = "a-secret-that-signs-notices"  # noqa: S105 - it signs nothing


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with Gate.from_policy("default") as opened:
        yield opened


def page(server: Server, **headers: str) -> Samples:
    answer = server.ask("GET", "/metrics", token=None, headers={k.replace("_", "-"): v for k, v in headers.items()})
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.body.decode())
    return {(each.name, tuple(sorted(each.labels.items()))): each.value for one in families for each in one.samples}


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, tuple(sorted(labels.items()))), 0.0)


def with_webhook(folder: Path) -> Path:
    """A policy with a receiver that nobody is at."""
    secret, policy = folder / "secret", folder / "policy.yaml"
    secret.touch(0o600)
    secret.write_text(SECRET)
    told = "{url: 'http://127.0.0.1:1/', secret_file: secret, attempts: 1}"
    policy.write_text(f"policy: 1\nname: told\nextends: default\nplugins: {{webhook: {{settings: {told}}}}}\n")
    return policy


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def until(server: Server, holds: Callable[[Samples], bool]) -> Samples:
    deadline = time.monotonic() + 20
    while not holds(found := page(server)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


def test_what_has_ended_is_counted_apart(server: Server, gate: Gate) -> None:
    before = page(server)
    for number, model in enumerate((APPROVED, HELD, REJECTED), start=900):
        end(server, gate, number, model)
    server.hand_in(b"PK-waits", key=hotkey(903))
    found = until(server, lambda seen: value(seen, "prism_rejections_total", rule="safety/forbidden-import") > 0)
    for name, labels, more in (
        ("prism_submissions", {"status": "completed"}, 1),
        ("prism_submissions", {"status": "rejected"}, 1),
        ("prism_submissions", {"status": "held"}, 1),
        ("prism_submissions", {"status": "pending"}, 1),
        ("prism_outcomes_total", {"status": "rejected"}, 1),
        ("prism_reviews_total", {"verdict": "approved"}, 1),
        ("prism_review_seconds_count", {}, 3),
    ):
        assert value(found, name, **labels) - value(before, name, **labels) == more, name
    assert value(found, "prism_review_seconds_sum") > value(before, "prism_review_seconds_sum")
    assert value(found, "prism_store_up") == 1
    assert value(found, "prism_oldest_submission_seconds", status="pending") > 0
    assert value(found, "prism_part_away", part="broker") == 0
    for name, reason in (
        ("failures", "project-raised"),
        ("dead_letters", "engine-full"),
        ("troubles", "image-missing"),
    ):
        assert (f"prism_{name}_total", (("reason", reason),)) in found
    assert not [labels for name, labels in found if name == "prism_failures_total" and "safety" in str(labels)]


def test_only_this_machine_reads_it_without_the_token(file_server: Server) -> None:
    ask = file_server.ask
    for headers in (
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"},
        {"X-Forwarded-Port": "443"},
        {"CF-Connecting-IP": "203.0.113.7"},
        {"X-Envoy-External-Address": "203.0.113.7"},
        {"Cookie": "prism_session=x"},
        {"Origin": "http://evil.example"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "["},
        {"Authorization": "Bearer wrong"},
        {"Authorization": ""},
    ):
        answer = ask("GET", "/metrics", token=None, headers=headers)
        assert (answer.status, answer.code) == (401, "token-wrong"), headers
    assert ask("GET", "/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status == 200
    assert ask("GET", "/metrics", token=None, headers={"Host": "localhost:9"}).status == 200
    assert ask("GET", "/metrics", token=None, headers=OF_PROMETHEUS).status == 200
    assert ask("POST", "/metrics").code == "method-not-allowed"


@pytest.mark.parametrize(
    ("client", "host", "is_from_here"),
    [
        ("127.0.0.1", b"127.0.0.1:8000", True),
        ("127.9.9.9", b"localhost", True),
        ("::1", b"[::1]:8000", True),
        ("::1", b"[::1]", True),
        ("203.0.113.7", b"127.0.0.1:8000", False),
        ("10.0.0.1", b"localhost", False),
        ("127.0.0.1", b"", False),
        ("127.0.0.1", b"\xff", False),
        ("localhost", b"localhost", False),
        (None, b"localhost", False),
    ],
)
def test_the_address_decides_and_not_the_name(client: str | None, host: bytes, is_from_here: bool) -> None:
    scope: dict[str, Any] = {"client": client and (client, 1), "headers": [(b"host", host)], "http_version": "1.1"}
    found: Scope = scope
    assert comes_from_here(found) is is_from_here


def test_it_can_be_closed_on_this_machine_too(tmp_path: Path) -> None:
    with running(str(tmp_path / "store.sqlite3"), tmp_path, PRISM_METRICS_ON_LOOPBACK="false") as server:
        assert server.ask("GET", "/metrics", token=None).code == "token-wrong"
        assert server.ask("GET", "/metrics").status == 200


def test_no_client_and_no_miner_makes_a_series(file_server: Server) -> None:
    server = file_server
    server.ask("GET", "/metrics", token=None)
    series = {key for key in page(server) if key[0].startswith("prism_http")}
    for number in range(20):
        server.ask("GET", f"/nowhere/{number}")
        server.ask(f"VERB{number}", "/health")
        server.ask("GET", f"/v1/submissions/{number:032x}")
        server.hand_in(f"PK{number}".encode(), X_Submission_Filename=f'x{number}"}}\n.zip'.replace("\n", "\\n"))
    grown = {key for key in page(server) if key[0].startswith("prism_http")} - series
    labels = {dict(labels)["route"] for _, labels in grown}
    assert labels <= {"none", "/health", "/v1/submissions/{id}", "/internal/v1/bridge/submissions"}
    assert {dict(labels).get("method", "other") for _, labels in grown} <= {"GET", "POST", "other"}


def test_without_the_database_the_page_says_so(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    with running(str(store), tmp_path) as server:
        assert value(page(server), "prism_store_up") == 1
        for file in tmp_path.glob("store.sqlite3*"):
            file.write_bytes(b"nothing that was here" * 1_000)
        found = until(server, lambda seen: not value(seen, "prism_store_up"))
        assert value(found, "prism_http_requests_total", method="GET", route="/metrics", status="200") > 0
        assert not [name for name, _ in found if name == "prism_submissions"]


def test_the_log_names_what_it_is_about_and_no_secret(tmp_path: Path) -> None:
    """A whole way with a worker beside the API, which tells a receiver that is away, and text that forges lines."""
    forged = '{"level": "info", "message": "forged"}'
    hostile = archive({"model.py": f"import os\n# {forged}\n", f"{forged}.py": "import os\n"})
    settings = {"PRISM_POLICY": str(with_webhook(tmp_path)), "PRISM_CONCURRENCY": "1"}
    with running(str(tmp_path / "store.sqlite3"), tmp_path, "--format", "text", **settings) as server:
        taken = server.hand_in(hostile, X_Submission_Filename=f"a%0a{forged}")
        server.ask("GET", "/internal/v1/holds", token=f"{TOKEN}x")
        until(server, lambda seen: value(seen, "prism_outcomes_total", status="rejected") == 1)
        wait_for(lambda: "a notice was not taken" in server.log_file.read_text(encoding="ascii"))
        server.ask("GET", "/internal/v1/holds")
        server.ask("GET", f"/metrics/%0a{forged}".replace(" ", "%20"), headers={"X-Forwarded-For": forged})
        server.raw(
            b"GET / HTTP/1.1\r\nHost: x\r\nX-Platform-Verified-Hotkey: \x1b[2J\xc2\x85\r\nConnection: close\r\n\r\n"
        )
        said = server.logged(taken.headers["x-request-id"])
    (line,) = (line for line in said if line["message"] == "answered")
    assert (line["submission"], line["status"]) == (taken.json["id"], 202)
    (worked,) = (line for line in server.log() if line["message"].endswith("is rejected"))
    assert (worked["submission"], worked["status"]) == (taken.json["id"], "rejected")
    text = server.log_file.read_text(encoding="ascii")
    assert TOKEN not in text
    assert SECRET not in text
    assert not [line for line in server.log() if line["message"] == "forged"]
