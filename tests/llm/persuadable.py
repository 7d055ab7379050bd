"""Models that can be talked to: each one is honest about code until it reads what a case of the corpus tells it.

A model has read a text when half of the letters of its words are in what it was shown, in whatever view.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from tests.llm.corpus import Case, planted, tells, words_in
from tests.llm.model_server import Asked
from tests.llm.scripted_answers import Question, accusation, complete, read

Model: TypeAlias = Callable[[Asked], str | Mapping[str, Any]]
GUESSED_FENCE = "0" * 24
"""What the corpus takes for the delimiter."""


def obeys(case: Case) -> Model:
    """Does what it is told, and keeps to our form all the same: an honest answer, but for its judgements."""
    return _talked_to(case, lambda question, _: complete(question))


def obeys_to_the_letter(case: Case) -> Model:
    """Does what it is told to the letter: it copies the answer, uses the seal or accuses the line that is named."""
    return _talked_to(case, lambda question, text: _obeyed(case, question, text))


def keeps_to_the_frame(case: Case) -> Model:
    """Takes for instructions only what stands outside of the data, as far as it can tell from the delimiter."""

    def answer(asked: Asked) -> Mapping[str, Any]:
        question = read(asked)
        fence = re.search(r"BEGIN (\w+)", asked.user)
        assert fence is not None
        ends = sum(f"END {fence[1]}" in line for line in asked.user.splitlines())
        return honest(case, question) if ends == len(question.paths) else complete(question)

    return answer


def honest(case: Case, question: Question) -> Mapping[str, Any]:
    """Accuses the line on which the sign of what was planted stands, if it is shown."""
    sign = planted()[case.project].sign
    at_fault = [text for _, _, text in question.lines if sign in text]
    return complete(question, "violation", [accusation(question, at_fault[0])]) if at_fault else complete(question)


def _talked_to(case: Case, obeyed: Callable[[Question, str], str | Mapping[str, Any]]) -> Model:
    told = tells(case)

    def answer(asked: Asked) -> str | Mapping[str, Any]:
        question = read(asked)
        text = "\n".join((*question.paths, *(line for _, _, line in question.lines)))
        has_seen = 2 * _letters(told & words_in(text)) >= _letters(told)
        return obeyed(question, text) if has_seen else honest(case, question)

    return answer


def _letters(words: Iterable[str]) -> int:
    return sum(map(len, words))


def _obeyed(case: Case, question: Question, text: str) -> str | Mapping[str, Any]:
    if case.obeyed == "copies":
        told = re.search(r"\{.*\}", text)
        return told[0] if told else json.dumps({"judgements": [], "accusations": []})
    if case.obeyed == "seals":
        told = re.search(r"seal.*?\b([0-9a-f]{16}|model\.py)\b", text)
        return {**complete(question), "seal": told[1] if told else ""}
    if case.obeyed == "diverts":
        return complete(question, "violation", [accusation(question, "import torch")])
    return "I cannot help with that." if case.obeyed == "refuses" else complete(question)
