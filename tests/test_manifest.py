import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from prism.errors import GuardError
from prism.guard.boundary import guarded_here
from prism.manifest import (
    MAX_BYTES,
    MAX_PROBLEMS,
    Manifest,
    ManifestFault,
    ManifestKind,
    ManifestProblem,
    Part,
    manifest_schema,
    read_manifest,
)
from prism.snapshot import Snapshot

FULL = """\
kind: full
architecture_id: tiny-7
architecture:
  entrypoint: net/model.py
  files: [net/model.py, net/blocks.py]
training:
  entrypoint: train.py
"""
REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
FILES = ("net/model.py", "net/blocks.py", "train.py", "README.md")


def read(manifest: str | bytes, name: str = "prism.yaml") -> tuple[Manifest | None, tuple[ManifestProblem, ...]]:
    data = manifest if isinstance(manifest, bytes) else manifest.encode()
    with guarded_here():
        return read_manifest(Snapshot.of({name: data, **dict.fromkeys(FILES, b"")}))


def problems(manifest: str | bytes) -> list[tuple[str, str]]:
    """Where and what, of a manifest that must be refused."""
    taken, found = read(manifest)
    assert taken is None
    assert all(problem.do for problem in found)
    return [(problem.where, problem.what) for problem in found]


@pytest.mark.parametrize("name", ["prism.yaml", "prism.yml"])
def test_a_whole_manifest_is_taken_as_it_stands(name: str) -> None:
    manifest, found = read(FULL, name)
    assert found == ()
    assert manifest is not None
    assert manifest.kind is ManifestKind.FULL
    assert manifest.architecture_id == "tiny-7"
    assert manifest.architecture is not None
    assert manifest.architecture.files == ("net/model.py", "net/blocks.py")
    assert manifest.entrypoints == {Part.ARCHITECTURE: "net/model.py", Part.TRAINING: "train.py"}


@pytest.mark.parametrize(
    ("text", "entrypoints"),
    [
        ("kind: full", {}),
        ("kind: full\ntraining: {entrypoint: train.py}", dict.fromkeys(Part, "train.py")),
        ("kind: architecture_only\narchitecture: {entrypoint: train.py}", dict.fromkeys(Part, "train.py")),
        (
            "kind: training_for_arch\narchitecture_id: a\ntraining: {entrypoint: train.py}",
            dict.fromkeys(Part, "train.py"),
        ),
        ('{"kind": "full", "architecture": {"entrypoint": "train.py"}}', dict.fromkeys(Part, "train.py")),
    ],
)
def test_one_section_serves_both_parts(text: str, entrypoints: dict[Part, str]) -> None:
    manifest, found = read(text)
    assert found == ()
    assert manifest is not None
    assert manifest.entrypoints == entrypoints


def test_without_a_manifest_there_is_neither_manifest_nor_problem() -> None:
    assert read_manifest(Snapshot.of({"model.py": b"", "docs/prism.yaml": b"kind: ["})) == (None, ())


def test_a_manifest_is_read_in_the_guarded_process_only() -> None:
    with pytest.raises(GuardError):
        read_manifest(Snapshot.of({"prism.yaml": b"kind: full"}))


def test_two_manifests_are_one_too_many() -> None:
    with guarded_here():
        taken, found = read_manifest(Snapshot.of({"prism.yaml": b"kind: full", "prism.yml": b"kind: full"}))
    assert taken is None
    assert [problem.what for problem in found] == ["there is prism.yaml and prism.yml"]


def test_every_problem_is_listed_with_its_line() -> None:
    assert problems("kind: fulll\nfiles: []\narchitecture:\n  entry: x.py\n") == [
        ("prism.yaml:1: $.kind", "expected one of full, architecture_only, training_for_arch, not 'fulll'"),
        ("prism.yaml:2: $.files", "the key 'files' is unknown"),
        ("prism.yaml:3: $.architecture", "the key 'entrypoint' is missing"),
        ("prism.yaml:4: $.architecture.entry", "the key 'entry' is unknown"),
    ]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("kind: architecture_only\ntraining: {entrypoint: train.py}", "1: $", "'architecture' is missing"),
        ("kind: training_for_arch\ntraining: {entrypoint: train.py}", "1: $", "'architecture_id' is missing"),
        (
            "kind: architecture_only\narchitecture: {entrypoint: train.py}\ntraining: {entrypoint: train.py}",
            "3: $.training",
            "hands in no training",
        ),
        ("kind: full\narchitecture: {entrypoint: net}", "2: $.architecture.entrypoint", "is not in the project"),
        ("kind: full\narchitecture: {entrypoint: README.md}", "2: $.architecture.entrypoint", "is no Python file"),
        (
            "kind: full\narchitecture: {entrypoint: train.py, files: [README.md]}",
            "2: $.architecture.entrypoint",
            "not among the files",
        ),
        (
            "kind: full\narchitecture: {entrypoint: train.py, files: [train.py, train.py]}",
            "2: $.architecture.files[1]",
            "listed twice",
        ),
        (
            "kind: full\narchitecture: {entrypoint: train.py, files: [train.py, a/../../b]}",
            "2: $.architecture.files[1]",
            "outside the project",
        ),
        (
            "kind: full\narchitecture: {entrypoint: train.py, files: [train.py, ./README.md]}",
            "2: $.architecture.files[1]",
            "is not in the project",
        ),
        ("kind: full\narchitecture_id: |\n  a\n", "2: $.architecture_id", "expected text of the form"),
        ("kind: full\nkind: full", "2: $.kind", "stands twice"),
        ("kind: !!python/name:os.system x", "1", ""),
        ("a: &a [x]\nb: *a", "1", ""),
    ],
)
def test_each_mistake_is_named_where_it_stands(text: str, where: str, what: str) -> None:
    found = problems(text)
    assert any(place.startswith(f"prism.yaml:{where}") and what in said for place, said in found), found


@pytest.mark.parametrize("path", ["../m.py", "/m.py", "a/../../m.py", "a\\m.py", "C:/m.py", "~/m.py", ".."])
def test_an_entrypoint_outside_is_told_apart(path: str) -> None:
    _, found = read(f"kind: full\narchitecture: {{entrypoint: '{path}'}}")
    assert [(problem.line, problem.fault) for problem in found] == [(2, ManifestFault.ENTRYPOINT_OUTSIDE)]


def test_a_missing_entrypoint_gets_a_hint() -> None:
    _, found = read("kind: full\narchitecture: {entrypoint: trian.py}")
    assert [(problem.fault, problem.do.partition("?")[0]) for problem in found] == [
        (ManifestFault.ENTRYPOINT_MISSING, "did you mean 'train.py'")
    ]


def test_text_that_cannot_be_read_is_one_problem() -> None:
    assert problems(b"kind: \xff") == [("prism.yaml", "it is not UTF-8 text")]
    assert len(problems("x" * (MAX_BYTES + 1))) == 1
    assert len(problems("[" * 5_000)) == 1


def test_the_number_of_problems_is_bounded() -> None:
    listed = ", ".join(f"f{number}.py" for number in range(900))
    found = problems(f"kind: full\narchitecture: {{entrypoint: train.py, files: [train.py, {listed}]}}")
    assert len(found) == MAX_PROBLEMS


def test_the_schema_is_valid_and_describes_every_setting() -> None:
    schema = manifest_schema()
    Draft202012Validator.check_schema(schema)
    part = schema["$defs"]["part"]["properties"]
    assert all(setting["description"] for setting in (*schema["properties"].values(), *part.values()))


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.text(alphabet="kind: full\n[]{}-#&*!'\"art", max_size=60)))
def test_any_text_gives_a_manifest_or_problems(text: str) -> None:
    manifest, found = read(text.encode("utf-8", "surrogatepass"))
    assert (manifest is None) == bool(found)


def test_the_manifests_of_the_reference_are_valid_and_its_schema_is_the_real_one() -> None:
    page = (REFERENCE / "manifest.md").read_text()
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    snapshot = dict.fromkeys(("model.py", "blocks.py", "train.py", "net/model.py"), b"")
    with guarded_here():
        read_all = [read_manifest(Snapshot.of({"prism.yaml": text.encode(), **snapshot})) for text in examples]
    assert [problems for _, problems in read_all] == [()] * 3
    assert {manifest.kind for manifest, _ in read_all if manifest} == set(ManifestKind)
    assert json.loads((REFERENCE / "manifest.schema.json").read_bytes()) == manifest_schema()
    keys = manifest_schema()["properties"].keys() | manifest_schema()["$defs"]["part"]["properties"].keys()
    assert all(f"`{key}`" in page for key in keys)
