"""An opinion on what resembles an earlier submission: both sides are shown, and nothing of theirs reaches the miner."""

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prism_llm.plugin import LlmPlugin
from sqlalchemy import select

from prism.corpus import Resemblance, SharedLines
from prism.finding import Severity
from prism.gate import Gate
from prism.guard.boundary import guarded_here
from prism.memory_notebook import MemoryNotebooks
from prism.project import Project
from prism.review import Review
from prism.snapshot import Snapshot
from prism.store import notebooks as store_notebooks
from prism.store import open_store, tables
from prism.store.keep import examine_and_keep
from prism.verdict import Outcome
from tests.llm import model_server as scripted
from tests.llm.gates import reviewer
from tests.llm.model_server import Asked, Behaviour, ModelServer, says
from tests.llm.scripted_answers import complete, read
from tests.llm.test_modes import archive
from tests.similarity.original import ORIGINAL

CONTRACT = "\n\ndef build_model(ctx):\n    return Model(256)\n\n\ndef get_recipe(ctx):\n    return {}\n"
SOURCE = {"model.py": ORIGINAL.replace("Rotary", "Kreisel").replace("inverse", "umkehr") + CONTRACT}
COPY = {"model.py": ORIGINAL.replace("scores", "s").replace("softmax(s, dim=-1)", "relu(s)") + CONTRACT}
THEIRS = re.compile("kreisel|umkehr", re.IGNORECASE)
KEPT = select(tables.answers.c.packed, tables.answers.c.sha256, tables.answers.c.size)
Sides = dict[tuple[int, str], list[tuple[int, str]]]


def sides_of(asked: Asked) -> Sides:
    """By region and side, its lines with their numbers, as a model reads them."""
    sides: Sides = {}
    lines: list[tuple[int, str]] = []
    for line in asked.user.splitlines():
        if begin := re.match(r"\w+:region\| (\d+) (\w+)$", line):
            lines = sides.setdefault((int(begin[1]), begin[2]), [])
        elif coded := re.match(r"\w+:(\d+)\| (.*)$", line):
            lines.append((int(coded[1]), coded[2]))
    return sides


def likeness(sides: Sides, **other: object) -> dict[str, Any]:
    """The longest line of the first region on each side."""
    found: dict[str, Any] = {"region": 1}
    for side in ("here", "earlier"):
        number, text = max(sides[1, side], key=lambda line: len(line[1].strip()))
        found |= {f"{side}_first_line": number, f"{side}_last_line": number, f"{side}_quote": text.strip()}
    return found | other


def judges_copies(judgement: str, **other: object) -> Behaviour:
    """Finds nothing in the code itself, and says this of a likeness; ``other`` are fields of what it quotes."""

    def answer(asked: Asked) -> Mapping[str, object]:
        if "You compare" not in asked.system:
            return complete(read(asked))
        seal = re.search(r"Set `seal` to (\w+)", asked.system)
        assert seal is not None
        quoted = [likeness(sides_of(asked), **other)] if judgement == "copied" else []
        return {"seal": seal[1], "judgement": judgement, "likenesses": quoted, "confidence": 0.7}

    return says(answer)


class Bench:
    """A store with one earlier submission, and the review of what resembles it."""

    def __init__(self, folder: Path, server: ModelServer) -> None:
        self.server = server
        self._folder = folder

    def review(self, mode: str = "required", *, reviews: int = 1, **about: object) -> Review:
        """The last of so many reviews of the copy, where copies are doubtful rather than clear."""
        llm = {"mode": mode, "reviewers": [reviewer(self.server, **about)], "attempts": 1, "judges_copies": True}
        plugins = {
            "llm": {"settings": {**llm, "twin_view": False}},
            "similarity": {"settings": {"hold": 0.2, "reject": 1.0, "evidence_lines": 10_000}},
        }
        policy = self._folder / "policy.json"
        policy.write_text(json.dumps({"policy": 1, "name": "copies", "extends": "default", "plugins": plugins}))
        with open_store(str(self._folder / "store.sqlite3")) as store, Gate.from_policy(policy) as gate:
            script = self.server.script
            self.server.follow(judges_copies("independent"))
            source = examine_and_keep(store, gate, archive(SOURCE), hotkey="alice").review
            assert source.verdict is not Outcome.REJECTED
            self.server.follow(*script)
            records = [
                gate.review(archive(COPY), corpus=store.source(hotkey="bob"), notebooks=store.notebooks(hotkey="bob"))
                for _ in range(reviews)
            ]
        return records[-1]

    def questions(self) -> list[Asked]:
        """What was asked about likenesses."""
        return [asked for asked in self.server.requests if "You compare" in asked.system]


@pytest.fixture
def bench(tmp_path: Path, model_server: ModelServer) -> Bench:
    return Bench(tmp_path, model_server)


def named(review: Review, rule: str) -> Any:  # noqa: ANN401 - the one finding
    (finding,) = (each for each in review.findings if each.rule == rule)
    return finding


def test_the_model_sees_the_lines_of_both_sides_and_the_report(bench: Bench) -> None:
    bench.server.follow(judges_copies("copied"))
    review = bench.review()
    (asked,) = bench.questions()
    shown = sides_of(asked)
    assert named(review, "similarity/suspected").message.split("%")[0] + "%" in asked.system
    assert THEIRS.search(
        "\n".join(text for (_, side), lines in shown.items() for _, text in lines if side == "earlier")
    )
    assert not THEIRS.search(
        "\n".join(text for (_, side), lines in shown.items() for _, text in lines if side == "here")
    )
    text = COPY["model.py"].split("\n")
    for (_, side), lines in shown.items():
        assert side == "earlier" or all(text[number - 1] == line for number, line in lines)


def test_what_it_quotes_from_both_sides_is_an_accusation_with_its_place_here(bench: Bench) -> None:
    bench.server.follow(judges_copies("copied"))
    review = bench.review()
    finding = named(review, "llm/copied-code")
    assert (finding.path, finding.severity, finding.at_most, finding.confidence) == (
        "model.py",
        Severity.WARNING,
        "held",
        0.7,
    )
    assert finding.line is not None
    assert review.verdict is Outcome.HELD


@pytest.mark.parametrize("judgement", ["copied", "independent", "undecided"])
def test_nothing_of_the_earlier_side_reaches_the_record(judgement: str, bench: Bench) -> None:
    bench.server.follow(judges_copies(judgement))
    assert not THEIRS.search(msgspec.json.encode(bench.review()).decode())


@pytest.mark.parametrize("field", ["judgement", "seal", "likenesses", "kreisel", "confidence"])
def test_a_model_that_is_told_to_betray_the_earlier_side_betrays_it_to_nobody(field: str, bench: Bench) -> None:
    def answer(asked: Asked) -> Mapping[str, object]:
        if "You compare" not in asked.system:
            return complete(read(asked))
        theirs = "\n".join(
            text for (_, side), lines in sides_of(asked).items() for _, text in lines if side == "earlier"
        )
        honest = {"seal": "", "judgement": "copied", "likenesses": [], "confidence": 0.5}
        return {**honest, field: theirs[-3_000:]}

    bench.server.follow(says(answer))
    review = bench.review()
    assert named(review, "llm/no-answer")
    assert not THEIRS.search(msgspec.json.encode(review).decode())


@pytest.mark.parametrize(("judgement", "said"), [("independent", "is independent work"), ("undecided", "or a copy")])
def test_a_word_in_its_favour_frees_nobody(judgement: str, said: str, bench: Bench) -> None:
    bench.server.follow(judges_copies(judgement))
    review = bench.review()
    finding = named(review, "llm/doubtful-copy")
    assert said in finding.message
    assert (finding.severity, finding.at_most) == (Severity.NOTE, "approved")
    assert review.verdict is Outcome.HELD
    assert named(review, "similarity/suspected").severity is Severity.WARNING


INVENTED: list[dict[str, object]] = [
    {"earlier_quote": "torch.einsum('nothing of the kind')"},
    {"here_quote": "torch.einsum('nothing of the kind')"},
    {"here_quote": "x = 1"},
    {"region": 99},
    {"earlier_first_line": 9_000, "earlier_last_line": 9_000},
]


@pytest.mark.parametrize("invented", INVENTED, ids=lambda each: "-".join(map(str, each)))
def test_evidence_that_does_not_stand_on_both_sides_is_discarded_and_counted(
    invented: dict[str, object], bench: Bench
) -> None:
    bench.server.follow(judges_copies("copied", **invented))
    review = bench.review()
    assert named(review, "llm/unsupported-suspicion").severity is Severity.WARNING
    assert not [each for each in review.findings if each.rule == "llm/copied-code"]
    assert (review.usage[0].accusations, review.usage[0].discarded) == (1, 1)


def test_in_advisory_mode_what_does_not_stand_is_a_note(bench: Bench) -> None:
    bench.server.follow(judges_copies("copied", region=99))
    assert named(bench.review("advisory"), "llm/unsupported-suspicion").severity is Severity.NOTE


NO_ANSWERS: dict[str, str | dict[str, Any]] = {
    "another seal": {"seal": "x", "judgement": "independent", "likenesses": [], "confidence": 1},
    "another schema": {"verdict": "independent"},
    "no JSON": "It was not copied.",
}


@pytest.mark.parametrize("mode", ["required", "advisory"])
@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_valid_answer_counts_as_none(mode: str, answer: str | dict[str, Any], bench: Bench) -> None:
    bench.server.follow(says(lambda asked: answer if "You compare" in asked.system else complete(read(asked))))
    finding = named(bench.review(mode), "llm/no-answer")
    assert finding.severity is (Severity.WARNING if mode == "required" else Severity.NOTE)
    assert "earlier submission" in finding.message


def test_a_provider_that_is_down_is_not_asked_again_about_copies(bench: Bench) -> None:
    bench.server.follow(scripted.fails(500))
    review = bench.review()
    assert not bench.questions()
    assert [each.rule for each in review.findings if "resembles" in each.message and each.plugin == "llm"]


def test_the_same_likeness_is_answered_from_the_notebook(bench: Bench) -> None:
    bench.server.follow(judges_copies("copied"))
    review = bench.review(reviews=2)
    assert len(bench.questions()) == 1
    assert review.usage[0].requests == 0
    assert review.usage[0].recalled > 0
    assert named(review, "llm/copied-code").line is not None


def test_what_there_is_no_room_for_is_listed(bench: Bench) -> None:
    bench.server.follow(judges_copies("copied"))
    review = bench.review(input_tokens=2_500)
    messages = [each.message for each in review.findings if each.rule in {"llm/not-reviewed", "llm/no-answer"}]
    assert any("resemble" in message for message in messages)


def test_with_the_earlier_submission_goes_what_was_said_of_it(bench: Bench, tmp_path: Path) -> None:
    bench.server.follow(judges_copies("copied"))
    bench.review()
    with open_store(str(tmp_path / "store.sqlite3")) as store:
        (earlier,) = store.submissions()
        counts = []
        for _ in range(2):
            with store.database.reading() as connection:
                kept = [store_notebooks.intact(*row) for row in connection.execute(KEPT)]
            counts.append(sum(b"likenesses" in record for record in kept if record))
            store.forget(id=earlier.id)
    assert counts == [1, 0]


def test_what_cannot_be_shown_is_not_asked_about(bench: Bench, tmp_path: Path) -> None:
    bench.server.follow(judges_copies("copied"))
    bench.review()
    bench.server.follow(judges_copies("copied"))
    with open_store(str(tmp_path / "store.sqlite3")) as store, Gate.from_policy(tmp_path / "policy.json") as gate:
        review = gate.review(archive(COPY), corpus=store.source(hotkey="bob"))
    assert not bench.questions()
    assert "none of what is alike can be shown" in named(review, "llm/no-answer").message


def test_more_likenesses_than_are_judged_are_counted_and_hold(model_server: ModelServer) -> None:
    model_server.follow(judges_copies("independent"))
    about = {"mode": "required", "reviewers": [reviewer(model_server)], "judges_copies": True, "twin_view": False}
    plugin = LlmPlugin(about)
    with guarded_here():
        project = Project(Snapshot.of({"model.py": b"x = 1\n"}))
        material = plugin.prism_material(project)
    shared = SharedLines(path="model.py", lines=(1, 1), other_path="model.py", other_lines=(1, 1))
    likenesses = tuple(Resemblance(submission=f"s{number}", report="", regions=(shared,)) for number in range(23))
    notebook = MemoryNotebooks().source().notebook("llm")
    found = list(plugin.prism_review(project, (), likenesses, material, notebook, time.monotonic() + 60))
    (left,) = (each for each in found if each.rule == "llm/not-reviewed")
    assert "3 of 23" in left.message
    assert left.severity is Severity.WARNING
