"""What the fields of a record mean: the text below each in its class, which no schema has by itself."""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, get_args

import msgspec

from generators.markdown import prose


def described(definitions: Mapping[str, Any], records: Iterable[type]) -> dict[str, Any]:
    """The definitions of a schema, with what each property means.

    Args:
        definitions: by the name that msgspec gives it.
        records: the classes that the schema was made of; those that they hold are found by themselves.
    """
    classes = named(records)
    return {name: _with_meanings(each, classes.get(name)) for name, each in definitions.items()}


def named(records: Iterable[type]) -> dict[str, type[msgspec.Struct]]:
    """By each name that msgspec may give it, every record that these are made of, and these."""
    return {name: each for record in records for each in _held_by(record) for name in _names(each)}


def always_there(field: str, definition: Mapping[str, Any], owner: type[msgspec.Struct]) -> bool:
    """Whether a record that PRISM writes has a field: defaults are written as well, unless its class says not to."""
    return field in definition.get("required", ()) or not owner.__struct_config__.omit_defaults


def _with_meanings(definition: dict[str, Any], owner: type | None) -> dict[str, Any]:
    if owner is None or "properties" not in definition:
        return definition
    meanings = {name: text for parent in reversed(owner.__mro__) for name, text in _meanings(parent)}
    told = {name: {"description": meanings.get(name, ""), **each} for name, each in definition["properties"].items()}
    return {**definition, "properties": told}


def _meanings(owner: type) -> Iterator[tuple[str, str]]:
    """The fields that a class states by itself, each with the text below it."""
    if not owner.__module__.startswith("prism"):
        return
    body = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0].body  # type: ignore[attr-defined] # a class
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            yield field.target.id, " ".join(prose(ast.literal_eval(below.value)).split())


def _held_by(kind: Any) -> Iterator[type[msgspec.Struct]]:  # noqa: ANN401 - whatever an annotation may be
    """The records in an annotation, and those in their fields."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
        for field in msgspec.structs.fields(kind):
            yield from _held_by(field.type)
    else:
        for each in get_args(kind):
            yield from _held_by(each)


def _names(owner: type) -> tuple[str, str]:
    return owner.__name__, f"{owner.__module__}.{owner.__qualname__}"
