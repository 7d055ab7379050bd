"""The lock files install what the project declares, by hash, and give away nothing about where they were made."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(lock: Path) -> dict[str, str]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return {found[1]: found[2] for line in lines if (found := PIN.match(line))}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower().replace(".", "-") for requirement in requirements} - {
        "prism-gate"
    }


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_line_is_a_pin_or_a_hash(lock: Path) -> None:
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []
    assert "://" not in lock.read_text(encoding="utf-8")


def test_the_locks_hold_what_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, groups = declared["project"], declared["dependency-groups"]
    extras = project["optional-dependencies"]
    assert [lock.stem for lock in LOCKS] == ["all", "dev", "model", "run"]
    everything, development, model, run = (pins(lock) for lock in LOCKS)
    assert names(groups["model"]) <= model.keys()
    assert names(project["dependencies"]) <= run.keys()
    assert names([*project["dependencies"], *extras["docker"], *groups["dev"], *groups["docs"]]) <= development.keys()
    assert (
        names([*project["dependencies"], *(each for extra in extras.values() for each in extra)]) <= everything.keys()
    )


def test_one_package_has_one_version_everywhere() -> None:
    everything, development, _, run = (pins(lock) for lock in LOCKS)
    assert run.items() <= development.items()
    assert run.items() <= everything.items()


def test_tests_need_nothing_that_takes_minutes_to_install() -> None:
    assert not {"torch", "llama-cpp-python"} & pins(ROOT / "requirements" / "dev.lock").keys()


def test_known_malicious_releases_are_not_locked() -> None:
    assert pins(ROOT / "requirements" / "all.lock")["litellm"] not in {"1.82.7", "1.82.8"}
