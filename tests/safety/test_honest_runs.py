"""The honest projects really work, and trip nothing: every one is built, trained a step and asked in a container."""

import contextlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from prism.gate import Gate
from prism.runner.tripwire import Observation, findings_of

HONEST = Path(__file__).parents[1] / "corpora" / "safety" / "honest"
SCRIPT = Path(__file__).with_name("honest_in_container.py")
IMAGE = "prism-evaluator:latest"
OPTIONAL = ("No module named 'numpy'", "No module named 'einops'")
"""Libraries that a model may import and the image need not have."""


def packed() -> bytes:
    """The corpus and the script that runs it, for the container."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as target:
        target.add(HONEST, "honest")
        target.add(SCRIPT, f"honest/{SCRIPT.name}")
    return buffer.getvalue()


def run() -> dict[str, dict[str, Any]]:
    """What went wrong and what was observed, by project."""
    import docker
    from docker.errors import DockerException, ImageNotFound

    try:
        client = docker.from_env()
        client.images.get(IMAGE)
    except ImageNotFound:
        pytest.skip(f"the engine has no image {IMAGE}; make it with .ci/image.sh")
    except DockerException as error:
        pytest.skip(f"no Docker engine answers: {error}")
    with contextlib.closing(client):
        container = client.containers.create(
            IMAGE,
            entrypoint=["python3", f"/tmp/honest/{SCRIPT.name}"],
            network_mode="none",
            user="65534:65534",
            cap_drop=["ALL"],
            mem_limit="2g",
        )
        try:
            container.put_archive("/tmp", packed())
            container.start()
            container.wait(timeout=500)
            outcomes: dict[str, dict[str, Any]] = json.loads(container.logs(stdout=True, stderr=False))
        finally:
            container.remove(force=True)
    return outcomes


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    return run()


@pytest.mark.docker
def test_honest_projects_do_what_they_say(outcomes: dict[str, dict[str, Any]]) -> None:
    failures = {name: outcome["failure"] for name, outcome in outcomes.items()}
    assert len(failures) >= 150
    broken = {name: text for name, text in failures.items() if text and not text.rstrip().endswith(OPTIONAL)}
    assert not broken
    assert sum(text == "" for text in failures.values()) >= 150


@pytest.mark.docker
def test_nothing_that_the_review_approves_trips_over_the_tripwire(outcomes: dict[str, dict[str, Any]]) -> None:
    observed = {
        name: msgspec.convert(outcome["observed"], tuple[Observation, ...]) for name, outcome in outcomes.items()
    }
    with Gate.from_policy("default") as gate:
        projects = {name: gate.review(HONEST / name).project for name in outcomes}
    tripped = {name: findings_of(observed[name], project.declarations) for name, project in projects.items() if project}

    assert len(tripped) == len(outcomes)
    assert not {name: found[0].message for name, found in tripped.items() if found}
    assert sum(len(each) for each in observed.values()) > len(outcomes)  # each imports at least PyTorch
