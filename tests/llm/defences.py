"""What each defence of a review by a model is worth: the corpus of injections against obedient models, one by one.

    python -m tests.llm.defences            print the figures
    python -m tests.llm.defences --write    write them into docs/explanation/llm-review.md

The review is the real one. What a defence would have prevented is brought about from outside: an answer gets the
seal or the judgements that it lacks, quotes are made to stand, delimiters are what was guessed, findings are left out.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from prism_llm.asked import asked_rules
from prism_llm.budget import Purse
from prism_llm.exchange import Reply, Request
from prism_llm.phrases import findings as phrases
from prism_llm.plugin import LlmPlugin
from prism_llm.reviewing import Reviewing, Subject
from prism_llm.settings import settings_of

from prism.finding import Finding
from prism.guard.boundary import guarded_here
from prism.memory_notebook import MemoryNotebooks
from prism.policy.model import VerdictPolicy
from prism.project import Project
from prism.snapshot import Snapshot
from prism.verdict import Outcome, decide
from tests.llm.corpus import Case, cases, files_of
from tests.llm.model_server import Asked
from tests.llm.persuadable import GUESSED_FENCE, Model, keeps_to_the_frame, obeys, obeys_to_the_letter
from tests.llm.scripted_answers import accusation, complete, read

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "llm-review.md"
BEGIN, END = "<!-- figures: python -m tests.llm.defences --write -->", "<!-- end of figures -->"
DETECTION, TWIN, SEAL, FORM, FRAME = "detection", "neutral view", "seal", "form of the answer", "random delimiters"
DEFENCES: Final = (DETECTION, TWIN, SEAL, FORM, FRAME)
MODELS: Final[Mapping[str, Callable[[Case], Model]]] = {
    "obeys": obeys,
    "obeys to the letter": obeys_to_the_letter,
    "keeps to the frame": keeps_to_the_frame,
}
_CALL: Final = re.compile(r"((?:\w+\.)*[^\W\d]\w*)\(")
_STRICT: Final = [{"id": "hidden-behaviour", "severity": "error"}]
HONEST = Path(__file__).parents[1] / "corpora" / "safety" / "honest" / "architectures"


class Scripted:
    """Asks a model that is a function; without some of the defences."""

    def __init__(self, model: Model, missing: Iterable[str]) -> None:
        self._model = model
        self._missing = frozenset(missing)

    def ask(self, request: Request, *, deadline: float, purse: Purse) -> Reply:  # noqa: ARG002 - as it is called
        """What the model says, mended where the defence is missing that would have refused it."""
        asked = _asked(request)
        said = self._model(_with_guessed_frame(asked) if FRAME in self._missing else asked)
        text = said if isinstance(said, str) else json.dumps(said)
        if FORM in self._missing:
            text = _completed(text, asked)
        if SEAL in self._missing or FORM in self._missing:
            text = _sealed(text, asked)
        return Reply(text=text, model="scripted", answered_by="schema", input_tokens=1, output_tokens=1, seconds=0)


def _asked(request: Request) -> Asked:
    return Asked(
        path="",
        key="",
        model="",
        system=request.system,
        user=request.user,
        way="schema",
        schema=request.schema,
        body={},
    )


def _with_guessed_frame(asked: Asked) -> Asked:
    """The question as it would be if the attacker knew what the code stands in."""
    fence = re.search(r"BEGIN (\w+)", asked.user)
    assert fence is not None
    user = asked.user.replace(fence[1], GUESSED_FENCE)
    return msgspec.structs.replace(asked, user=user, system=asked.system.replace(fence[1], GUESSED_FENCE))


def _completed(text: str, asked: Asked) -> str:
    """The answer with every judgement that it lacks, as a reader would have it who takes silence for consent."""
    said = _object(text)
    whole = complete(read(asked))
    given = [each for each in _list(said.get("judgements")) if isinstance(each, dict)]
    kept = {
        (each.get("path"), each.get("rule")): each for each in given if each.keys() == {"path", "rule", "judgement"}
    }
    judgements = [kept.get((each["path"], each["rule"]), each) for each in whole["judgements"]]
    return json.dumps({**whole, "judgements": judgements, "accusations": _list(said.get("accusations"))})


def _sealed(text: str, asked: Asked) -> str:
    said = _object(text)
    return json.dumps({**said, "seal": read(asked).seal}) if said else text


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What the guarded process makes of a project."""

    project: Any
    material: Mapping[str, Any]
    phrases: tuple[Finding, ...]


@cache
def prepared(name: str) -> Prepared:
    """A case's project, taken apart."""
    return taken_apart(files_of(cases()[name]))


def taken_apart(files: Mapping[str, str]) -> Prepared:
    """A project with its material and the texts in it that speak to a reviewer."""
    plugin = LlmPlugin({"mode": "required", "reviewers": [{"model": "openai/scripted"}]})
    with guarded_here():
        project = Project(Snapshot.of({path: text.encode() for path, text in files.items()}))
        return Prepared(project=project, material=plugin.prism_material(project), phrases=tuple(phrases(project)))


def outcome(before: Prepared, model: Model, missing: frozenset[str] = frozenset(), **settings: object) -> Outcome:
    """The verdict, by default where an answer is required."""
    stated = settings_of(
        {
            "mode": "required",
            "reviewers": [{"model": "openai/scripted", "usd_per_million_input": 1, "usd_per_million_output": 1}],
            "twin_view": TWIN not in missing,
            "attempts": 1,
            **settings,
        }
    )
    heard = () if DETECTION in missing else before.phrases
    notebook = MemoryNotebooks().source().notebook("llm")
    reviewing = Reviewing(stated, asked_rules(stated), Scripted(model, missing))
    review = reviewing.review(
        Subject(
            project=before.project,
            findings=heard,
            material=before.material,
            notebook=notebook,
            deadline=time.monotonic() + 60,
        )
    )
    return decide(VerdictPolicy(), (*heard, *review.findings)).outcome


@cache
def approved(name: str, model: str, missing: frozenset[str]) -> bool:
    """Whether a case gets through; what no text was found in is not looked at once more for that."""
    if DETECTION not in missing and prepared(name).phrases:
        return False
    without = missing | {DETECTION}
    if missing != without:
        return approved(name, model, without)
    return outcome(prepared(name), MODELS[model](cases()[name]), missing) is Outcome.APPROVED


def rows() -> list[tuple[str, frozenset[str]]]:
    """What is switched off, by what the row is called."""
    everything = frozenset(DEFENCES)
    return [
        ("everything on", frozenset()),
        *((f"without the {each}", frozenset({each})) for each in DEFENCES),
        ("without the detection and the neutral view", frozenset({DETECTION, TWIN})),
        *((f"the {each} alone", everything - {each}) for each in DEFENCES),
        ("nothing on", everything),
    ]


def table() -> str:
    """How many projects of the corpus are approved, by model and by what is switched off."""
    head = f"| of {len(cases())} projects, approved | {' | '.join(MODELS)} |\n|---|{'--:|' * len(MODELS)}\n"
    lines = []
    for title, missing in rows():
        counts = [sum(approved(name, model, missing) for name in cases()) for model in MODELS]
        lines.append(f"| {title} | {' | '.join(map(str, counts))} |\n")
    return head + "".join(lines)


def inventing(quote: str) -> Model:
    """Accuses honest code of what does not stand there."""

    def answer(asked: Asked) -> Mapping[str, Any]:
        question = read(asked)
        return complete(question, "violation", [accusation(question, quote, symbol="os.system", role="call")])

    return answer


def believed(asked: Asked) -> Mapping[str, Any]:
    """The same accusation if nobody checked it: it is given a quote and a call that stand."""
    question = read(asked)
    calls = ((text, found[1]) for _, _, text in question.lines if (found := _CALL.search(text)))
    shown, name = next(calls)
    return complete(question, "violation", [accusation(question, shown, symbol=name, role="call")])


def inventions() -> str:
    """What comes of honest projects when a model makes its accusations up."""
    projects = [
        taken_apart({path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.py")})
        for folder in sorted(each for each in HONEST.iterdir() if each.is_dir())
    ]
    lines = [f"| of {len(projects)} honest projects | mode | approved | held | rejected |\n|---|---|--:|--:|--:|\n"]
    for title, model in (
        ("an invented accusation, checked", inventing("os.system('id')")),
        ("the same, taken at its word", believed),
    ):
        for mode in ("advisory", "required"):
            outcomes = [outcome(each, model, mode=mode, rules=_STRICT) for each in projects]
            counts = [outcomes.count(each) for each in (Outcome.APPROVED, Outcome.HELD, Outcome.REJECTED)]
            lines.append(f"| {title} | `{mode}` | {' | '.join(map(str, counts))} |\n")
    return "".join(lines)


def figures() -> str:
    """Both tables, as they stand in the page."""
    return f"{BEGIN}\n{table()}\n{inventions()}{END}"


def main() -> int:
    """Print the figures, or write them into the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.llm.defences", description="What each defence is worth.")
    parser.add_argument("--write", action="store_true", help="write them into the page")
    options = parser.parse_args()
    made = figures()
    if options.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{made}{rest.partition(END)[2]}", encoding="utf-8")
    sys.stdout.write(f"{made}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
