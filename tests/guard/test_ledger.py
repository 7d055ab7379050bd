"""The ledger against a child that lies: what cannot be true ends the child, and never counts."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from prism.core_rules import CORE_RULES
from prism.declaration import Declaration
from prism.finding import MAX_MESSAGE, Finding, Severity
from prism.guard.frames import (
    BYTES,
    Channel,
    Configuration,
    Declared,
    Done,
    Fingerprinted,
    Finished,
    Found,
    GarbageError,
    Gathered,
    Message,
    Opened,
    Reading,
    Refused,
    Started,
    Took,
    TooMuchError,
)
from prism.guard.ledger import Ending, Ledger
from prism.manifest import ManifestKind, Part
from prism.policy.model import GuardPolicy, IntakePolicy, ProjectPolicy
from prism.snapshot import FileEntry

KNOWN = frozenset({rule.id for rule in CORE_RULES} | {"intake/empty-archive", "good/x", "bad/x"})
PARTS = frozenset({"parse", "check:good", "check:bad", "declaration:good", "fingerprint:good", "material:good"})
DATA = b"x = 1\n"
ENTRY = FileEntry(path="model.py", sha256=hashlib.sha256(DATA).hexdigest(), size=len(DATA))
TOOK = Took(files=(ENTRY,))
OPENED = Opened(entrypoints={Part.ARCHITECTURE: "model.py"}, kind=ManifestKind.FULL)
WHOLE: list[Message] = [
    *(Started(part="parse"), Reading(path="model.py"), Finished(), OPENED),
    *(Started(part="check:bad"), Finished(), Started(part="check:good"), Finished()),
    *(Started(part="declaration:good"), Declared(declaration=Declaration(plugin="good")), Finished()),
    *(Started(part="fingerprint:good"), Fingerprinted(fingerprint='{"a": 1}'), Finished()),
    *(Started(part="material:good"), Gathered(material='{"b": [2]}'), Finished(), Done()),
]


def finding(rule: str, plugin: str, severity: Severity = Severity.ERROR, waived: str | None = None) -> Finding:
    return Finding(rule=rule, severity=severity, message="m", plugin=plugin, waived=waived)


def refusal(severity: Severity) -> Refused:
    return Refused(findings=(finding("intake/empty-archive", "intake", severity),))


@contextmanager
def ledger_and_channel(
    guard: GuardPolicy | None = None, forgiven: frozenset[str] = frozenset()
) -> Iterator[tuple[Ledger, Channel, Channel]]:
    configuration = Configuration(
        plugins=(), guard=guard or GuardPolicy(), intake=IntakePolicy(), project=ProjectPolicy()
    )
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Ledger(configuration, KNOWN, PARTS, forgiven=forgiven), Channel(ours), Channel(theirs)


def told(
    *messages: Message,
    took: bool = True,
    data: bytes = DATA,
    guard: GuardPolicy | None = None,
    forgiven: frozenset[str] = frozenset(),
) -> Ledger:
    """A ledger after a child has said all this."""
    with ledger_and_channel(guard, forgiven) as (ledger, ours, theirs):
        if took:
            theirs.send_message(TOOK)
            theirs.send(BYTES, data)
            ledger.take(ours)
        for message in messages:
            sender = threading.Thread(target=theirs.send_message, args=(message,))  # a flood fills the socket
            sender.start()
            ledger.take(ours)
            sender.join()
        return ledger


def ended(ledger: Ledger, ending: Ending = Ending.DONE) -> list[tuple[str, str]]:
    ledger.end_child(ending)
    return [(each.rule, each.message) for each in ledger.findings]


def test_a_whole_story_is_believed() -> None:
    ledger = told(*WHOLE)
    assert ended(ledger) == []
    assert ledger.closed
    assert ledger.fingerprints == {"good": {"a": 1}}
    assert ledger.declarations == {"good": Declaration(plugin="good")}
    assert ledger.materials == {"good": {"b": [2]}}
    assert (ledger.entrypoints, ledger.kind) == ({"architecture": "model.py"}, "full")
    assert set(ledger.parts_over) == PARTS


@pytest.mark.parametrize("length", range(len(WHOLE) - 1))
def test_no_part_of_it_is_enough(length: int) -> None:
    (said,) = ended(told(*WHOLE[:length], Done()))
    assert said[0] == "host/review-crashed"
    assert "too early" in said[1]


def test_a_story_without_what_the_project_is_is_not_whole() -> None:
    (said,) = ended(told(*(message for message in WHOLE if message is not OPENED)))
    assert said[0] == "host/review-crashed"


def test_a_refusal_is_believed_before_anything_was_taken() -> None:
    ledger = told(refusal(Severity.ERROR), Done(), took=False)
    assert ended(ledger) == [("intake/empty-archive", "m")]
    assert ledger.snapshot is None


IN_CHECK = Started(part="check:good")
LIES: dict[str, tuple[Message, ...]] = {
    "a file that is not there": (Started(part="parse"), Reading(path="other.py")),
    "an entrypoint that is not there": (Opened(entrypoints={Part.TRAINING: "x.py"}, kind=ManifestKind.FULL),),
    "a part nobody asked for": (Started(part="check:other"),),
    "a part within a part": (Started(part="parse"), IN_CHECK),
    "a part twice": (IN_CHECK, Finished(), IN_CHECK),
    "an end without a beginning": (Finished(),),
    "a finding outside of any part": (Found(findings=(finding("good/x", "good"),)),),
    "another plugin's finding": (IN_CHECK, Found(findings=(finding("bad/x", "bad"),))),
    "another plugin's name": (IN_CHECK, Found(findings=(finding("good/x", "bad"),))),
    "an unknown rule": (IN_CHECK, Found(findings=(finding("good/y", "good"),))),
    "a waived finding": (IN_CHECK, Found(findings=(finding("good/x", "good", waived="w"),))),
    "a flood": (IN_CHECK, Found(findings=(finding("good/x", "good"),) * 1_001)),
    "a flood in pieces": (IN_CHECK, *(Found(findings=(finding("good/x", "good"),) * 600),) * 2),
    "a core rule as one's own": (IN_CHECK, Found(findings=(finding("host/plugin-failed", "good"),))),
    "a declaration in another's name": (
        Started(part="declaration:good"),
        Declared(declaration=Declaration(plugin="bad")),
    ),
    "a declaration outside of any part": (Declared(declaration=Declaration(plugin="good")),),
    "a declaration that is missing": (Started(part="declaration:good"), Finished()),
    "a fingerprint that is a list": (Started(part="fingerprint:good"), Fingerprinted(fingerprint="[]")),
    "a fingerprint outside of any part": (Fingerprinted(fingerprint="{}"),),
    "a fingerprint that is missing": (Started(part="fingerprint:good"), Finished()),
    "material that is no JSON": (Started(part="material:good"), Gathered(material="{")),
    "material outside of any part": (Gathered(material="{}"),),
    "material that is missing": (Started(part="material:good"), Finished()),
    "a refusal after all": (refusal(Severity.ERROR),),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_garbage(lie: str) -> None:
    with pytest.raises(GarbageError):
        told(*LIES[lie])


@pytest.mark.parametrize("message", [refusal(Severity.NOTE), Refused(findings=()), Reading(path="model.py")])
def test_before_a_snapshot_only_a_real_refusal_counts(message: Message) -> None:
    with pytest.raises(GarbageError):
        told(message, took=False)


def test_bytes_that_contradict_their_digest_are_garbage() -> None:
    with pytest.raises(GarbageError, match="contradicts itself"):
        told(data=b"y = 1\n")
    with pytest.raises(TooMuchError):
        told(data=DATA * 2)


def test_more_output_than_the_policy_gives_is_too_much() -> None:
    small = GuardPolicy(output_bytes=64 * 1024)
    story = (Started(part="check:good"), Finished(failure="x" * 40_000), Started(part="check:bad"))
    told(*story, guard=small)
    with pytest.raises(TooMuchError):
        told(*story, Finished(failure="x" * 40_000), guard=small)


def test_what_a_child_says_of_a_failure_is_cut() -> None:
    ledger = told(Started(part="check:good"), Finished(failure="x" * 100_000))
    assert len(ledger.failed["check:good"]) == MAX_MESSAGE
    assert [len(each.message) for each in ledger.findings] == [MAX_MESSAGE]


SPENT = [Ending.OVERTIME, Ending.CPU, Ending.MEMORY, Ending.OUTPUT]


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_but_a_whole_one_forbids_approval(ending: Ending) -> None:
    messages = WHOLE if ending is Ending.DONE else [*WHOLE[:4], Started(part="check:good"), Reading(path="model.py")]
    ledger = told(*messages)
    rules = [rule for rule, _ in ended(ledger, ending)]
    budget, crash = ["host/review-budget"], ["host/review-crashed"]
    expected = {Ending.DONE: [], Ending.HUNG: ["host/plugin-failed"], **dict.fromkeys(SPENT, budget)}
    assert rules == expected.get(ending, crash)
    assert ledger.closed == (ending is Ending.DONE or ending in SPENT)
    assert all(each.path == "model.py" for each in ledger.findings)


MATERIAL = frozenset({"material:good"})
UP_TO_MATERIAL = WHOLE[: WHOLE.index(Started(part="material:good")) + 1]


@pytest.mark.parametrize("ending", [each for each in Ending if each is not Ending.DONE])
def test_what_is_lost_with_forgiven_material_alone_is_a_note(ending: Ending) -> None:
    ledger = told(*UP_TO_MATERIAL, forgiven=MATERIAL)
    ledger.end_child(ending)
    assert [(each.severity, each.at_most) for each in ledger.findings] == [(Severity.NOTE, "approved")]
    assert ledger.closed
    assert "material:good" in ledger.failed


@pytest.mark.parametrize("ending", [Ending.OVERTIME, Ending.CPU, Ending.MEMORY, Ending.OUTPUT])
def test_a_budget_spent_in_forgiven_material_before_the_checks_forbids_approval(ending: Ending) -> None:
    early = [*WHOLE[:6], Started(part="material:good")]
    ledger = told(*early, forgiven=MATERIAL)
    ledger.end_child(ending)
    assert [(each.severity, each.at_most) for each in ledger.findings] == [(Severity.ERROR, None)]


def test_after_forgiven_material_the_rest_is_still_to_be_done() -> None:
    ledger = told(*WHOLE[:4], Started(part="material:good"), forgiven=MATERIAL)
    ledger.end_child(Ending.DIED)
    assert not ledger.closed
    assert set(ledger.parts_over) == {"parse", "material:good"}


def test_an_end_after_all_is_done_is_not_forgiven() -> None:
    ledger = told(*WHOLE[:-1], forgiven=MATERIAL)
    ledger.end_child(Ending.DIED)
    assert [each.severity for each in ledger.findings] == [Severity.ERROR]
