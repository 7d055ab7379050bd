"""The compose file, brought up as the page of deployment says, with the commands of that page."""

import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from prism.runner.docker_broker import DockerBroker
from tests.deployment.conftest import Images
from tests.deployment.programs import DEPLOY, called, compose, program
from tests.docs.blocks import ROOT, Command, matches, sessions
from tests.runner.conftest import QUICK
from tests.service.http.ended import REJECTED, archive
from tests.service.http.servers import BRIDGE, hotkey

HONEST = (ROOT / "examples" / "honest-small" / "model.py").read_text(encoding="utf-8")
PAGE = "docs/operate/deploy.md"
POLICY = f"""
policy: 1
name: deployment
extends: default
runner:
  image: {QUICK.image}
  evaluation: {{steps: 2, batch_size: 4, sequence_bytes: 16, heldout_windows: 32}}
"""
CLIENT = """#!/bin/sh
# `docker compose` also where Compose is a program of its own.
if [ "$1" = compose ]; then shift; exec {compose} "$@"; fi
exec {docker} "$@"
"""
HANDS_ON = "import socket; socket.create_connection(('engine-proxy', 2375), 5)"


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What the page's commands have brought up."""

    folder: Path
    environment: Mapping[str, str]

    def compose(self, *arguments: str) -> str:
        return called(*compose(), *arguments, cwd=self.folder, env=dict(self.environment))

    @property
    def token_file(self) -> Path:
        return self.folder / "secrets" / "challenge_token"

    def ask(self, method: str, path: str, *, token: str = "", body: bytes | None = None) -> tuple[int, Any]:
        headers = {"X-Platform-Verified-Hotkey": hotkey(7), "Content-Type": "application/zip"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        url = f"http://{self.compose('port', 'api', '8000').strip()}{path}"
        try:
            with urlopen(Request(url, data=body, headers=headers, method=method), timeout=30) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)

    def container(self, service: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = json.loads(called("docker", "inspect", self.compose("ps", "-q", service).strip()))
        return found[0]


def commands() -> tuple[Command, ...]:
    (page,) = (session for session in sessions() if session.page == PAGE)
    return page.commands


@pytest.fixture(scope="module")
def deployment(images: Images, broker: DockerBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("deployed")
    programs = folder / "bin"
    programs.mkdir()
    client = CLIENT.format(compose=" ".join(compose()), docker=program("docker"))
    (programs / "docker").write_text(client)
    (programs / "docker").chmod(0o755)
    (folder / "docs").symlink_to(ROOT / "docs")
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "COMPOSE_PROJECT_NAME": f"prism-tested-{secrets.token_hex(4)}",
        "PRISM_IMAGE": images.prism,
        "POSTGRES_IMAGE": images.postgres,
        "HAPROXY_IMAGE": images.haproxy,
        "PRISM_PUBLISH": "127.0.0.1:",
    }
    made = Deployment(folder=folder / "prism-service", environment=environment)
    try:
        for command in commands():
            follow(command, made, images)
        yield made
    finally:
        arguments = [*compose(), "down", "--volumes", "--timeout", "10"]
        subprocess.run(arguments, cwd=made.folder, env=environment, capture_output=True, check=False)


def follow(command: Command, made: Deployment, images: Images) -> None:
    """Do what the page says; the operator's own policy runs something small."""
    line = command.line.replace("prism:latest", images.prism)
    printed = called("sh", "-c", line, cwd=made.folder.parent, env=dict(made.environment))
    assert matches(command.output, printed), f"{line} printed:\n{printed}"
    if line.startswith("cp -r"):
        (made.folder / "policy.yaml").write_text(POLICY)


def test_a_submission_is_reviewed_run_and_scored(deployment: Deployment) -> None:
    token = deployment.token_file.read_text().strip()
    made = {
        status: deployment.ask("POST", BRIDGE, token=token, body=archive(model))
        for status, model in {"completed": HONEST, "rejected": REJECTED}.items()
    }

    assert {code for code, _ in made.values()} == {202}
    for status, (_, answer) in made.items():
        ended = wait_for(deployment, answer["id"])
        assert ended["status"] == status, (ended, deployment.compose("logs", "worker"))
        assert bool(ended.get("score")) is (status == "completed")


def wait_for(deployment: Deployment, submission: str) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while True:
        _, found = deployment.ask("GET", f"/v1/submissions/{submission}")
        if found["status"] not in {"pending", "running"} or time.monotonic() > deadline:
            return dict(found)
        time.sleep(0.3)


@pytest.mark.parametrize("service", ["api", "worker", "engine-proxy"])
def test_containers_have_no_rights(deployment: Deployment, service: str) -> None:
    host = deployment.container(service)["HostConfig"]

    assert host["ReadonlyRootfs"] is True
    assert host["Privileged"] is False
    assert (host["CapAdd"], host["CapDrop"]) == (None, ["ALL"])
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["Memory"] > 0
    assert host["PidsLimit"] > 0


@pytest.mark.parametrize("service", ["api", "worker"])
def test_the_socket_of_the_engine_is_not_theirs(deployment: Deployment, service: str) -> None:
    found = deployment.container(service)

    assert found["Config"]["User"] == "10001:10001"
    assert not [mount for mount in found["Mounts"] if "docker.sock" in mount["Source"]]
    assert not [each for each in found["Config"]["Env"] if "postgresql://" in each]


def test_only_the_worker_reaches_the_proxy(deployment: Deployment) -> None:
    python = ("/opt/prism/bin/python", "-I", "-c", HANDS_ON)

    deployment.compose("exec", "-T", "worker", *python)
    refused = subprocess.run(
        [*compose(), "exec", "-T", "api", *python],
        cwd=deployment.folder,
        env=dict(deployment.environment),
        capture_output=True,
        check=False,
    )
    assert refused.returncode != 0
    assert b"gaierror" in refused.stdout + refused.stderr


def test_a_token_that_is_written_over_is_taken_without_a_restart(deployment: Deployment) -> None:
    old, new = deployment.token_file.read_text().strip(), secrets.token_hex(32)
    called("sh", "-c", f"echo {new} > secrets/challenge_token", cwd=deployment.folder)

    path = "/internal/v1/holds"
    assert [deployment.ask("GET", path, token=each)[0] for each in (new, old, "x" * 64)] == [200, 200, 401]


def test_the_file_for_a_host_of_its_own_is_whole(deployment: Deployment) -> None:
    environment = {**deployment.environment, "ENGINE_PROXY_BIND": "127.0.0.1:0"}
    arguments = ("--file", "engine-host.yaml", "config")
    assert "network_mode: host" in called(*compose(), *arguments, cwd=DEPLOY, env=environment)
