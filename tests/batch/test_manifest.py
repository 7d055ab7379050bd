"""Manifests and lists: what is wrong with a line costs that line, what is wrong with the columns costs the manifest."""

import os
from pathlib import Path

import pytest

from prism.batch.manifest import read_list, read_manifest
from prism.batch.sources import find_items
from prism.errors import UsageError


def written(tmp_path: Path, name: str, text: str | bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_manifest_names_projects_beside_it(tmp_path: Path) -> None:
    rows = '{"path": "a.zip", "id": "first", "hotkey": "5F"}\n\n{"path": "b"}\n'
    table = "hotkey,path,id\n5F,a.zip,first\n,b,\n"
    for name, text in (("m.jsonl", rows), ("m.csv", table), ("bom.csv", "\ufeff" + table)):
        items, foreign = read_manifest(written(tmp_path, name, text))
        assert [(each.id, each.path, each.hotkey) for each in items] == [("first", "a.zip", "5F"), ("b", "b", "")]
        assert items[0].file == str(tmp_path / "a.zip").encode()
        assert foreign == []
        assert items[0].key == "first"
        assert items[1].key.startswith("batch-")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("file,id", "no 'path'"),
        ("path,hot_key", "'hotkey'"),
        ("path,ID", "'id'"),
        ("path,path", "twice"),
        ("path;id;hotkey", "semicolons"),
        ("path\tid", "tabs"),
        ("", "no 'path'"),
    ],
)
def test_wrong_columns_are_named(tmp_path: Path, header: str, expected: str) -> None:
    with pytest.raises(UsageError, match=expected) as caught:
        read_manifest(written(tmp_path, "m.csv", f"{header}\na,b\n"))
    assert caught.value.where.endswith("m.csv:1")
    assert "path" in caught.value.do


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "no JSON"),
        ("[1]", "no JSON object"),
        ('{"id": "x"}', "there is no path"),
        ('{"path": 3}', "no text"),
        ('{"path": "a\\u0000b"}', "there is no path"),
        ('{"path": "a", "id": "\\u001b[2J"}', "cannot be shown"),
        ('{"path": "a", "hotkye": "5F"}', "slip of the pen"),
        ('{"path": "a", "id": "' + "x" * 300 + '"}', "longer"),
        ('{"path": "a\\ud800"}', "no text"),
        ('{"path": "a", "hotkey": "\\ud800"}', "no text"),
        ('{"path": "a", "id": "b\u2028c"}', "cannot be shown"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_wrong_line_costs_itself(tmp_path: Path, line: str, expected: str) -> None:
    items, _ = read_manifest(written(tmp_path, "m.jsonl", f'{line}\n{{"path": "good"}}\n'))
    assert expected in items[0].problem
    assert items[0].id.endswith("m.jsonl:1")
    assert (items[1].id, items[1].problem) == ("good", "")


def test_a_short_line_and_odd_csv(tmp_path: Path) -> None:
    items, foreign = read_manifest(written(tmp_path, "m.csv", "path,id,round\na,1,x\nb\n"))
    assert (items[0].problem, "1 fields" in items[1].problem, foreign) == ("", True, ["round"])
    with pytest.raises(UsageError, match="no CSV"):
        read_manifest(written(tmp_path, "n.csv", 'path\n"a\n'))
    items, _ = read_manifest(written(tmp_path, "o.csv", f"path\n{'x' * 200_000}\nb\n"))
    assert (["longer" in each.problem for each in items], items[1].path) == ([True, False], "b")


def test_names_that_only_resemble_a_column_mean_nothing(tmp_path: Path) -> None:
    items, foreign = read_manifest(written(tmp_path, "m.csv", "uid,path,hotkey,coldkey\n7,a,5F,5C\n"))
    assert (items[0].id, items[0].hotkey, items[0].problem, foreign) == ("a", "5F", "", ["uid", "coldkey"])
    (item,), foreign = read_manifest(written(tmp_path, "m.jsonl", '{"path": "a", "uid": 7, "id": "x", "Id": 3}\n'))
    assert (item.id, item.problem, foreign) == ("x", "", ["uid", "Id"])


def test_another_encoding_is_named(tmp_path: Path) -> None:
    table = "path,id\na,1\n".encode("utf-16")
    with pytest.raises(UsageError, match="UTF-16"):
        read_manifest(written(tmp_path, "m.csv", table))
    with pytest.raises(UsageError, match="UTF-16"):
        read_list(table, Path())


def test_a_list_is_lines_or_ended_by_nul_or_json() -> None:
    for text in ("a b\nc\n", "a b\0c\0", "a b\r\n\r\nc", "\ufeffa b\nc\n"):
        assert [each.path for each in read_list(text.encode(), Path())] == ["a b", "c"]
    assert [each.id for each in read_list(b'{"path": "a", "id": "1"}\n', Path())] == ["1"]
    odd = "a\x0cb\u2028c\x85d"  # ends no line of a file
    assert [each.path for each in read_list(f"{odd}\n{{x}}\n".encode(), Path())] == [odd, "{x}"]
    assert [each.path for each in read_list(b"{a}\0b\nc\0", Path())] == ["{a}", "b\nc"]


def test_of_two_that_share_an_id_the_later_is_a_problem(tmp_path: Path) -> None:
    file = written(tmp_path, "m.csv", "path,id\na,1\nb,1\na,1\nc,1#2\n")
    found = find_items([str(file)], ())
    assert [(each.id, bool(each.problem)) for each in found.items] == [("1", False), ("1#3", True), ("1#2", False)]
    assert "'a'" in found.items[1].problem
    assert any("named more than once" in notice for notice in found.notices)


def test_sources_are_what_they_look_like(tmp_path: Path) -> None:
    for name in ("many/one/src", "many/.git", "many/two", "lone", "none"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("many/three.zip", "many/notes.txt", "lone/model.py"):
        (tmp_path / name).touch()
    many = [str(tmp_path / "many" / name) for name in ("one", "three.zip", "two")]
    found = find_items([str(tmp_path / "many")], ())
    assert [each.id for each in found.items] == many
    assert any("notes.txt" in notice for notice in found.notices)
    assert [each.id for each in find_items([str(tmp_path / "lone")], ()).items] == [str(tmp_path / "lone")]
    assert [each.id for each in find_items([str(tmp_path / "many/t*")], ()).items] != []
    listed = "".join(f"{each}\n" for each in many).encode()
    assert [each.id for each in find_items(["-"], [listed]).items] == many
    for wrong in ("none", "missing", "mis*", "x" * 5_000):
        with pytest.raises(UsageError):
            find_items([str(tmp_path / wrong)], ())


def test_what_is_no_file_is_refused_by_its_name_and_costs_a_pattern_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p1")
    (tmp_path / "p2").symlink_to("nowhere")
    (tmp_path / "p3").mkdir()
    (tmp_path / "p3/model.py").touch()
    (tmp_path / "p4").mkdir()
    for name in ("p1", "p2"):
        with pytest.raises(UsageError, match="neither a folder nor an ordinary file"):
            find_items([str(tmp_path / name)], ())
    found = find_items([str(tmp_path / "p*")], ())
    assert [each.id for each in found.items] == [str(tmp_path / name) for name in ("p1", "p2", "p3")]


def test_a_name_of_odd_bytes_is_text(tmp_path: Path) -> None:
    (tmp_path / "many" / "odd").mkdir(parents=True)
    odd = bytes(tmp_path / "many") + b"/\xff\x1b[2J"
    Path(odd.decode("utf-8", "surrogateescape")).mkdir()
    items = find_items([str(tmp_path / "many")], ()).items
    assert [each.file for each in items if each.file == odd]
    assert all(each.id.encode() for each in items)
