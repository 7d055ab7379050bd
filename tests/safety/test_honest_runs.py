"""The honest projects really work: every one is built, trained a step and asked for logits in a container."""

import contextlib
import io
import json
import tarfile
from pathlib import Path

import pytest

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


def run() -> dict[str, str]:
    """What went wrong, by project."""
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
            failures: dict[str, str] = json.loads(container.logs(stdout=True, stderr=False))
        finally:
            container.remove(force=True)
    return failures


@pytest.mark.docker
def test_honest_projects_do_what_they_say() -> None:
    failures = run()
    assert len(failures) >= 150
    broken = {name: text for name, text in failures.items() if text and not text.rstrip().endswith(OPTIONAL)}
    assert not broken
    assert sum(text == "" for text in failures.values()) >= 150
