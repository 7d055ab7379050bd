import ast

import pytest

from prism.errors import GuardError
from prism.finding import Span
from prism.guard.boundary import guarded_here
from prism.manifest import ManifestKind, Part
from prism.project import Project, SourceFile, UnparsableError
from prism.snapshot import Snapshot


def project_of(*paths: str, **texts: str) -> Project:
    files = dict.fromkeys(paths, "") | {f"{name.replace('__', '/')}.py": text for name, text in texts.items()}
    return Project(Snapshot.of({path: text.encode() for path, text in files.items()}))


def entrypoints_of(project: Project) -> dict[Part, str]:
    with guarded_here():
        return dict(project.entrypoints)


def test_sources_are_the_python_files_in_path_order() -> None:
    project = project_of("b.py", "README.md", "a/c.py", "a.py")
    assert list(project.sources) == ["a.py", "a/c.py", "b.py"]
    assert [file.path for file in project] == list(project.sources)


def test_text_reads_every_line_ending_as_python_does() -> None:
    file = SourceFile("a.py", b"a\r\nb\rc\x0cd\n")
    assert file.lines == ("a", "b", "c\x0cd", "")


def test_spans_count_code_points_from_one() -> None:
    file = SourceFile("a.py", 'x = "größe"; y = 1\n'.encode())
    with guarded_here():
        second = file.tree.body[1]
    assert file.span(second) == Span(line=1, column=14, end_line=1, end_column=19)
    assert file.span(ast.Module(body=[], type_ignores=[])) == Span(line=1, end_line=1, end_column=1)


def test_parsing_is_for_the_guarded_process() -> None:
    with pytest.raises(GuardError):
        _ = SourceFile("a.py", b"x = 1").tree
    project = project_of(model="import blocks", blocks="")
    with pytest.raises(GuardError):
        project.imports(project.sources["model.py"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"def f(:\n", 1),
        (b"x = 1\n\x00\n", 1),
        (b"x = " + b"(" * 5_000, 1),
        (b"x = " + b"1+" * 100_000 + b"1", 1),
        (b"x = 1" + b"0" * 5_000, 1),
        (b"if x:\ny = 1\n", 2),
    ],
)
def test_what_python_refuses_is_one_error(text: bytes, line: int) -> None:
    with guarded_here(), pytest.raises(UnparsableError) as caught:
        _ = SourceFile("a.py", text).tree
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("paths", "modules"),
    [
        (["a.py", "n/b.py"], {"a": "a.py", "n.b": "n/b.py"}),
        (["p/__init__.py", "p/c.py"], {"p": "p/__init__.py", "p.c": "p/c.py"}),
        (["a.py", "a/__init__.py"], {"a": "a/__init__.py"}),
        (["a.py", "a/b.py"], {"a": "a.py"}),
        (["n/a.py", "n/a/b/c.py"], {"n.a": "n/a.py"}),
        (["a.b.py", "a/b.py"], {"a.b": "a/b.py"}),
        (["my-a.py", "2a.py", "class.py", "x y/z.py", "\uff42.py"], {}),
        (["größe.py"], {"größe": "größe.py"}),
        (["__init__.py", "a.py"], {"": "__init__.py", "a": "a.py"}),
    ],
)  # fmt: skip
def test_modules_are_what_python_would_find_from_the_root(paths: list[str], modules: dict[str, str]) -> None:
    assert {name: file.path for name, file in project_of(*paths).modules.items()} == modules


def test_the_entrypoint_is_the_default_where_no_manifest_names_one() -> None:
    assert entrypoints_of(project_of("model.py")) == dict.fromkeys(Part, "model.py")
    assert entrypoints_of(project_of("train.py")) == {}
    with guarded_here():
        assert Project(Snapshot.of({"net/a.py": b""}), default_entrypoint="net/a.py").entrypoint == "net/a.py"


def test_an_entrypoint_that_python_would_not_import_does_not_count() -> None:
    assert entrypoints_of(project_of("model.py", "model/__init__.py")) == {}


def test_the_manifest_names_entrypoints_and_kind() -> None:
    manifest = b"kind: full\narchitecture: {entrypoint: net.py}\ntraining: {entrypoint: train.py}\n"
    project = Project(Snapshot.of({"prism.yaml": manifest, "net.py": b"", "train.py": b"", "model.py": b""}))
    assert entrypoints_of(project) == {Part.ARCHITECTURE: "net.py", Part.TRAINING: "train.py"}
    with guarded_here():
        assert (project.entrypoint, project.kind) == ("net.py", ManifestKind.FULL)


def test_a_manifest_with_a_problem_leaves_no_entrypoint() -> None:
    project = Project(Snapshot.of({"prism.yaml": b"kind: fulll", "model.py": b""}))
    with guarded_here():
        assert project.manifest is None
        assert project.entrypoint is None
        assert [problem.where for problem in project.manifest_problems] == ["prism.yaml:1: $.kind"]


def test_reachable_follows_imports_through_packages_and_circles() -> None:
    project = project_of(
        "net/__init__.py", "other.py",
        model="from net import a", net__a="import net.b", net__b="from . import a\nimport c", c="import model",
    )  # fmt: skip
    with guarded_here():
        assert project.reachable(["model.py"]) == {"model.py", "net/__init__.py", "net/a.py", "net/b.py", "c.py"}
        assert project.reachable(["nowhere.py"]) == frozenset()


def test_a_file_that_does_not_parse_is_reached_but_leads_nowhere() -> None:
    project = project_of(model="import a", a="import b\ndef (", b="")
    with guarded_here():
        assert project.reachable(["model.py"]) == {"model.py", "a.py"}
        with pytest.raises(UnparsableError):
            project.imports(project.sources["a.py"])
