"""Honest names are taken as they are; shown names are safe."""

import msgspec
import pytest

from prism.intake import take_archive
from prism.intake.names import check_name, check_type, suffix
from prism.intake.refusal import MAX_SHOWN, RefusedError, escaped
from prism.policy.model import IntakePolicy
from tests.intake.zip_builder import FOLDER, STORE, UTF8, Part, archive

LIMITS = IntakePolicy()
HONEST = (
    *("model.py", "layers/block_2.py", "a b.py", "über/größe.py", "模型.py", "mô-hình.md", "модель.txt", "x..y.py"),
    *("~.py", "-.py", "$x.py", "(1).py", "a,b.json", "auxiliary.py", "console.py", "com10.py", "nullable/con_fig.py"),
    *(
        "env/gym_env.py",
        "data/caf\u0065\u0301.txt",
        "x" * 117 + ".py",
        "/".join(["d"] * 11) + "/m.py",
        "c/d.py",
        "C_.py",
    ),
    *("LICENSE", "docs/NOTICE", "venv.py", "__pycache__.py"),
)


@pytest.mark.parametrize("name", HONEST)
def test_honest_name_is_taken(name: str) -> None:
    check_name(name, name.encode(), LIMITS)
    check_type(name, LIMITS)
    snapshot = take_archive(archive(Part(name=name.encode(), data=b"x = 1\n", flags=UTF8)), LIMITS)
    assert name.rpartition("/")[2] in {file.path.rpartition("/")[2] for file in snapshot.files}


@pytest.mark.parametrize(
    ("last", "expected"), [("a.py", ".py"), (".env", ""), ("a", ""), ("a.tar.gz", ".gz"), ("a.", "."), ("..a", ".a")]
)
def test_suffix(last: str, expected: str) -> None:
    assert suffix(last) == expected


def test_the_refusal_of_a_type_says_what_is_taken() -> None:
    with pytest.raises(RefusedError) as refusal:
        check_type("weights.pt", LIMITS)
    assert ".yaml" in refusal.value.findings[0].remedy
    assert "LICENSE" in refusal.value.findings[0].remedy


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\x1b[31m.py", "a\\x1b[31m.py"),
        (b"a\xff.py", "a\\xff.py"),
        ("a\u202e.py", "a\\u202e.py"),
        ("a\udcff.py", "a\\udcff.py"),
        ("caf\xe9.py", "caf\xe9.py"),
        (b"", ""),
    ],
)
def test_shown_names_are_escaped(name: bytes | str, shown: str) -> None:
    assert escaped(name) == shown


@pytest.mark.parametrize("name", ["x" * 300, "\x1b" * 240, "\U000e0001" * 240, "é" * 240, b"\xff" * 70_000])
def test_shown_names_are_short(name: bytes | str) -> None:
    assert len(escaped(name)) <= MAX_SHOWN
    assert escaped(name).isprintable()


class TestWrapper:
    def paths(self, *names: str, **limits: object) -> set[str]:
        snapshot = take_archive(archive(*map(_part, names)), msgspec.structs.replace(LIMITS, **limits))
        return {file.path for file in snapshot.files}

    def test_one_folder_is_taken_off_once(self) -> None:
        assert self.paths("a/b/model.py", "a/b/c.py") == {"b/model.py", "b/c.py"}

    def test_a_file_at_the_root_keeps_the_folder(self) -> None:
        assert self.paths("a/model.py", "README") == {"a/model.py", "README"}

    def test_two_folders_are_kept(self) -> None:
        assert self.paths("a/model.py", "b/c.py") == {"a/model.py", "b/c.py"}

    def test_one_folder_whose_name_begins_another(self) -> None:
        assert self.paths("a/model.py", "ab/c.py") == {"a/model.py", "ab/c.py"}

    def test_empty_folders_and_bookkeeping_beside_it_do_not_matter(self) -> None:
        assert self.paths("a/model.py", "empty/", "__MACOSX/a/._model.py", ".DS_Store") == {"model.py"}

    def test_a_package_is_kept(self) -> None:
        assert self.paths("a/__init__.py", "a/model.py") == {"a/__init__.py", "a/model.py"}

    def test_refusing_leaves_other_layouts_alone(self) -> None:
        assert self.paths("model.py", "a/b.py", root_folder="refuse") == {"model.py", "a/b.py"}


def _part(name: str) -> Part:
    if name.endswith("/"):
        return Part(name=name.encode(), method=STORE, attributes=FOLDER)
    return Part(name=name.encode(), data=b"x = 1\n")
