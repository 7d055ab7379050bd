"""Runs attacks in a container with torch, which has nothing of this machine, and says what each of them did."""

import json
import secrets
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.safety.attack_corpus import Case, Holds

DRIVER = Path(__file__).with_name("truth_driver.py")
IMAGE = "prism-evaluator:latest"
CONFINED = (
    *("--network", "none", "--read-only", "--tmpfs", "/tmp:size=64m", "--user", "65534:65534", "--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges", "--memory", "2g", "--memory-swap", "2g", "--pids-limit", "128"),
    *("--cpus", "2"),
)
Told = dict[str, dict[str, Any]]
"""By the case's id: whether it ``worked``, and the ``error`` it ended with, if any."""


def run_in_container(chosen: Iterable[Case]) -> Told:
    """Run cases, all in one container and each in a process of its own."""
    name = f"prism-truth-{secrets.token_hex(8)}"
    command = ["docker", "run", "--name", name, "--interactive", *CONFINED, IMAGE, "python3", "-c"]
    asked = json.dumps([_asked(case) for case in chosen])
    try:
        finished = subprocess.run(
            [*command, DRIVER.read_text("utf-8")], input=asked, capture_output=True, text=True, timeout=500, check=True
        )
    finally:  # also of a container that is not done in time
        subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=False)
    return {answer["id"]: answer for answer in map(json.loads, finished.stdout.splitlines())}


def _asked(case: Case) -> dict[str, Any]:
    event, _, part = case.truth.partition(" ") if isinstance(case.truth, str) else ("", "", "")
    holds = case.truth.holds if isinstance(case.truth, Holds) else ""
    files = {path: data.hex() for path, data in case.files.items()}
    return {"id": case.id, "files": files, "event": event, "part": part, "holds": holds}
