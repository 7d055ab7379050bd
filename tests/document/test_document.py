"""YAML and JSON text as data that knows its lines; whatever is wrong ends in a DocumentError with its place."""

import json
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prism.document import Document, Json, load_document, shown, spelled_path
from prism.errors import DocumentError

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff\x85"), max_size=12)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT, below, max_size=4),
    max_leaves=12,
)
MARKUP = st.text(st.sampled_from("{}[]:,-?&*!|>'\"%@`#~ \n\tab01.e+\\/\x00\ufeff\u2028\ud800"), max_size=60)


def problems(text: str, name: str = "p.yaml", **bounds: int) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as refusal:
        load_document(text, name=name, **bounds)
    assert all(problem.do for problem in refusal.value.problems)
    return [(problem.where, problem.what) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: no\nb: on\nc: 2026-01-30\nd: 12:30\n", {"a": "no", "b": "on", "c": "2026-01-30", "d": "12:30"}),
        ("[1, -2, +3, 0x1F, 0o17, 017, 1_000]", [1, -2, 3, 31, 15, 17, "1_000"]),
        ("[1.5, .5, 1., 1e3, -1E-2]", [1.5, 0.5, 1.0, 1000.0, -0.01]),
        ("[null, ~, Null, true, False, 'true', \"1\", yes]", [None, None, None, True, False, "true", "1", "yes"]),
        ("a:\nb: ''\n", {"a": None, "b": ""}),
        ("a: |\n  one\n  two\nb: >-\n  one\n  two\n", {"a": "one\ntwo\n", "b": "one two"}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ("{a: 1, b: [x,],}", {"a": 1, "b": ["x"]}),
        ("just text", "just text"),
    ],
)
def test_yaml_1_2_means_what_its_core_schema_says(text: str, data: Json) -> None:
    found = load_document(text, name="p.yaml").data
    assert found == data
    assert json.dumps(found) == json.dumps(data)  # 1, 1.0 and True are equal but not the same


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_json_reads_as_the_standard_library_reads_it(value: Json) -> None:
    text = json.dumps([value])
    assert load_document(text, name="p.json").data == json.loads(text)
    assert load_document(json.dumps([value], ensure_ascii=False, indent=1), name="p").data == [value]


@given(MARKUP | st.text(max_size=60), st.sampled_from(["p.yaml", "p.json"]))
@settings(max_examples=400, deadline=None)
@example('"\\UFFFFFFFF"', "p.yaml")
@example("%YAML 9999999999999999999.1\n---\na", "p.yaml")
@example("{" * 5000, "p.yaml")
@example("[" * 5000, "p.json")
@example("- " * 5000, "p.yaml")
@example("\ud800", "p.yaml")
@example("! !", "p.yaml")
@example("a: !<", "p.yaml")
def test_any_text_is_a_document_or_a_document_error(text: str, name: str) -> None:
    outcome = load_or_refuse(text, name)
    if isinstance(outcome, DocumentError):
        assert outcome.problems
        assert all(f"{p.where}{p.what}{p.do}".isprintable() for p in outcome.problems)
    else:
        json.dumps(outcome.data, allow_nan=False).encode()
        assert outcome.position(()) >= (1, 1)


def load_or_refuse(text: str, name: str) -> Document | DocumentError:
    try:
        return load_document(text, name=name)
    except DocumentError as error:
        return error


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_every_value_has_its_own_place(value: Json) -> None:
    document = load_document(json.dumps([value], indent=1), name="p.json")
    places = [document.position(path) for path in paths([value])]
    assert len(set(places)) == len(places)
    assert places == sorted(places)


def paths(value: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    return [path, *(deeper for step, item in below for deeper in paths(item, (*path, step)))]


def test_places_count_lines_and_columns_from_one() -> None:
    yaml = load_document("a: 1\nlist:\n  - x\n  - key: y\n", name="p.yaml")
    assert yaml.position(("a",)) == (1, 1)
    assert yaml.position(("list", 1, "key")) == (4, 5)
    assert yaml.where(("list", 1, "key")) == "p.yaml:4: $.list[1].key"
    text = '{"é": 1,\n "list": ["x", {"key": 2}]}'
    assert load_document(text, name="p").position(("list", 1, "key")) == (2, 17)


def test_what_is_not_there_has_the_place_of_its_parent() -> None:
    document = load_document("a:\n  b: 1\n", name="p.yaml")
    assert document.where(("a", "c", 0)) == "p.yaml:1: $.a.c[0]"


def test_nothing_of_yaml_that_builds_objects_or_refers_is_taken() -> None:
    text = "a: !x 1\nb: &q [1]\nc: *q\nd: !!python/object/apply:os.system [id]\ne: ! 1\n"
    assert problems(text) == [
        ("p.yaml:1: $.a", "a tag stands here"),
        ("p.yaml:2: $.b", "an anchor stands here"),
        ("p.yaml:3: $.c", "an alias stands here"),
        ("p.yaml:4: $.d", "a tag stands here"),
        ("p.yaml:5: $.e", "a tag stands here"),
    ]


def test_an_alias_bomb_costs_nothing() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 20))]
    found = problems("\n".join(lines))
    assert ("p.yaml:2: $.a1[0]", "an alias stands here") in found
    assert len(found) <= 51


def test_depth_and_size_are_bounded() -> None:
    deep = load_document("[" * 5 + "]" * 5, name="p", max_depth=5)
    assert deep.data == [[[[[]]]]]
    assert problems("[" * 6 + "]" * 6, max_depth=5) == [("p.yaml:1:6", "the document is nested deeper than 5 levels")]
    assert load_document("a: é", name="p", max_bytes=5).data == {"a": "é"}
    assert problems("a: éé", max_bytes=6) == [("p.yaml:1:1", "the document is larger than 6 bytes")]


def test_json_text_that_breaks_off_is_reported_as_json_only_under_a_json_name() -> None:
    assert problems('{"a": 1', name="p.json") == [("p.json:1:8", "JSON ends here: expected `,` or the closing bracket")]
    assert problems('{"a": [1}', name="p.json") == [
        ("p.json:1:9", "JSON ends here: expected `,` or the closing bracket")
    ]
    assert problems("{'a': 1}", name="p.json") == [("p.json:1:2", "this is not JSON")]
    assert problems('{"a": nul}', name="p.json") == [("p.json:1:7", "JSON ends here: expected a value")]
    assert problems('{"a" 1}')[0][0] == "p.yaml:1:6"


def test_names_and_values_in_messages_are_escaped_and_cut() -> None:
    assert shown("\x1b[31m\u202e\n") == "'\\x1b[31m\\u202e\\n'"
    assert shown("x" * 200, 10) == "'xxxxxxxxx..."
    assert [shown(value) for value in (None, True, {}, {"a": 1}, [1, 2], math.pi)] == [
        "null",
        "true",
        "an object with 0 keys",
        "an object with 1 key",
        "a list of 2",
        "3.141592653589793",
    ]
    assert spelled_path(("a", 0, "b c", "d'\n")) == "$.a[0]['b c'][\"d'\\n\"]"
    ((where, _),) = problems("", name="evil\x1b[2J.yaml")
    assert where == "evil\\x1b[2J.yaml:1:1"
