"""Every disagreement of a document with a JSON Schema, in words an author can act on.

Used for policies and for the manifest of a submission: values are hostile until proven otherwise, so all that is shown
is escaped and cut, and the number of problems is bounded.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prism.document import Document, Json, JsonPath, escaped, shown
from prism.errors import Problem
from prism.plain_schema import is_certainly_valid, matches

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MAX_PROBLEMS: Final = 100
MAX_WORDS: Final = 300

_TYPES: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "text",
}
_BOUNDS: Final = {
    "minimum": "a number of at least {}",
    "exclusiveMinimum": "a number greater than {}",
    "maximum": "a number of at most {}",
    "exclusiveMaximum": "a number less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "text of at least {} characters",
    "maxLength": "text of at most {} characters",
    "minItems": "a list of at least {}",
    "maxItems": "a list of at most {}",
    "minProperties": "an object with at least {} keys",
    "maxProperties": "an object with at most {} keys",
}


class Complaint(NamedTuple):
    """One thing that is wrong with a document, at a path in it."""

    path: JsonPath
    what: str
    do: str


def problems_of(document: Document, schema: Mapping[str, Any]) -> tuple[Problem, ...]:
    """All disagreements of a document with a schema (draft 2020-12), in the order of its lines; empty if it is valid.

    At most ``MAX_PROBLEMS``. ``$ref`` must stay inside the schema: nothing is fetched.
    """
    complaints = sorted(complaints_of(document.data, schema), key=lambda complaint: document.position(complaint.path))
    return tuple(document.problem(*complaint) for complaint in complaints)


def complaints_of(data: Json, schema: Mapping[str, Any]) -> tuple[Complaint, ...]:
    """All disagreements of data with a schema (draft 2020-12), at most ``MAX_PROBLEMS``.

    A schema that cannot be followed to its end (a reference to nowhere or in a circle, a pattern that is none) is one.
    """
    if is_certainly_valid(data, schema):
        return ()
    from referencing.exceptions import Unresolvable

    try:
        return tuple(dict.fromkeys(islice(_found(data, schema), MAX_PROBLEMS)))
    except (Unresolvable, RecursionError, re.error) as error:
        what = f"a schema cannot be applied: {shorten(str(error))}"
        return (Complaint((), what, "mend the plugin's settings schema, or take the plugin out"),)


def _found(data: Json, schema: Mapping[str, Any]) -> Iterator[Complaint]:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    root = Resource.from_contents(schema, default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("", root).crawl()  # else every reference crawls anew
    validator = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call] # stubs lack types
    for error in validator(schema, registry=registry).iter_errors(data):
        yield from _complaints(_telling(error))


def _pattern(_validator: object, pattern: str, instance: object, _schema: object) -> "Iterator[ValidationError]":
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError(f"{shown(instance)} does not match")


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """``did you mean 'x'? `` when one of the known words is close, else nothing; ends in a space to be put first."""
    if not isinstance(word, str):
        return ""
    from difflib import get_close_matches

    lowered = {name.lower(): name for name in known}
    close = get_close_matches(word[:100].lower(), lowered, n=1)
    return f"did you mean {shown(lowered[close[0]])}? " if close else ""


def shorten(text: str) -> str:
    """Text of others on one line, escaped and cut to a readable length."""
    return escaped(text, limit=MAX_WORDS)


def listed(names: Iterable[object]) -> str:
    """Names in a row, cut to a readable length."""
    return shorten(", ".join(name if isinstance(name, str) else shown(name) for name in names))


def _telling(error: "ValidationError") -> "ValidationError":
    """Of an error about alternatives, the complaint of the alternative that the author most likely meant."""
    from jsonschema.exceptions import best_match

    if error.validator not in {"anyOf", "oneOf"} or not error.context:
        return error
    return best_match(iter([error])) or error


def _complaints(error: "ValidationError") -> Iterator[Complaint]:
    path: JsonPath = tuple(error.absolute_path)
    if list(error.absolute_schema_path)[-2:-1] == ["propertyNames"]:
        yield Complaint((*path, str(error.instance)), f"the key {shown(error.instance)} is not allowed", "rename it")
    elif error.validator in {"additionalProperties", "unevaluatedProperties"}:
        yield from _unknown_keys(path, error)
    elif error.validator == "required":
        yield _missing_key(path, error)
    else:
        expected, do = _expectation(error)
        yield Complaint(path, f"expected {expected}, not {shown(error.instance)}", do + _meaning(error.schema))


def _unknown_keys(path: JsonPath, error: "ValidationError") -> Iterator[Complaint]:
    schema = error.schema if isinstance(error.schema, dict) else {}
    known = sorted(schema.get("properties", {}))
    patterns = [re.compile(pattern) for pattern in schema.get("patternProperties", {})]
    for key in error.instance if isinstance(error.instance, dict) else {}:
        if key not in known and not any(pattern.search(key) for pattern in patterns):
            hint = f"known keys: {listed(known)}" if known else "no key is known here"
            yield Complaint((*path, key), f"the key {shown(key)} is unknown", f"{did_you_mean(key, known)}{hint}")


def _missing_key(path: JsonPath, error: "ValidationError") -> Complaint:
    required = error.validator_value if isinstance(error.validator_value, list) else []
    # One error an absent key, and the error names it only in its message.
    name = next((key for key in required if error.message.startswith(f"{key!r} ")), "?")
    schema = error.schema.get("properties", {}).get(name, {}) if isinstance(error.schema, dict) else {}
    return Complaint(path, f"the key {shown(name)} is missing", f"add {shown(name)}{_meaning(schema)}")


def _expectation(error: "ValidationError") -> tuple[str, str]:
    """What the schema asks for, and what to do about it."""
    limit, value = error.validator_value, error.instance
    keyword = str(error.validator)
    if keyword in _BOUNDS:
        expected = _BOUNDS[keyword].format(limit)
        return expected, f"write {expected}"
    describe: Callable[[Any, Any], tuple[str, str]] | None = _DESCRIBERS.get(keyword)
    return describe(limit, value) if describe else ("something else here", f"see {shown(keyword)} in the schema")


def _of_type(limit: "str | list[str]", value: object) -> tuple[str, str]:
    names = [limit] if isinstance(limit, str) else limit
    expected = " or ".join(_TYPES.get(name, name) for name in names)
    quoted = isinstance(value, str) and _reads_as(value, names)
    return expected, "take the quotes off" if quoted else f"write {expected}"


def _reads_as(text: str, names: list[str]) -> bool:
    number = {"integer", "number"} & set(names) and re.fullmatch(r"-?[0-9]{1,40}(\.[0-9]+)?", text)
    return bool(number) or ("boolean" in names and text in {"true", "false"})


def _of_enum(limit: "list[object]", value: object) -> tuple[str, str]:
    expected = f"one of {listed(limit)}" if len(limit) > 1 else listed(limit)
    hint = did_you_mean(value, (item for item in limit if isinstance(item, str)))
    return expected, f"{hint}write {expected}"


def _of_const(limit: object, _value: object) -> tuple[str, str]:
    return shown(limit), f"write {shown(limit)}"


def _of_pattern(limit: str, _value: object) -> tuple[str, str]:
    return f"text of the form {limit}", "mend the text"


def _of_unique(_limit: bool, _value: object) -> tuple[str, str]:
    return "every entry once", "drop the repeated one"


_DESCRIBERS: Final[dict[str, Callable[[Any, Any], tuple[str, str]]]] = {
    "const": _of_const,
    "enum": _of_enum,
    "pattern": _of_pattern,
    "type": _of_type,
    "uniqueItems": _of_unique,
}


def _meaning(schema: object) -> str:
    """The description of the setting, to be put last."""
    description = schema.get("description") if isinstance(schema, dict) else None
    if not isinstance(description, str):
        return ""
    return f" ({shorten(description).rstrip('.')})"
