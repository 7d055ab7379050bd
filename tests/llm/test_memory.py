"""Answers that were given before: found by everything that was asked, believed no more than fresh ones."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import prism_llm
import pytest
from prism_llm.asked import asked_rules
from prism_llm.asker import Asker
from prism_llm.plugin import LlmPlugin
from prism_llm.records import asking_digest
from prism_llm.reviewing import Review as ModelReview
from prism_llm.reviewing import Reviewing, Subject
from prism_llm.rules import NO_ANSWER
from prism_llm.settings import settings_of
from sqlalchemy import select, update

from prism.core_rules import CORPUS_INCOMPLETE, PLUGIN_FAILED
from prism.finding import Finding
from prism.guard.boundary import guarded_here
from prism.memory_notebook import MemoryNotebooks
from prism.project import Project
from prism.review import Review
from prism.snapshot import Snapshot
from prism.store import Store, open_store, snapshots, tables
from prism.store.keep import examine_and_keep
from prism.verdict import Outcome
from tests.llm import model_server as scripted
from tests.llm.gates import SOURCE, Gates
from tests.llm.model_server import Asked, Behaviour
from tests.llm.scripted_answers import accusation, complete, judges, read

PLAIN = {"model.py": "width = 4\n"}


def settled(review: Review) -> Review:
    """A record without what differs from one review to the next of the same: when it was, and who was paid."""
    return msgspec.structs.replace(review, timings=None, usage=())


def requests_of(review: Review) -> tuple[int, int]:
    return sum(each.requests for each in review.usage), sum(each.recalled for each in review.usage)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store.sqlite3")) as store:
        yield store


def test_what_was_answered_is_not_asked_again_and_a_replay_needs_no_network(gates: Gates, store: Store) -> None:
    gate = gates.gate("required")
    gates.server.follow(judges("violation"))
    first = gates.review(gate, notebooks=store.notebooks())
    assert requests_of(first) == (2, 0)
    gates.server.follow(scripted.closes)
    again, once_more = (gates.review(gate, notebooks=store.notebooks()) for _ in range(2))
    assert requests_of(again) == (0, 2)
    assert not gates.server.requests
    assert msgspec.json.encode(settled(again)) == msgspec.json.encode(settled(first))
    assert again.usage == once_more.usage
    assert first.verdict is Outcome.HELD


def test_of_a_project_that_has_changed_only_the_change_is_asked_about(gates: Gates) -> None:
    notebooks = MemoryNotebooks()
    gates.server.follow(judges("none"))
    gate = gates.gate("required", twin_view=False)
    gates.review(gate, PLAIN, notebooks.source())
    review = gates.review(gate, {**PLAIN, "layers.py": "depth = 2\n"}, notebooks.source())
    assert review.verdict is Outcome.APPROVED
    assert requests_of(review) == (1, 1)
    assert read(gates.server.requests[-1]).paths == ("layers.py",)


BASE: dict[str, Any] = {"model": "openai/scripted", "usd_per_million_input": 1, "usd_per_million_output": 1}
CHANGES: dict[str, Mapping[str, Any]] = {
    "model": {"model": "openai/another"},
    "server": {"api_base": "http://127.0.0.1:9/v1"},
    "temperature": {"temperature": 0.5},
    "seed": {"seed": 1},
    "output_tokens": {"output_tokens": 100},
    "answers_by": {"answers_by": "tool"},
}


def digest(about: Mapping[str, Any] | None = None, **settings: Any) -> str:  # noqa: ANN401 - any setting
    section = settings_of({"mode": "required", "reviewers": [{**BASE, **(about or {})}], **settings})
    return asking_digest(asked_rules(section), section.reviewers)


def test_all_that_shapes_an_answer_is_a_part_of_the_key_and_nothing_else() -> None:
    rules = [{"id": "hidden-behaviour"}], [{"id": "hidden-behaviour", "text": "No dates."}], [{"id": "plagiarism"}]
    digests = [
        digest(),
        *(digest(change) for change in CHANGES.values()),
        *(digest(rules=each) for each in rules),
        asking_digest(asked_rules(settings_of({"mode": "off"})), (), only_for="a project"),
        asking_digest(asked_rules(settings_of({"mode": "off"})), ()),
    ]
    assert len(set(digests)) == len(digests)
    same = {"timeout_seconds": 3, "retries": 5, "key_env": "KEY", "usd_per_million_input": 7}
    assert digest(same) == digest()
    assert digest(rules=[{"id": "plagiarism", "severity": "note"}]) == digest(rules=[{"id": "plagiarism"}])


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("system.txt", "You review", "You judge"),
        ("prompt.py", "PROMPT_VERSION: Final = ", "PROMPT_VERSION: Final = 1000 + "),
        ("prompt.py", "That was all of the data", "That was all"),
        ("prompt.py", "This is a bare view", "This view is bare"),
        ("prompt.py", "confidence={", "certainty={"),
    ],
)
def test_with_another_prompt_nothing_is_recalled(tmp_path: Path, file: str, old: str, new: str) -> None:
    package = tmp_path / "prism_llm"
    shutil.copytree(Path(prism_llm.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    words = (package / file).read_text()
    assert old in words
    (package / file).write_text(words.replace(old, new))
    code = "from tests.llm.test_memory import digest; print(digest())"
    paths = os.pathsep.join((str(tmp_path), *(path or "." for path in sys.path)))
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(ran.stdout.strip()) == len(digest())
    assert ran.stdout.strip() != digest()


@pytest.mark.parametrize(
    "other", [{"model.py": "width = 5\n"}, {"layers.py": "width = 4\n"}, {"model.py": "width = 4\n\n"}]
)
def test_another_file_or_another_place_is_another_question(gates: Gates, other: Mapping[str, str]) -> None:
    notebooks = MemoryNotebooks()
    gates.server.follow(judges("none"))
    gates.review(gates.gate("required"), PLAIN, notebooks.source())
    assert requests_of(gates.review(gates.gate("required"), other, notebooks.source())) == (2, 0)


def changed(record: dict[str, Any], **fields: object) -> bytes:
    return msgspec.json.encode({**record, **fields})


def answering(record: dict[str, Any], **fields: object) -> bytes:
    return changed(record, answer=msgspec.json.encode({**msgspec.json.decode(record["answer"]), **fields}).decode())


TAMPERING: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "no JSON": lambda _: b"approved",
    "nested without end": lambda _: b"[" * 100_000,
    "another format": lambda record: changed(record, record_format=2),
    "another number": lambda record: changed(record, nonce="0" * 32),
    "another question": lambda record: changed(record, prompt="0" * 64),
    "another view": lambda record: changed(record, view="neutral"),
    "no places": lambda record: changed(record, places=[]),
    "another place": lambda record: changed(record, places=[{**record["places"][0], "last": 7}]),
    "no answer": lambda record: changed(record, answer="{}"),
    "without the seal": lambda record: answering(record, seal="x"),
    "without judgements": lambda record: answering(record, judgements=[]),
    "with a verdict": lambda record: answering(record, verdict="approved"),
}


@pytest.mark.parametrize("tamper", TAMPERING.values(), ids=list(TAMPERING))
def test_a_record_that_does_not_stand_any_more_is_as_if_it_were_not_there(
    gates: Gates, store: Store, tamper: Callable[[dict[str, Any]], bytes]
) -> None:
    gate = gates.gate("required", twin_view=False)
    gates.server.follow(judges("none"))
    gates.review(gate, PLAIN, store.notebooks())
    rows = tables.answers.c
    with store.database.writing() as connection:
        packed, size = connection.execute(select(rows.packed, rows.size)).one()
        record = snapshots.unpack(packed, size)
        assert record is not None
        data = tamper(msgspec.json.decode(record))
        new = {"packed": snapshots.pack(data), "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        connection.execute(update(tables.answers).values(**new))
    review = gates.review(gate, PLAIN, store.notebooks())
    assert requests_of(review) == (1, 0)
    assert review.verdict is Outcome.APPROVED
    assert requests_of(gates.review(gate, PLAIN, store.notebooks())) == (0, 1)  # the new answer took its place


def test_a_recalled_accusation_is_looked_up_in_the_source_like_a_fresh_one(gates: Gates, store: Store) -> None:
    gate = gates.gate("required", twin_view=False)
    gates.server.follow(judges("violation", "os.system('id')"))
    fresh, recalled = (gates.review(gate, notebooks=store.notebooks()) for _ in range(2))
    assert [each.discarded for review in (fresh, recalled) for each in review.usage] == [1, 1]
    assert recalled.findings == fresh.findings
    assert {finding.rule for finding in recalled.findings} == {"llm/unsupported-suspicion"}


def test_with_the_submission_goes_what_may_quote_it(gates: Gates, store: Store) -> None:
    gate = gates.gate("required")
    gates.server.follow(judges("none"))
    project = gates.folder(PLAIN)
    for hotkey in ("5F", "5G"):
        examine_and_keep(store, gate, project, hotkey=hotkey)
    first, second = (row.id for row in store.submissions())
    for submission, count in ((first, 2), (second, 0)):
        store.forget(id=submission)
        with store.database.reading() as connection:
            assert len(connection.execute(select(tables.answers.c.key)).all()) == count


class Direct:
    """Reviews by the plugin itself, with findings as the guard hands them over."""

    def __init__(self, gates: Gates) -> None:
        reviewer = {**BASE, "api_base": gates.server.api_base, "retries": 0}
        self._section = {"mode": "required", "reviewers": [reviewer], "attempts": 1, "twin_view": False}
        self._notebooks = MemoryNotebooks()

    def review(self, files: Mapping[str, str], *findings: Finding) -> ModelReview:
        settings = settings_of(self._section)
        with guarded_here():
            project = Project(Snapshot.of({name: text.encode() for name, text in files.items()}))
            material = LlmPlugin(self._section).prism_material(project)
        notebook = self._notebooks.source().notebook("llm")
        reviewing = Reviewing(settings, asked_rules(settings), Asker(settings.reviewers, Path()))
        deadline = time.monotonic() + 60
        subject = Subject(project=project, findings=findings, material=material, notebook=notebook, deadline=deadline)
        return reviewing.review(subject)


def interviewed(review: ModelReview) -> tuple[int, int]:
    assert review.interview is not None
    return len(review.interview.exchanged), len(review.interview.recalled)


def test_a_recalled_question_is_the_one_that_was_asked_letter_by_letter(gates: Gates) -> None:
    gates.server.follow(judges("none"))
    direct = Direct(gates)
    files = {"model.py": SOURCE, "layers.py": "width = 4\n"}
    fresh, recalled = direct.review(files).interview, direct.review(files).interview
    assert fresh is not None
    assert recalled is not None
    assert [each.request for each in fresh.exchanged] == [each.request for each in recalled.recalled.values()]
    assert recalled.sections == fresh.sections


def test_what_text_to_a_reviewer_brought_about_does_not_reach_another_project(gates: Gates) -> None:
    """Who hands in a file together with an instruction must not have its answer at hand for the file alone."""
    gates.server.follow(judges("none"))
    direct = Direct(gates)
    spoken = msgspec.structs.replace(NO_ANSWER.finding("Text speaks to the reviewer."), plugin="llm")
    assert interviewed(direct.review(PLAIN, spoken)) == (1, 0)
    assert interviewed(direct.review(PLAIN, spoken)) == (0, 1)
    assert interviewed(direct.review({**PLAIN, "layers.py": "x = 1\n"}, spoken)) == (1, 0)
    assert interviewed(direct.review(PLAIN)) == (1, 0)


def accuses(path: str, explanation: str) -> Behaviour:
    """A model that accuses a line of one file."""

    def answer(asked: Asked) -> dict[str, Any]:
        question = read(asked)
        if path not in question.paths:
            return complete(question)
        return complete(question, "violation", [accusation(question, "width = 4", explanation=explanation, path=path)])

    return scripted.says(answer)


def test_where_nobody_could_look_for_such_text_answers_are_the_projects_own_too(gates: Gates) -> None:
    """Who makes the search for it fail has no more of it than who is found."""
    gates.server.follow(judges("none"))
    direct = Direct(gates)
    failed = PLUGIN_FAILED.finding("plugin 'llm': prism_check_project raised ValueError")
    company = {**PLAIN, "layers.py": "x = 1\n"}
    assert interviewed(direct.review(company, failed)) == (1, 0)
    assert interviewed(direct.review(company, failed)) == (0, 1)
    assert interviewed(direct.review(PLAIN)) == (1, 0)
    incomplete = CORPUS_INCOMPLETE.finding("earlier submissions are not indexed")
    assert interviewed(direct.review(PLAIN, incomplete)) == (0, 1)  # has nothing to do with it


def test_what_is_said_against_a_file_in_the_company_of_others_is_not_held_against_the_file_alone(gates: Gates) -> None:
    """Who hands in a file that others use, beside a text that blackens it, must not have it held for all of them; and
    the words of a model may quote the company, which is not theirs to read."""
    gates.server.follow(accuses("model.py", "it is called as `secret_trick(model)` in the other file"))
    direct = Direct(gates)
    company = {**PLAIN, "private.py": "def secret_trick(model):\n    return model\n"}
    assert {each.rule for each in direct.review(company).findings} >= {"llm/hidden-behaviour"}
    gates.server.follow(judges("none"))
    alone = direct.review(PLAIN)
    assert interviewed(alone) == (1, 0)
    assert not any("secret_trick" in each.message or each.rule != "llm/local-budget" for each in alone.findings)
    assert interviewed(direct.review(PLAIN)) == (0, 1)  # what was said of the file alone took its place


def test_a_review_ends_by_the_rules_that_were_put_in_force(gates: Gates, tmp_path: Path) -> None:
    """The digest that the record names was made of them; what is changed later counts from the next review on."""
    gates.server.follow(judges("none"))
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules: [{id: first, text: Use no loops.}]\n")
    reviewer = {**BASE, "api_base": gates.server.api_base, "retries": 0}
    plugin = LlmPlugin({"mode": "required", "reviewers": [reviewer], "twin_view": False, "rules_file": str(rules)})
    assert "llm/first" in {rule.id for rule in plugin.prism_rules()}
    rules.write_text("rules: [{id: second, text: Use no loops.}]\n")
    with guarded_here():
        project = Project(Snapshot.of({name: text.encode() for name, text in PLAIN.items()}))
        material = plugin.prism_material(project)
    notebook = MemoryNotebooks().source().notebook("llm")
    found = list(plugin.prism_review(project, (), (), material, notebook, time.monotonic() + 60))
    assert {finding.rule for finding in found} == {"llm/local-budget"}
    assert [read(asked).rules for asked in gates.server.requests] == [("first",)]
