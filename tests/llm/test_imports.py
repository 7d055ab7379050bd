"""What the library costs whom: nothing PRISM's own processes, and nobody a connection that no question needs."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from prism_llm.exchange import Request
from prism_llm.reviewer_process import ReviewerProcess, environment_for
from prism_llm.wire import Order, Said

from prism.errors import EXIT_APPROVED
from tests.llm.gates import policy_file, reviewer
from tests.llm.model_server import ModelServer, says
from tests.llm.scripted_answers import judges

WATCH = """
import json, os, sys

ASKING = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "socket.getnameinfo")

def note(event, args):
    is_ours = event == "exec" and ("litellm" in args[0].co_filename or "prism_llm" in args[0].co_filename)
    if is_ours or event == "subprocess.Popen" or event in ASKING:
        with open(os.environ["WATCH_LOG"], "a") as log:
            log.write(json.dumps([os.getpid(), event, [repr(each) for each in args]]) + "\\n")

is_noting = False

def watch(event, args):
    global is_noting
    if not is_noting:
        is_noting = True
        try:
            note(event, args)
        finally:
            is_noting = False

sys.addaudithook(watch)
"""
"""Runs in every Python process that is started with this folder among its paths, before anything else."""


class Watch:
    """What processes imported, started and connected to."""

    def __init__(self, folder: Path) -> None:
        (folder / "sitecustomize.py").write_text(WATCH)
        self._log = folder / "log"
        self.environment = {"PYTHONPATH": str(folder), "WATCH_LOG": str(self._log)}

    def events(self) -> list[tuple[int, str, list[str]]]:
        """Process, event and arguments, in their order."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [(pid, event, args) for pid, event, args in map(json.loads, lines)]

    def imported(self, file: str) -> bool:
        """Whether any process ran a module."""
        return any(event == "exec" and f'/{file}"' in args[0] for _, event, args in self.events())

    def started(self) -> int:
        """How many reviewer's processes were started."""
        return sum(event == "subprocess.Popen" and "prism_llm.asking" in args[1] for _, event, args in self.events())

    def clear(self) -> None:
        self._log.unlink(missing_ok=True)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    folder = tmp_path / "watch"
    folder.mkdir()
    return Watch(folder)


def review(watch: Watch, policy: Path, project: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """The command, as it is run."""
    command = [sys.executable, "-m", "prism", "review", str(project), "--policy", str(policy), *more]
    paths = os.pathsep.join([watch.environment["PYTHONPATH"], *filter(None, sys.path)])
    environment = {**os.environ, **watch.environment, "PYTHONPATH": paths}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "model.py").write_text("width = 4\n")
    return folder


def test_only_a_question_that_is_asked_costs_the_library_and_never_this_process(
    watch: Watch, model_server: ModelServer, tmp_path: Path, project: Path
) -> None:
    policy = policy_file(tmp_path, "required", reviewer(model_server))
    store = ("--store", str(tmp_path / "store.sqlite3"))
    model_server.follow(judges("none"))
    runs: Mapping[str, tuple[str, ...]] = {"off": ("--llm", "off"), "asked": store, "recalled": store}
    started = {}
    for name, options in runs.items():
        watch.clear()
        ran = review(watch, policy, project, *options)
        assert ran.returncode == EXIT_APPROVED, (name, ran.stdout, ran.stderr)
        assert watch.imported("prism_llm/plugin.py")
        assert watch.imported("prism_llm/reviewing.py") is (name != "off")
        assert not watch.imported("litellm/__init__.py")
        started[name] = watch.started()
    assert started == {"off": 0, "asked": 1, "recalled": 0}
    assert len(model_server.requests) == 2


def test_the_reviewers_process_connects_to_the_server_it_is_told_and_to_nothing_else(
    watch: Watch, model_server: ModelServer
) -> None:
    environment = environment_for(["openai/scripted"])
    assert environment["LITELLM_LOCAL_MODEL_COST_MAP"] == "True"
    process = ReviewerProcess({**environment, **watch.environment})
    try:
        assert process.wait_until_ready(time.monotonic() + 120) is None
        assert watch.imported("litellm/__init__.py")
        assert asked_of(watch) == []
        model_server.follow(says({"a": 1}))
        assert isinstance(process.obey(order(model_server)), Said)
    finally:
        process.end()
    port = int(model_server.api_base.split(":")[2].removesuffix("/v1"))
    assert ["socket.connect", f"('127.0.0.1', {port})"] in asked_of(watch)
    assert all("'127.0.0.1'" in where for _, where in asked_of(watch))


def asked_of(watch: Watch) -> list[list[str]]:
    """Who was connected to or asked for an address, with how."""
    return [
        [event, args[0 if event.startswith("socket.get") else -1]]
        for _, event, args in watch.events()
        if event.startswith("socket.")
    ]


def order(server: ModelServer) -> Order:
    fields: dict[str, Any] = {"temperature": 0.0, "seed": 0, "output_tokens": 50, "answers_by": "auto", "seconds": 60.0}
    request = Request(system="s", user="u", schema_name="answer", schema={"type": "object"})
    return Order(model="openai/scripted", api_base=server.api_base, key="", request=request, **fields)
