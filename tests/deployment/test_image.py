"""The image of PRISM itself: it works as nobody, on a root that cannot be written to."""

import json
import subprocess

import pytest

from prism import __version__
from tests.deployment.conftest import Images
from tests.deployment.programs import called
from tests.docs.blocks import ROOT

LOCKED = (
    *("docker", "run", "--rm", "--read-only", "--network", "none", "--cap-drop", "ALL", "--tmpfs", "/tmp"),
    *("--security-opt", "no-new-privileges"),
)
LOOK = """
import json, os
from pathlib import Path
def writable(path):
    try:
        Path(path, "probe").write_text("")
    except OSError as error:
        return error.strerror
    return True
status = dict(line.split(":\\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps({
    "user": os.getuid(), "groups": sorted({os.getgid(), *os.getgroups()}), "capabilities": int(status["CapEff"], 16),
    "writable": {path: writable(path) for path in ("/", "/opt/prism", "/etc", "/tmp", "/var/lib/prism")},
    "machine": Path("/etc/machine-id").exists(),
    "bytecode": Path("/opt/prism/lib/python3.11/site-packages/prism/__pycache__").is_dir(),
}))
"""


def test_it_runs_as_nobody_and_writes_to_two_places_only(images: Images) -> None:
    printed = called(*LOCKED, "--entrypoint", "/opt/prism/bin/python", images.prism, "-I", "-c", LOOK)

    read_only = "Read-only file system"
    assert json.loads(printed) == {
        "user": 10001,
        "groups": [10001],
        "capabilities": 0,
        "writable": {"/": read_only, "/opt/prism": read_only, "/etc": read_only, "/tmp": True, "/var/lib/prism": True},
        "machine": False,
        "bytecode": True,
    }


def test_what_it_is_without_the_arguments_of_a_start(images: Images) -> None:
    config = json.loads(called("docker", "image", "inspect", images.prism))[0]["Config"]

    assert (config["User"], config["Cmd"]) == ("10001:10001", ["serve", "--no-worker"])
    assert not [each for each in config["Env"] if "TOKEN" in each or "PASSWORD" in each or "SECRET" in each]
    assert called(*LOCKED, images.prism, "--version") == f"prism {__version__}\n"


@pytest.mark.parametrize(("example", "code"), [("honest-small", 0), ("hostile-shell", 1)])
def test_the_guard_stands_in_it(images: Images, example: str, code: int) -> None:
    mounted = ("--volume", f"{ROOT / 'examples'}:/projects:ro")
    done = subprocess.run(
        [*LOCKED, *mounted, images.prism, "review", f"/projects/{example}", "--format", "json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stderr) == (code, "")
    rules = {finding["rule"] for finding in json.loads(done.stdout)["findings"]}
    assert (rules == set()) is (code == 0)
    assert not [rule for rule in rules if rule.startswith("host/")]


@pytest.mark.parametrize("module", ["docker", "psycopg", "fastapi", "boto3"])
def test_what_a_service_may_need_is_in_it(images: Images, module: str) -> None:
    called(*LOCKED, "--entrypoint", "/opt/prism/bin/python", images.prism, "-I", "-c", f"import {module}")


def test_it_does_not_start_for_production_without_a_token(images: Images) -> None:
    done = subprocess.run(
        [*LOCKED, images.prism, "serve", "--production"], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    assert "no-token" in done.stderr
