"""An answer as data, believed in nothing but its form: whether it is complete, bounded, and answers our question."""

import re
from collections.abc import Collection, Iterable
from typing import Annotated, Final, Literal, Protocol, TypeVar

import msgspec
from msgspec import Meta

from prism_llm.exchange import MAX_ANSWER_BYTES

Path = Annotated[str, Meta(max_length=5_000)]
Name = Annotated[str, Meta(max_length=100)]
Line = Annotated[int, Meta(ge=0, le=10_000_000)]
Text = Annotated[str, Meta(max_length=8_000)]
Level = Literal["none", "suspicion", "violation"]
_TYPES: Final = re.compile(r"(?:Expected|Object missing required field) `[a-z_]+`[ a-z0-9_`,.<>=|]{0,60}")
"""What msgspec says of types, sizes and absent fields, in which nothing is the model's."""
WEIGHT: dict[str, int] = {"none": 0, "suspicion": 1, "violation": 2}


class Judgement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the model says of one file under one rule."""

    path: Path
    rule: Name
    judgement: Level


class Accusation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place that the model accuses; nothing in it has been compared with the source."""

    path: Path
    rule: Name
    first_line: Line
    last_line: Line
    quote: Text
    role: Literal["call", "condition", "source", "sink", "disguise", "other"]
    symbol: Annotated[str, Meta(max_length=400)]
    explanation: Text
    confidence: Annotated[float, Meta(ge=0, le=1)]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model is asked for; see :func:`prism_llm.prompt.answer_schema`."""

    seal: Annotated[str, Meta(max_length=200)]
    judgements: Annotated[tuple[Judgement, ...], Meta(max_length=1_000)]
    accusations: Annotated[tuple[Accusation, ...], Meta(max_length=300)]


class HasSeal(Protocol):
    """Any answer: whoever follows us sets the seal."""

    @property
    def seal(self) -> str:
        """The canary, if the model still follows us."""
        ...


Sealed = TypeVar("Sealed", bound=HasSeal)


class InvalidAnswerError(Exception):
    """An answer that counts as none; the message says why, in our own words only."""


def answer_in(text: str, *, canary: str, paths: Collection[str], rules: Collection[str]) -> Answer:
    """The answer in a model's text.

    Raises:
        InvalidAnswerError: it is too long, not JSON, not of the schema, lacks the canary, or does not judge every
            path by every rule exactly once.
    """
    answer = decoded(text, Answer, canary=canary)
    _require_complete(answer.judgements, paths, rules)
    if any(accusation.rule not in rules for accusation in answer.accusations):
        raise InvalidAnswerError("the answer accuses under a rule that it was not asked about")
    return answer


def decoded(text: str, kind: type[Sealed], *, canary: str) -> Sealed:
    """The data in a model's text, with the canary in it.

    Raises:
        InvalidAnswerError: it is too long, not JSON, not of the schema, or lacks the canary.
    """
    if len(text) > MAX_ANSWER_BYTES:
        raise InvalidAnswerError("the answer is too long")
    try:
        answer = msgspec.json.decode(text.encode("utf-8", "replace"), type=kind)
    except msgspec.ValidationError as error:
        raise InvalidAnswerError(f"the answer is not of the schema: {_in_own_words(error)}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidAnswerError("the answer is not JSON") from error
    if answer.seal.strip() != canary:
        raise InvalidAnswerError("the answer lacks the seal that it was asked for")
    return answer


def _require_complete(judgements: Iterable[Judgement], paths: Collection[str], rules: Collection[str]) -> None:
    judged = [(each.path, each.rule) for each in judgements]
    asked = {(path, rule) for path in paths for rule in rules}
    if len(set(judged)) < len(judged):
        raise InvalidAnswerError("the answer judges something twice")
    if not asked.issuperset(judged):
        raise InvalidAnswerError("the answer judges what it was not asked about")
    if len(judged) < len(asked):
        missing = len(asked) - len(judged)
        raise InvalidAnswerError(f"the answer leaves {missing} of {len(asked)} judgements out")


def _in_own_words(error: msgspec.ValidationError) -> str:
    """What is wrong without a word that the model chose: it may have been told to say somebody's code there."""
    text = str(error)
    if "unknown field" in text:
        return "it has a field that was not asked for"
    if "enum value" in text:
        return "it has a value that was not to choose from"
    found = _TYPES.fullmatch(text.partition(" - at ")[0])
    return found[0] if found else "a value is not what was asked for"
