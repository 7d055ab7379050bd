"""Manifests: CSV or JSON Lines with a path, and perhaps an id and a hotkey, for each project.

What is wrong with one line costs that line only. A manifest of which nothing can be read is an error of the call.
"""

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

Row = tuple[int, Mapping[str, object] | str]
"""Number of the line, and its fields or what is wrong with it."""


def read_manifest(file: Path) -> tuple[list[Item], list[str]]:
    """The items of a manifest, in its order, and the names of columns that mean nothing here.

    Raises:
        UsageError: it cannot be read, or its columns are not those of a manifest.
    """
    text = _text(file)
    rows, foreign = _csv_rows(file, text) if file.suffix.lower() == ".csv" else _json_rows(text.splitlines())
    return list(_items(text_of(str(file)), file.parent, rows)), foreign


def read_list(text: str, folder: Path) -> list[Item]:
    """The items of a list: paths, one a line or ended by NUL, or JSON objects as in a manifest, one a line."""
    lines = text.split("\0") if "\0" in text else text.splitlines()
    if lines and lines[0].lstrip().startswith("{"):
        return list(_items("-", folder, _json_rows(lines)[0]))
    numbered: list[Row] = [(number, {"path": line}) for number, line in enumerate(lines, 1) if line.strip()]
    return list(_items("-", folder, numbered))


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError as error:
        raise UsageError(
            f"the manifest cannot be read: {error.strerror}", where=str(file), do="mend its permissions, or its name"
        ) from error


def _csv_rows(file: Path, text: str) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _require_columns(file, header)
        rows += ((reader.line_num, _fields(header, row)) for row in reader if row)
    except csv.Error as error:
        where = f"{text_of(str(file))}:{reader.line_num}"
        raise UsageError(f"this is no CSV: {error}", where=where, do="quote fields that hold quotes") from error
    return rows, [name for name in header if name not in COLUMNS]


def _require_columns(file: Path, header: list[str]) -> None:
    missing = "path" not in header
    doubled = [name for name in COLUMNS if header.count(name) > 1]
    close = {name: near for name in header if name not in COLUMNS for near in get_close_matches(name, COLUMNS, n=1)}
    if not (missing or doubled or close):
        return
    wrong = [f"{name!r}, which may be meant as {near!r}" for name, near in close.items()]
    wrong += [f"{name!r} twice" for name in doubled] + (["no 'path'"] if missing else [])
    raise UsageError(
        f"the manifest's columns are wrong: {'; '.join(wrong)}",
        where=f"{text_of(str(file))}:1",
        do="let the first line name the columns: path, and if you like id and hotkey",
    )


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
    close = [name for name in fields if name not in COLUMNS and get_close_matches(name, COLUMNS, n=1)]
    return f"the field {close[0]!r} may be a slip of the pen: known are {', '.join(COLUMNS)}" if close else fields


def _items(name: str, folder: Path, rows: Iterable[Row]) -> Iterator[Item]:
    for number, row in rows:
        where = f"{name}:{number}"
        problem = row if isinstance(row, str) else _problem(row)
        if problem or isinstance(row, str):
            yield Item(id=where, path=where, problem=problem, remedy=MEND)
            continue
        path = str(row["path"])
        item = of_path(folder / path, shown=path, id=str(row.get("id") or ""), hotkey=str(row.get("hotkey") or ""))
        yield item


def _problem(row: Mapping[str, object]) -> str:
    for column in COLUMNS:
        value = row.get(column) or ""
        if not isinstance(value, str):
            return f"{column!r} is no text"
        bound = MAX_FIELD if column == "path" else MAX_ID
        if len(os.fsencode(value)) > bound:
            return f"{column!r} is longer than {bound} bytes"
        if column == "path" and (not value or "\0" in value):
            return "there is no path"
        if column != "path" and not all(each.isprintable() for each in value):
            return f"{column!r} holds characters that cannot be shown"
    return ""
