"""Manifests: CSV or JSON Lines with a path, and perhaps an id and a hotkey, for each project.

What is wrong with one line costs that line only. A manifest of which nothing can be read is an error of the call.
"""

import codecs
import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from prism.batch.item import Item, of_path, text_of
from prism.errors import UsageError

COLUMNS = ("path", "id", "hotkey")
SUFFIXES = (".csv", ".jsonl", ".ndjson")
MEND = "mend that line, then resume the batch"
MAX_FIELD = 4096
MAX_ID = 255
LIKE = 0.82
"""From when on a name counts as another one's slip of the pen: ``hotkye`` does, ``uid`` and ``coldkey`` do not."""
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
"""What some programs put between the fields instead of commas."""

Row = tuple[int, Mapping[str, object] | str]
"""Number of the line, and its fields or what is wrong with it."""


def read_manifest(file: Path) -> tuple[list[Item], list[str]]:
    """The items of a manifest, in its order, and the names of columns that mean nothing here.

    Raises:
        UsageError: it cannot be read, or its columns are not those of a manifest.
    """
    text = _text(file)
    rows, foreign = _csv_rows(file, text) if file.suffix.lower() == ".csv" else _json_rows(text.split("\n"))
    return list(_items(text_of(str(file)), file.parent, rows)), foreign


def read_list(data: bytes, folder: Path) -> list[Item]:
    """The items of a list: paths, one a line or ended by NUL, or JSON objects as in a manifest, one a line.

    Raises:
        UsageError: it is in another encoding.
    """
    text = _decoded(data, "-")
    ended_by_nul, lines = "\0" in text, text.split("\n")
    if not ended_by_nul and text.lstrip().startswith("{"):
        return list(_items("-", folder, _json_rows(lines)[0]))
    paths = text.split("\0") if ended_by_nul else [line.removesuffix("\r") for line in lines]
    numbered: list[Row] = [(number, {"path": path}) for number, path in enumerate(paths, 1) if path.strip()]
    return list(_items("-", folder, numbered))


def _text(file: Path) -> str:
    try:
        return _decoded(file.read_bytes(), text_of(str(file)))
    except OSError as error:
        raise UsageError(
            f"the manifest cannot be read: {error.strerror}", where=str(file), do="mend its permissions, or its name"
        ) from error


def _decoded(data: bytes, where: str) -> str:
    """UTF-8, with whatever bytes a path may hold besides."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UsageError("this is UTF-16", where=where, do="save it in UTF-8")
    return data.decode("utf-8-sig", "surrogateescape")


def _csv_rows(file: Path, text: str) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    usual = csv.field_size_limit(len(text) + 1)  # a field that is too long costs its line, and not the manifest
    try:
        header = [name.strip() for name in next(reader, [])]
        _require_columns(file, header)
        rows += ((reader.line_num, _fields(header, row)) for row in reader if row)
    except csv.Error as error:
        where = f"{text_of(str(file))}:{reader.line_num}"
        raise UsageError(f"this is no CSV: {error}", where=where, do="quote fields that hold quotes") from error
    finally:
        csv.field_size_limit(usual)
    return rows, [name for name in header if name not in COLUMNS]


def _require_columns(file: Path, header: list[str]) -> None:
    missing = "path" not in header
    doubled = [name for name in COLUMNS if header.count(name) > 1]
    slips = _slips(header)
    if not (missing or doubled or slips):
        return
    others = [words for sign, words in SEPARATORS.items() if missing and "path" in "".join(header).split(sign)]
    wrong = [f"{name!r}, which may be meant as {near!r}" for name, near in slips.items()]
    wrong += [f"{name!r} twice" for name in doubled] + (["no 'path'"] if missing else [])
    wrong += [f"{words} between them, and not commas" for words in others]
    raise UsageError(
        f"the manifest's columns are wrong: {'; '.join(wrong)}",
        where=f"{text_of(str(file))}:1",
        do="let the first line name the columns: path, and if you like id and hotkey",
    )


def _slips(names: Iterable[str]) -> dict[str, str]:
    """Names that mean nothing here, with the column that each may be meant as and that is not there."""
    given = set(names)
    absent = [column for column in COLUMNS if column not in given]
    unknown = sorted(given.difference(COLUMNS))
    return {name: near for name in unknown for near in get_close_matches(name.casefold(), absent, n=1, cutoff=LIKE)}


def _fields(header: list[str], row: list[str]) -> dict[str, object] | str:
    if len(row) != len(header):
        return f"the line has {len(row)} fields, and the header {len(header)}"
    return dict(zip(header, row, strict=True))


def _json_rows(lines: Iterable[str]) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    foreign: dict[str, None] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            fields = _object(line)
            rows.append((number, fields))
            foreign |= dict.fromkeys(name for name in fields if name not in COLUMNS) if isinstance(fields, dict) else {}
    return rows, list(foreign)


def _object(line: str) -> dict[str, object] | str:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return "the line is no JSON"
    if not isinstance(fields, dict):
        return "the line is no JSON object"
    slips = _slips(fields)
    return f"the field {min(slips)!r} may be a slip of the pen: known are {', '.join(COLUMNS)}" if slips else fields


def _items(name: str, folder: Path, rows: Iterable[Row]) -> Iterator[Item]:
    for number, row in rows:
        where = f"{name}:{number}"
        problem = row if isinstance(row, str) else _problem(row)
        if problem or isinstance(row, str):
            yield Item(id=where, path=where, problem=problem, remedy=MEND)
            continue
        path = str(row["path"])
        yield of_path(folder / path, shown=path, id=str(row.get("id") or ""), hotkey=str(row.get("hotkey") or ""))


def _problem(row: Mapping[str, object]) -> str:
    for column in COLUMNS:
        value = row.get(column) or ""
        if not isinstance(value, str) or not _is_encodable(value):
            return f"{column!r} is no text"
        bound = MAX_FIELD if column == "path" else MAX_ID
        if len(os.fsencode(value)) > bound:
            return f"{column!r} is longer than {bound} bytes"
        if column == "path" and (not value or "\0" in value):
            return "there is no path"
        if column != "path" and not all(each.isprintable() for each in value):
            return f"{column!r} holds characters that cannot be shown"
    return ""


def _is_encodable(value: str) -> bool:
    """Whether a file may be called so: JSON can hold halves of characters, which are in no encoding."""
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True
