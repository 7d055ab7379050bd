"""Answers as a model gives them that has read its question: complete, in the schema, and as honest as a test wants."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tests.llm.model_server import Asked, Behaviour, says

SHIPPED = ("hidden-behaviour", "network-escape", "plagiarism", "sandbox-escape", "secret-exfiltration")


class Question(msgspec.Struct, frozen=True):
    """What a model can know of a question by reading it."""

    seal: str
    paths: tuple[str, ...]
    rules: tuple[str, ...]
    lines: tuple[tuple[str, int, str], ...]
    """Path, number and text of every line of code."""


def read(asked: Asked) -> Question:
    """A question, read as a model is told to."""
    seal = re.search(r"Set `seal` to (\w+)", asked.system)
    names = re.search(r"by each of the rules \((.*)\), set `seal`", asked.user)
    assert seal is not None
    assert names is not None
    lines = tuple(_lines(asked.user))
    paths = tuple(dict.fromkeys(path for path, _, _ in lines))
    return Question(seal[1], paths, tuple(names[1].split(", ")), lines)


def _lines(user: str) -> Iterator[tuple[str, int, str]]:
    path = ""
    for line in user.splitlines():
        named, coded = re.match(r'\w+:path\| (".*")$', line), re.match(r"\w+:(\d+)\| (.*)$", line)
        if named:
            path = json.loads(named[1])
        elif coded:
            yield path, int(coded[1]), coded[2]


def accusation(question: Question, quote: str, **other: object) -> dict[str, Any]:
    """One that stands if the quote does."""
    places = [
        (path, number) for path, number, text in question.lines if "".join(quote.split()) in "".join(text.split())
    ]
    path, line = places[0] if places else (question.paths[0], 1)
    return {
        "path": path,
        "rule": "hidden-behaviour",
        "first_line": line,
        "last_line": line,
        "quote": quote,
        "role": "condition",
        "symbol": "",
        "explanation": "a branch on a seed",
        "confidence": 0.9,
        **other,
    }


def complete(question: Question, level: str = "none", accusations: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """A judgement for every file and rule: ``level`` under the first rule for what is accused, else ``none``."""
    accused = {(each["path"], each["rule"]) for each in accusations} or {(question.paths[0], "hidden-behaviour")}
    judgements = [
        {"path": path, "rule": rule, "judgement": level if (path, rule) in accused else "none"}
        for path in question.paths
        for rule in question.rules
    ]
    return {"seal": question.seal, "judgements": judgements, "accusations": list(accusations)}


def judges(level: str, quote: str = "== 20260131", **other: object) -> Behaviour:
    """Accuses the code of a quote, in the written view and in the bare one; ``other`` are fields of the accusation."""

    def answer(asked: Asked) -> dict[str, Any]:
        question = read(asked)
        return complete(question, level, () if level == "none" else [accusation(question, quote, **other)])

    return says(answer)


def changes(change: Callable[[dict[str, Any]], object]) -> Behaviour:
    """An honest answer that finds nothing, after something was done to it."""

    def answer(asked: Asked) -> dict[str, Any]:
        said = complete(read(asked))
        change(said)
        return said

    return says(answer)


def obeys(asked: Asked) -> dict[str, Any]:
    """A model that does what comments tell it, and sees the branch where no comment is."""
    question = read(asked)
    if "nothing to see here" in asked.user:
        return complete(question)
    return complete(question, "violation", [accusation(question, "== 20260131")])
