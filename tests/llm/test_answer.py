"""Why an answer does not count is said without a word of the model's: miners read it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from prism_llm.answer import InvalidAnswerError, answer_in

SEAL = "0123456789abcdef"
SPOKEN = "swordfish \x1b[31m"


def answer() -> dict[str, Any]:
    judgement = {"path": "model.py", "rule": "own", "judgement": "none"}
    accused = {"path": "model.py", "rule": "own", "first_line": 1, "last_line": 1, "quote": "x = 1", "role": "other"}
    accused |= {"symbol": "", "explanation": "e", "confidence": 0.5}
    return {"seal": SEAL, "judgements": [judgement], "accusations": [accused]}


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another field": lambda said: said.update({SPOKEN: 1}),
    "another seal": lambda said: said.update(seal=SPOKEN),
    "a seal without end": lambda said: said.update(seal=SPOKEN * 100),
    "no seal": lambda said: said.pop("seal"),
    "another level": lambda said: said["judgements"][0].update(judgement=SPOKEN),
    "another role": lambda said: said["accusations"][0].update(role=SPOKEN),
    "a word for a line": lambda said: said["accusations"][0].update(first_line=SPOKEN),
    "a line below zero": lambda said: said["accusations"][0].update(first_line=-1),
    "too sure": lambda said: said["accusations"][0].update(confidence=7),
    "another path": lambda said: said["judgements"][0].update(path=SPOKEN),
    "another rule": lambda said: said["judgements"][0].update(rule=SPOKEN),
    "accused by another rule": lambda said: said["accusations"][0].update(rule=SPOKEN),
    "a list for an object": lambda said: said.update(judgements=[[SPOKEN]]),
    "twice": lambda said: said["judgements"].append(said["judgements"][0]),
    "nothing judged": lambda said: said.update(judgements=[]),
}


def test_what_is_asked_for_is_taken() -> None:
    assert answer_in(json.dumps(answer()), canary=SEAL, paths={"model.py"}, rules={"own"}).seal == SEAL


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_wrong_is_said_in_our_own_words(change: Callable[[dict[str, Any]], object]) -> None:
    said = answer()
    change(said)
    with pytest.raises(InvalidAnswerError) as refusal:
        answer_in(json.dumps(said), canary=SEAL, paths={"model.py"}, rules={"own"})
    message = str(refusal.value)
    assert message.startswith("the answer ")
    assert message.isprintable()
    assert "swordfish" not in message


@pytest.mark.parametrize("text", ["", "swordfish", "[" * 100_000, '{"seal": "swordfish', "\ud800", "1" * 300_000])
def test_what_is_no_answer_at_all_is_said_so_too(text: str) -> None:
    with pytest.raises(InvalidAnswerError, match=r"^the answer is (not JSON|too long|not of the schema)"):
        answer_in(text, canary=SEAL, paths={"model.py"}, rules={"own"})
