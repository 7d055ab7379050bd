"""What the guarded process does before the first review: it hears of plugins early, imports, and lets them prepare."""

import sys
from pathlib import Path

import pytest

from prism.errors import GuardError
from prism.gate import Gate
from prism.guard.announcement import announce
from prism.guard.client import Guard
from prism.guard.launch import launch
from prism.guard.process import ServerProcess
from prism.policy.layers import read_layers, selected
from prism.policy.loading import in_force
from tests.guard.test_guard import PLUGINS, folder, guard_with

RAISES = "from prism import hookimpl\n\n@hookimpl\ndef prism_prepare():\n    raise RuntimeError('no tables')\n"
POLICY = "policy: 1\nname: small\nplugins:\n  mine:\n    from: ./mine.py\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return folder(tmp_path / "project", {"first.py": "x = 1\n"})


def said(guard: Guard, project: Path) -> list[str]:
    return [finding.message for finding in guard.review(project).findings]


def test_a_plugin_is_prepared_once_and_its_imports_stay_out_of_this_process(project: Path) -> None:
    sys.modules.pop("fractions", None)
    with guard_with("prepares") as guard:
        assert said(guard, project) == said(guard, project) == ["prepared 1 times, imported: True"]
    assert "fractions" not in sys.modules


def test_a_plugin_that_cannot_prepare_reviews_nothing(project: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(RAISES, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    with (
        Gate.from_policy(tmp_path / "policy.yaml") as gate,
        pytest.raises(GuardError, match="RuntimeError: no tables"),
    ):
        gate.review(project)


def test_a_missing_guarded_import_reviews_nothing(project: Path, tmp_path: Path) -> None:
    (tmp_path / "missing").mkdir()
    source = (PLUGINS / "prepares.py").read_text("utf-8")
    (tmp_path / "missing" / "prepares.py").write_text(source, encoding="utf-8")
    text = POLICY.replace("mine", "prepares").replace("./", "./missing/")
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    with (
        Gate.from_policy(tmp_path / "policy.yaml") as gate,
        pytest.raises(GuardError, match="No module named 'this_is_missing'"),
    ):
        gate.review(project)


def test_what_is_announced_decides_nothing(project: Path, tmp_path: Path) -> None:
    """A broken plugin is announced, then a policy without it is configured."""
    (tmp_path / "mine.py").write_text("raise SystemExit\n", encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    launched = launch()
    announce(read_layers(tmp_path / "policy.yaml"), launched)
    with Gate(in_force(read_layers("default")), ServerProcess(launched)) as gate:
        review = gate.review(project)
    assert {stage.name for stage in review.stages if stage.name.startswith("check:")} == {
        "check:contract",
        "check:safety",
    }


def test_a_blocked_plugin_is_not_announced(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(f"{POLICY}  other: {{}}\nblocked_plugins: [mine]\n", encoding="utf-8")
    assert [name for name, _, _ in selected(read_layers(tmp_path / "policy.yaml").data)] == ["other"]


def test_a_launched_process_ends_once_and_leaves_nothing() -> None:
    launched = launch()
    place = Path(f"/proc/{launched.pid}")
    assert place.exists()
    launched.end()
    launched.end()
    launched.kill()
    assert not launched.is_alive
    assert not place.exists()
