"""Plain JSON Schemas (draft 2020-12), decided without the validator, whose import takes longer than a small review.

A schema is plain when it uses nothing but the keywords below, each as the draft says. Whatever is not plain, and data
about which there is the least doubt, is left to the validator; so is finding words for what is wrong.
"""

import re
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, Final

from prism.document import Json

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE: Final = re.compile(r"#/\$defs/([A-Za-z0-9_]+)")
_IDENTITY: Final = re.compile(r"prism:[a-z0-9_]+(?:/[a-z0-9_]+)?")
"""What PRISM calls a plugin's schema inside its own; other identities have rules of their own."""

Schema = Mapping[str, Any]


class _UnsureError(Exception):
    """The validator has to be asked."""


def is_plain(schema: object) -> bool:
    """Whether something is certainly a schema, and a plain one."""
    try:
        return isinstance(schema, dict) and _is_plain(schema, schema, set())
    except RecursionError:
        return False


def is_certainly_valid(data: Json, schema: Schema) -> bool:
    """Whether data satisfies a schema beyond doubt; false means that the validator has to be asked."""
    try:
        return is_plain(schema) and _holds(data, schema, schema)
    except (_UnsureError, RecursionError, re.error):  # references may go in a circle
        return False


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text; JSON Schema's ``$`` is the end, Python's stands before a last line break.

    Raises:
        re.error: it is no pattern.
    """
    exact = f"{pattern[:-1]}\\Z" if pattern.endswith("$") and not pattern.endswith("\\$") else pattern
    return re.search(exact, text) is not None


def _is_plain(schema: object, root: Schema, identities: set[str]) -> bool:
    if not isinstance(schema, dict):
        return isinstance(schema, bool)
    if "$id" in schema:
        root = schema
        if str(schema["$id"]) in identities:  # a reference could mean either
            return False
        identities.add(str(schema["$id"]))
    return all(
        keyword in _OPERANDS
        and _OPERANDS[keyword](operand, root)
        and _below_is_plain(keyword, operand, root, identities)
        for keyword, operand in schema.items()
    )


def _below_is_plain(keyword: str, operand: Any, root: Schema, identities: set[str]) -> bool:  # noqa: ANN401 - JSON
    if keyword in {"properties", "$defs"}:
        return all(_is_plain(each, root, identities) for each in operand.values())
    if keyword in {"allOf", "anyOf", "oneOf"}:
        return all(_is_plain(each, root, identities) for each in operand)
    return keyword not in _SUBSCHEMAS or _is_plain(operand, root, identities)


def _is_count(operand: object, _root: Schema) -> bool:
    return type(operand) is int and operand >= 0


def _is_number(operand: object, _root: Schema) -> bool:
    return type(operand) in {int, float}


def _is_text(operand: object, _root: Schema) -> bool:
    return isinstance(operand, str)


def _is_object(operand: object, _root: Schema) -> bool:
    return isinstance(operand, dict)


def _is_subschema(operand: object, _root: Schema) -> bool:
    return isinstance(operand, dict | bool)


def _is_filled_list(operand: object, _root: Schema) -> bool:
    return isinstance(operand, list) and bool(operand)


def _are_names(operand: object, _root: Schema) -> bool:
    if not isinstance(operand, list) or not all(isinstance(name, str) for name in operand):
        return False
    return len(set(operand)) == len(operand)


def _is_type(operand: Any, root: Schema) -> bool:  # noqa: ANN401 - JSON
    if isinstance(operand, str):
        return operand in _TYPES
    return _is_filled_list(operand, root) and _are_names(operand, root) and all(map(_TYPES.__contains__, operand))


def _is_pattern(operand: object, _root: Schema) -> bool:
    try:
        return isinstance(operand, str) and bool(re.compile(operand))
    except (re.error, OverflowError, RecursionError):
        return False


def _is_reference(operand: object, root: Schema) -> bool:
    found = _REFERENCE.fullmatch(operand) if isinstance(operand, str) else None
    definitions = root.get("$defs")
    return found is not None and isinstance(definitions, dict) and found[1] in definitions


_SUBSCHEMAS: Final = frozenset({"additionalProperties", "items", "propertyNames", "not", "if", "then", "else"})
_OPERANDS: Final[dict[str, Callable[[Any, Schema], bool]]] = {
    "$schema": lambda operand, _root: operand == DIALECT,
    "$id": lambda operand, _root: isinstance(operand, str) and _IDENTITY.fullmatch(operand) is not None,
    "$ref": _is_reference,
    "default": lambda _operand, _root: True,
    "type": _is_type,
    "enum": _is_filled_list,
    "const": lambda _operand, _root: True,
    "uniqueItems": lambda operand, _root: isinstance(operand, bool),
    "required": _are_names,
    "pattern": _is_pattern,
    **dict.fromkeys(("title", "description", "x-prism-file", "x-prism-stricter"), _is_text),
    **dict.fromkeys(("properties", "$defs"), _is_object),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), _is_filled_list),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _is_count),
    **dict.fromkeys(_SUBSCHEMAS, _is_subschema),
}
"""What may stand beside each keyword of a plain schema; its subschemas are looked at apart."""


def _holds(data: Json, schema: Schema | bool, root: Schema) -> bool:
    """Whether data satisfies a plain schema; ``root`` is what its references start from."""
    if isinstance(schema, bool):
        return schema
    root = schema if "$id" in schema else root
    return all(
        _KEYWORDS[keyword](data, operand, schema, root) for keyword, operand in schema.items() if keyword in _KEYWORDS
    )


def _is_whole(data: object) -> bool:
    return type(data) is int or (type(data) is float and data.is_integer())


_TYPES: Final[dict[str, Callable[[object], bool]]] = {
    "array": lambda data: isinstance(data, list),
    "boolean": lambda data: isinstance(data, bool),
    "integer": _is_whole,
    "null": lambda data: data is None,
    "number": lambda data: type(data) in {int, float},
    "object": lambda data: isinstance(data, dict),
    "string": lambda data: isinstance(data, str),
}


def _equal(one: object, other: object) -> bool:
    if isinstance(one, str) or isinstance(other, str) or (type(one) is type(other) and isinstance(one, int | NoneType)):
        return one == other
    raise _UnsureError


def _are_unique(items: list[Json]) -> bool:
    if len(items) > 1 and not all(isinstance(item, str) for item in items):
        raise _UnsureError
    return len(items) < 2 or len(set(map(str, items))) == len(items)  # noqa: PLR2004 - two can be equal


def _has_type(data: Json, operand: str | list[str], _schema: Schema, _root: Schema) -> bool:
    return any(_TYPES[name](data) for name in ([operand] if isinstance(operand, str) else operand))


def _refers(data: Json, operand: str, _schema: Schema, root: Schema) -> bool:
    return _holds(data, root["$defs"][operand.rpartition("/")[2]], root)


def _has_known(data: dict[str, Json], operand: Schema, _schema: Schema, root: Schema) -> bool:
    return all(_holds(data[name], below, root) for name, below in operand.items() if name in data)


def _has_more(data: dict[str, Json], operand: Schema | bool, schema: Schema, root: Schema) -> bool:
    known = schema.get("properties", {})
    return all(_holds(value, operand, root) for name, value in data.items() if name not in known)


def _chosen(data: Json, operand: Schema | bool, schema: Schema, root: Schema) -> bool:
    return _holds(data, schema.get("then" if _holds(data, operand, root) else "else", True), root)


Keyword = Callable[[Any, Any, Schema, Schema], bool]


def _for(kind: str, test: Keyword) -> Keyword:
    """A keyword that says nothing about data of another type."""
    return lambda data, operand, schema, root: not _TYPES[kind](data) or test(data, operand, schema, root)


_KEYWORDS: Final[dict[str, Keyword]] = {
    "type": _has_type,
    "$ref": _refers,
    "enum": lambda data, operand, _schema, _root: any(_equal(data, each) for each in operand),
    "const": lambda data, operand, _schema, _root: _equal(data, operand),
    "allOf": lambda data, operand, _schema, root: all(_holds(data, each, root) for each in operand),
    "anyOf": lambda data, operand, _schema, root: any(_holds(data, each, root) for each in operand),
    "oneOf": lambda data, operand, _schema, root: sum(_holds(data, each, root) for each in operand) == 1,
    "not": lambda data, operand, _schema, root: not _holds(data, operand, root),
    "if": _chosen,
    "minimum": _for("number", lambda data, operand, _schema, _root: data >= operand),
    "maximum": _for("number", lambda data, operand, _schema, _root: data <= operand),
    "exclusiveMinimum": _for("number", lambda data, operand, _schema, _root: data > operand),
    "exclusiveMaximum": _for("number", lambda data, operand, _schema, _root: data < operand),
    "minLength": _for("string", lambda data, operand, _schema, _root: len(data) >= operand),
    "maxLength": _for("string", lambda data, operand, _schema, _root: len(data) <= operand),
    "pattern": _for("string", lambda data, operand, _schema, _root: matches(operand, data)),
    "minItems": _for("array", lambda data, operand, _schema, _root: len(data) >= operand),
    "maxItems": _for("array", lambda data, operand, _schema, _root: len(data) <= operand),
    "uniqueItems": _for("array", lambda data, operand, _schema, _root: not operand or _are_unique(data)),
    "items": _for("array", lambda data, operand, _schema, root: all(_holds(each, operand, root) for each in data)),
    "minProperties": _for("object", lambda data, operand, _schema, _root: len(data) >= operand),
    "maxProperties": _for("object", lambda data, operand, _schema, _root: len(data) <= operand),
    "required": _for("object", lambda data, operand, _schema, _root: all(name in data for name in operand)),
    "properties": _for("object", _has_known),
    "additionalProperties": _for("object", _has_more),
    "propertyNames": _for("object", lambda data, operand, _schema, root: all(_holds(n, operand, root) for n in data)),
}
"""Whether data satisfies each keyword that asks something of it."""
