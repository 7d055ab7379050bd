"""Which folders are cases, and what is said about those that cannot be tried."""

import os
import zipfile
from pathlib import Path

import pytest

from prism.suite.case import Broken, Case, cases_in


def make(folder: Path, expectation: str = "verdict: approved\n", **files: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "expect.yaml").write_text(expectation, encoding="utf-8")
    for name, text in files.items():
        place = folder / name.replace("__", "/").replace("_dot_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def only(folder: Path) -> Case | Broken:
    (case,) = cases_in(folder)
    return case


def broken(folder: Path) -> str:
    case = only(folder)
    assert isinstance(case, Broken)
    assert all(each.do for each in case.problems)
    return " | ".join(f"{each.where}: {each.what}" for each in case.problems)


def test_cases_come_in_the_order_of_their_names_and_none_is_inside_another(tmp_path: Path) -> None:
    make(tmp_path / "b", project__model_dot_py="x = 1\n", project__expect_dot_yaml="verdict: rejected\n")
    make(tmp_path / "a" / "inner", project__model_dot_py="x = 1\n")
    assert [case.name for case in cases_in(tmp_path)] == ["a/inner", "b"]


def test_a_project_is_a_folder_an_archive_or_texts(tmp_path: Path) -> None:
    make(tmp_path / "archive")
    with zipfile.ZipFile(tmp_path / "archive" / "any name.zip", "w") as archive:
        archive.writestr("model.py", "x = 1\n")
    make(tmp_path / "folder", project__model_dot_py="x = 1\n")
    make(tmp_path / "texts", files_dot_yaml='"a/.hidden": "x"\nmodel.py: |\n  x = 1\n')
    sources = {case.name: case.source for case in cases_in(tmp_path) if isinstance(case, Case)}
    assert sources["archive"] == tmp_path / "archive" / "any name.zip"
    assert sources["folder"] == tmp_path / "folder" / "project"
    texts = sources["texts"]
    assert isinstance(texts, bytes)
    (tmp_path / "made.zip").write_bytes(texts)
    with zipfile.ZipFile(tmp_path / "made.zip") as made:
        assert {name: made.read(name) for name in made.namelist()} == {"a/.hidden": b"x", "model.py": b"x = 1\n"}


def test_a_project_may_stand_elsewhere(tmp_path: Path) -> None:
    make(tmp_path / "a", project__model_dot_py="x = 1\n")
    make(tmp_path / "b", "verdict: approved\nproject: ../a/project\nearlier: [../a/project]\n")
    case = list(cases_in(tmp_path))[1]
    assert isinstance(case, Case)
    assert (case.source, case.earlier) == (tmp_path / "b/../a/project", (tmp_path / "b/../a/project",))


def test_a_case_without_a_project_or_with_two_is_broken(tmp_path: Path) -> None:
    make(tmp_path / "none" / "x")
    assert "there is no project beside the expectation" in broken(tmp_path / "none")
    make(tmp_path / "two" / "x", files_dot_yaml="model.py: ''\n", project__model_dot_py="x = 1\n")
    assert "there is more than one project: project, files.yaml" in broken(tmp_path / "two")
    make(tmp_path / "lost" / "x", "verdict: approved\nproject: ../nowhere\n")
    assert "there is no project" in broken(tmp_path / "lost")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a\n", "expected an object of texts by path"),
        ("model.py: 3\n", "expected an object of texts by path"),
        ("a: [\n", "files.yaml:"),
        (f'{{"{"x" * 70_000}": "text"}}', "no archive can be made of it"),
    ],
)
def test_texts_that_are_no_project_are_broken(tmp_path: Path, text: str, says: str) -> None:
    make(tmp_path / "x", files_dot_yaml=text)
    assert says in broken(tmp_path)


def test_an_expectation_that_cannot_be_read_breaks_its_case_alone(tmp_path: Path) -> None:
    make(tmp_path / "a", "verdict: [\n", project__model_dot_py="x = 1\n")
    make(tmp_path / "b", project__model_dot_py="x = 1\n")
    assert [type(case) for case in cases_in(tmp_path)] == [Broken, Case]


def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "a" / "project").mkdir(parents=True)
    os.mkfifo(tmp_path / "a" / "expect.yaml")
    assert "is not a file" in broken(tmp_path)
