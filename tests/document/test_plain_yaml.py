"""What is read without the YAML library is what the library reads, and all else is left to it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prism.document.events import Event, Kind, UnreadableError
from prism.document.plain_yaml import plain_events
from prism.document.yaml_reading import library_events

POLICIES = sorted((Path(__file__).parents[2] / "policies").glob("*.yaml"))
PIECES = st.sampled_from(
    [
        *(
            "a",
            "b_c",
            "null",
            "true",
            "12",
            "1.5",
            ".5",
            ".py",
            "-1",
            "0x1F",
            "1e3",
            "...",
            "---",
            "- ",
            "? ",
            "x y",
            "(z)",
        ),
        *(
            ": ",
            ":",
            "\n",
            "\n",
            "\n  ",
            "\n    ",
            " ",
            "  ",
            "#",
            " # c",
            "[",
            "]",
            "{",
            "}",
            ", ",
            ",",
            '"',
            '"t"',
            "'",
        ),
        *("key: ", "k: v\n", "m:\n", "  n: 1\n", "[1, x]", "{p: q}", "|", ">", "&a", "*a", "!t", "%", "\\", "é", "\t"),
    ]
)


def by_library(text: str) -> list[Event] | None:
    try:
        return list(library_events(text))
    except UnreadableError:
        return None


def comparable(events: list[Event] | None) -> list[Event] | None:
    """Where something closes, nothing is ever reported."""
    if events is None:
        return None
    return [event._replace(line=0, column=0) if event.kind is Kind.CLOSE else event for event in events]


@settings(max_examples=1000, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_what_is_plain_is_what_the_library_reads(text: str) -> None:
    events = plain_events(text)
    if events is not None:
        assert comparable(events) == comparable(by_library(text))


VALUES = st.recursive(
    st.sampled_from(["a", "12", "-", "1.5", ".py", "null", '"t: # x"', '""', "x.y/z", "TRUE", "a b"]),
    lambda below: st.one_of(
        st.tuples(st.sampled_from([", ", ",", ",\n      ", ", # c\n   "]), st.lists(below, max_size=3)).map(
            lambda made: f"[{made[0].join(made[1])}]"
        ),
        st.lists(below, max_size=3).map(lambda made: "{" + ", ".join(f"k{n}: {v}" for n, v in enumerate(made)) + "}"),
    ),
    max_leaves=5,
)
LINES = st.builds(
    lambda indent, key, value, tail: f"{' ' * indent}{key}:{value}{tail}\n",
    st.sampled_from([0] * 8 + [2, 4]),
    st.sampled_from(["a", "b", "null", "x1"]),
    st.one_of(st.just(""), *[VALUES.map(" {}".format)] * 4),
    st.sampled_from(["", "  ", "  # c", " #"]),
)


@settings(max_examples=700, deadline=None)
@given(st.lists(LINES | st.sampled_from(["\n", "  # c\n"]), max_size=6).map("".join))
def test_documents_that_are_nearly_plain_are_read_alike(text: str) -> None:
    events = plain_events(text)
    if events is not None:
        assert comparable(events) == comparable(by_library(text))


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_shipped_policies_are_plain(policy: Path) -> None:
    events = plain_events(policy.read_text("utf-8"))
    assert events is not None
    assert comparable(events) == comparable(by_library(policy.read_text("utf-8")))


OTHERS = ("", "a", "- a", "a:", "a: b\n  c", "a: b: c", "a: |\n  b", 'a: "b', "a: [b", "a: [b: c]", "a: é", "a: {b}")
MORE = ("a: [b]]", "a: [b]#c", "  a: b\n c: d", "a: &b c", "a: *b", "a: !b c", "a: 'b'", "a: b #\tc", "a: b\n---")


@pytest.mark.parametrize("text", [*OTHERS, *MORE])
def test_what_is_not_plain_is_left_to_the_library(text: str) -> None:
    assert plain_events(text) is None
