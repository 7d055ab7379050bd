"""``prism serve``: what it shows of its settings, what it refuses, and the worker beside it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.service.http.ended import REJECTED, archive
from tests.service.http.servers import TOKEN, hotkey, running

LLM = """\
policy: 1
name: house
extends: default
plugins:
  similarity:
    settings: {references: [public]}
  llm:
    settings:
      mode: required
      reviewers:
        - {model: ollama/nobody, api_base: "http://127.0.0.1:9", usd_per_million_input: 0, usd_per_million_output: 0}
runner:
  broker: {kind: platform, settings: {url: "http://127.0.0.1:9", challenge_slug: prism}}
"""


def serve(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PRISM_", "CHALLENGE_"))}
    return subprocess.run(
        [sys.executable, "-m", "prism", "serve", *arguments],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def checked(**environment: str) -> tuple[int, dict[str, Any]]:
    done = serve("--check", "--format", "json", **environment)
    return done.returncode, json.loads(done.stdout)


def unsafe(found: dict[str, Any]) -> set[str]:
    return {each["code"] for each in found["unsafe"]}


def test_everything_that_is_unsafe_is_named(tmp_path: Path) -> None:
    code, found = checked(
        PRISM_SHARED_TOKEN="short",
        PRISM_PUBLIC_SUBMISSIONS="true",
        PRISM_PUBLIC_NETUID="1",
        PRISM_REPLICAS="2",
        PRISM_DATABASE_URL=str(tmp_path / "store.sqlite3"),
        PRISM_SLGU="x",
    )
    assert code == 1
    assert unsafe(found) == {
        "inline-token",
        "weak-token",
        "public-beside-bridge",
        "public-for-everybody",
        "sqlite-replicas",
        "review-off",
        "local-execution",
        "no-reference-corpus",
        "unknown-variable",
    }
    assert found["unknown_variables"] == ["PRISM_SLGU"]
    assert found["settings"]["shared_token"] == {"value": "********", "source": "PRISM_SHARED_TOKEN"}
    assert not (tmp_path / "store.sqlite3").exists()


def test_registered_hotkeys_without_tls_are_named() -> None:
    on = {"PRISM_PUBLIC_SUBMISSIONS": "true", "PRISM_PUBLIC_NETUID": "1"}
    named = {"registered-without-tls", "public-for-everybody"}
    for url, dangers in (("http://registry.example/x", {"registered-without-tls"}), ("http://127.0.0.1/x", set())):
        _, found = checked(**on, PRISM_PUBLIC_REGISTERED_HOTKEYS_URL=url)
        assert unsafe(found) & named == dangers


def test_files_that_others_can_read_are_named(tmp_path: Path) -> None:
    token, address = tmp_path / "token", tmp_path / "url"
    token.write_text(TOKEN)
    address.write_text("postgresql://prism:geheim@127.0.0.1:1/prism")
    token.chmod(0o604)
    address.chmod(0o640)
    code, found = checked(PRISM_SHARED_TOKEN_FILE=str(token), PRISM_DATABASE_URL_FILE=str(address))
    assert (code, unsafe(found) & {"secret-file-readable", "inline-token"}) == (1, {"secret-file-readable"})
    assert [each["what"] for each in found["unsafe"] if str(token) in each["what"]]
    assert "geheim" not in str(found)


def test_a_password_in_the_environment_is_named() -> None:
    _, found = checked(PRISM_DATABASE_URL="postgresql://prism:geheim@127.0.0.1:1/prism")
    assert {"inline-database-password", "no-token"} <= unsafe(found)
    assert "geheim" not in str(found)


def test_a_safe_set_up_is_safe(tmp_path: Path) -> None:
    token, policy, store = tmp_path / "token", tmp_path / "house.yaml", tmp_path / "store.sqlite3"
    token.write_text(TOKEN)
    token.chmod(0o600)
    policy.write_text(LLM)
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "model.py").write_text("import torch\n")
    stated = {
        "PRISM_SHARED_TOKEN_FILE": str(token),
        "PRISM_POLICY": str(policy),
        "PRISM_DATABASE_URL": str(store),
    }
    code, found = checked(**stated)
    assert (code, unsafe(found)) == (1, {"store-missing"})
    added = [sys.executable, "-m", "prism", "snapshots", "add", "--reference", "public", str(tmp_path / "public")]
    subprocess.run([*added, "--store", str(store)], check=True, capture_output=True, timeout=60)
    done = serve("--check", **stated)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "nothing is unsafe")


def test_a_review_that_may_be_missing_is_named(tmp_path: Path) -> None:
    policy = tmp_path / "house.yaml"
    for mode, named in (("advisory", {"review-advisory"}), ("off", {"review-off"}), ("required", set[str]())):
        policy.write_text(LLM.replace("mode: required", f"mode: {mode}"))
        _, found = checked(PRISM_POLICY=str(policy), PRISM_DATABASE_URL=str(tmp_path / "store"))
        assert {each for each in unsafe(found) if each.startswith("review-")} == named


@pytest.mark.parametrize(
    ("stated", "codes", "secret"),
    [
        ({"CHALLENGE_SHARED_TOKEN": TOKEN}, {"inline-token"}, TOKEN),
        ({"PRISM_SHARED_TOKEN": "changemechangemechangeme"}, {"inline-token", "weak-token"}, "changeme"),
        ({"CHALLENGE_DATABASE_URL": "postgresql://u:geheim@127.0.0.1:1/d"}, {"inline-database-password"}, "geheim"),
        ({"PRISM_DATABASE_URL": "postgresql://127.0.0.1:1/d?password=geheim"}, {"inline-database-password"}, "geheim"),
        (
            {"PRISM_DATABASE_URL": "postgresql://u@127.0.0.1:1/d", "PGPASSWORD": "geheim"},
            {"inline-database-password"},
            "geheim",
        ),
        ({"PRISM_BROKER_TOKEN": "geheim"}, {"inline-broker-token"}, "geheim"),
        ({"DOCKER_HOST": "tcp://127.0.0.1:2375", "PRISM_POLICY": "default"}, {"local-execution"}, "geheim"),
        ({"PRISM_REPLICAS": "2", "CHALLENGE_DATABASE_URL": "sqlite:////nowhere/x"}, {"sqlite-replicas"}, "geheim"),
    ],
)
def test_every_spelling_of_what_is_unsafe_is_named(
    tmp_path: Path, stated: dict[str, str], codes: set[str], secret: str
) -> None:
    policy = tmp_path / "house.yaml"
    policy.write_text(LLM)
    _, found = checked(**{"PRISM_POLICY": str(policy), **stated})
    assert codes <= unsafe(found)
    assert secret not in str(found)


def test_a_key_in_an_address_is_masked() -> None:
    for url in ("https://u:geheim@registry.example/x", "https://registry.example/x?key=geheim"):
        _, found = checked(PRISM_PUBLIC_REGISTERED_HOTKEYS_URL=url)
        assert "geheim" not in str(found)
        assert "registry.example" in found["settings"]["public.registered_hotkeys_url"]["value"]


def test_production_refuses_what_is_unsafe(tmp_path: Path) -> None:
    done = serve("--production", "--no-worker", PRISM_DATABASE_URL=str(tmp_path / "s"), PRISM_SHARED_TOKEN=TOKEN)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("unsafe-for-production: ")
    assert "inline-token: " in done.stderr
    assert TOKEN not in done.stderr


def test_wrong_settings_start_nothing() -> None:
    done = serve(PRISM_PORT="none", PRISM_POLICY="default")
    assert done.returncode == 2
    assert done.stderr.startswith("settings-invalid: ")


def test_a_policy_that_is_wrong_starts_nothing(tmp_path: Path) -> None:
    done = serve("--no-worker", PRISM_POLICY=str(tmp_path / "absent.yaml"))
    assert done.returncode == 2


def test_a_worker_beside_the_api_reviews_what_comes_in(tmp_path: Path) -> None:
    with running(str(tmp_path / "store.sqlite3"), tmp_path, "--format", "text") as server:
        made = server.hand_in(archive(REJECTED), key=hotkey(5)).json
        found = made
        deadline = time.monotonic() + 60
        while found["status"] in {"pending", "running"} and time.monotonic() < deadline:
            time.sleep(0.2)
            found = server.ask("GET", f"/v1/submissions/{made['id']}", token=None).json
        assert found["status"] == "rejected"
        assert [each["rule"] for each in found["findings"]] == ["safety/forbidden-import"]
        workers = children(server.process.pid)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0
        assert not any(is_alive(each) for each in workers)


def test_a_worker_does_not_outlive_an_api_that_was_killed(tmp_path: Path) -> None:
    with running(str(tmp_path / "store.sqlite3"), tmp_path, "--format", "text") as server:
        deadline = time.monotonic() + 60
        while not (workers := children(server.process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        server.process.kill()
        while any(is_alive(each) for each in workers) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert workers
        assert not any(is_alive(each) for each in workers)


def children(process: int) -> list[int]:
    """The processes that one has started, as the kernel lists them."""
    listed = Path(f"/proc/{process}/task").glob("*/children")
    return [int(each) for task in listed for each in task.read_text().split()]


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("arguments", [["--version"], ["review", "--help"], ["policy", "show", "default"]])
def test_other_commands_do_not_wait_for_the_service(arguments: list[str]) -> None:
    heavy = "{'fastapi', 'starlette', 'uvicorn'}"
    program = f"import sys, atexit; sys.argv[1:] = {arguments!r}; from prism.cli import app\n"
    program += f"code = app.run(sys.argv[1:])\nassert not {heavy} & set(sys.modules), sys.modules\nsys.exit(code)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
