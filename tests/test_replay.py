"""The same projects under two policies: every flip with the smallest reason, and nothing that stops the rest."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from prism.errors import UsageError
from prism.gate import Gate
from prism.policy.difference import changes
from prism.replay import Flip, Same, Subject, Unread, in_folder, in_store, replay
from prism.store import open_store
from prism.verdict import Outcome

BODY = "\n\ndef build_model(ctx):\n    return None\n\n\ndef get_recipe(ctx):\n    return {}\n"
SEEDS = "import torch\n\n\ndef seed():\n    torch.manual_seed(0)\n    torch.manual_seed(1)\n"
PROJECTS = {
    "clean": {"model.py": BODY},
    "noted": {"model.py": SEEDS + BODY, "spare.py": "WIDTH = 4\n"},
    "shell": {"model.py": "import os\n\nos.system('id')\n" + BODY},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("projects")
    for name, files in PROJECTS.items():
        (made / name).mkdir()
        for path, text in files.items():
            (made / name / path).write_text(text)
    (made / "broken.zip").write_bytes(b"no archive")
    (made / "readme.txt").write_text("no project\n")
    return made


@pytest.fixture(scope="module")
def gates() -> Iterator[tuple[Gate, Gate]]:
    with Gate.from_policy("default") as default, Gate.from_policy("strict") as strict:
        yield default, strict


def test_every_project_has_its_result_and_a_flip_its_one_reason(folder: Path, gates: tuple[Gate, Gate]) -> None:
    default, strict = gates
    found = changes(default.effective, strict.effective, date(2026, 1, 1))
    results = list(replay(in_folder(folder), default, strict, found))
    assert [type(each) for each in results] == [Same, Same, Flip, Same]
    flip = results[2]
    assert isinstance(flip, Flip)
    assert (flip.project, flip.old, flip.new) == (str(folder / "noted"), Outcome.APPROVED, Outcome.HELD)
    (cause,) = flip.causes
    assert (cause.rule, cause.count, cause.place) == ("contract/unimported-module", 1, "spare.py")
    assert (cause.before, cause.after, cause.changes) == ("does not count", "holds", ("severity note",))


def test_a_milder_verdict_has_every_reason_that_went_away(folder: Path, gates: tuple[Gate, Gate]) -> None:
    default, strict = gates
    (flip,) = replay([Subject(name="n", source=folder / "noted")], strict, default, ())
    assert isinstance(flip, Flip)
    assert [(each.rule, each.count) for each in flip.causes] == [
        ("contract/unimported-module", 1),
        ("safety/global-seed", 2),
    ]


def test_what_was_not_looked_at_to_its_end_is_the_first_reason(tmp_path: Path, gates: tuple[Gate, Gate]) -> None:
    """Less of a limit is stricter, and still a project may be held for it that was rejected before."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "model.py").write_text(SEEDS + BODY + "\n\nopen('x')\n")
    (tmp_path / "tight.yaml").write_text("policy: 1\nname: tight\nextends: default\nguard: {findings_per_plugin: 1}\n")
    with Gate.from_policy(tmp_path / "tight.yaml") as tight:
        for old, new in ((gates[0], tight), (tight, gates[0])):
            found = changes(old.effective, new.effective, date(2026, 1, 1))
            (flip,) = replay([Subject(name="n", source=tmp_path / "project")], old, new, found)
            assert isinstance(flip, Flip)
            assert {flip.old, flip.new} == {Outcome.HELD, Outcome.REJECTED}
            assert [each.rule for each in flip.causes][:2] == ["host/plugin-failed", "safety/filesystem"]
            assert flip.causes[0].changes == ("guard.findings_per_plugin",)


def test_what_cannot_be_reviewed_is_said_and_the_rest_goes_on(folder: Path, gates: tuple[Gate, Gate]) -> None:
    subjects = [Subject(name="gone", source=folder / "gone"), Subject(name="clean", source=folder / "clean")]
    gone, clean = replay(subjects, *gates, ())
    assert isinstance(gone, Unread)
    assert "cannot be read" in gone.problem.what
    assert isinstance(clean, Same)


def test_a_folder_without_projects_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no project in this folder"):
        in_folder(tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        in_folder(tmp_path / "gone")


def test_a_store_is_replayed_in_order_each_beside_those_before_it(
    folder: Path, gates: tuple[Gate, Gate], tmp_path: Path
) -> None:
    default, strict = gates
    with open_store(str(tmp_path / "store.db")) as store:
        moment = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
        for number, (name, hotkey) in enumerate((("noted", "alice"), ("clean", "bob"), ("noted", "carol"))):
            snapshot, features = default.features_of(folder / name)
            store.keep(snapshot, features, id=f"s{number}", hotkey=hotkey, received_at=moment + number)
        results = list(replay(in_store(store), default, strict, ()))
    assert [each.project for each in results] == ["s0", "s1", "s2"]
    first, second, copy = results
    assert isinstance(first, Flip)  # nobody was before it: its own note holds
    assert isinstance(second, Same)
    assert isinstance(copy, Same)
    assert copy.verdict is Outcome.REJECTED


def test_a_store_is_read_a_few_at_a_time(gates: tuple[Gate, Gate], folder: Path, tmp_path: Path) -> None:
    with open_store(str(tmp_path / "store.db")) as store:
        snapshot, _ = gates[0].features_of(folder / "clean")
        for number in range(5):
            store.keep(snapshot, {}, id=f"s{number}", hotkey=f"h{number}", received_at=7)
        assert [row.id for row in store.oldest_first(at_once=2)] == ["s0", "s1", "s2", "s3", "s4"]
