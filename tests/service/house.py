"""A policy whose one plugin does what the text of a project, or a file beside the policy, tells it to."""

from pathlib import Path

from prism.gate import Gate
from prism.service.limits import QueueLimits
from prism.service.worker import Worker
from prism.store import Store
from tests.store.indexer import PLUGIN as INDEXER

MORE = """

from pathlib import Path
from time import sleep
from msgspec.structs import replace
from prism.errors import RunnerError

FOLDER = Path({folder!r})
HOLD = Rule(id="indexer/hold", title="t", severity=Severity.WARNING, why="w", example="e", instead="i")
MORE = Rule(id="indexer/more", title="t", severity=Severity.WARNING, why="w", example="e", instead="i")


def told(name):
    file = FOLDER / name
    return file.read_text() if file.exists() else ""


@hookimpl
def prism_rules():
    return [SAME, HOLD, MORE]


@hookimpl
def prism_review(project):
    while told("wait"):
        (FOLDER / "waiting").write_text("yes")  # touched, it would get a time, which a set clock may spoil
        sleep(0.01)
    if told("away"):
        yield replace(HOLD.finding("no answer"), may_pass=True)
    if any("HOLD" in file.text for file in project):
        yield HOLD.finding("it says so")
    if told("more"):
        yield MORE.finding("there is more")


class Broker:
    def run(self, spec):
        with (FOLDER / "runs").open("a") as file:
            file.write(spec.job_id + " ")
        if told("broker") == "a bug":
            raise ZeroDivisionError
        raise RunnerError("it failed", code=told("broker"))

    def cleanup(self, job_id):
        with (FOLDER / "cleaned").open("a") as file:
            file.write(job_id + " ")
        return 0

    def list(self):
        return ()


@hookimpl
def prism_broker(kind, settings):
    return Broker() if kind == "indexer" else None


@hookimpl
def prism_submission_changed(submission):
    with (FOLDER / "changes").open("a") as file:
        file.write(submission.status + " ")
    while told("hang"):
        sleep(0.01)
    raise ValueError("whatever")


@hookimpl
def prism_weights(scores):
    return eval(told("weights") or "scores")
"""
POLICY = """
policy: 1
name: house
plugins: {indexer: {from: ./house.py}}
runner: {broker: {kind: indexer}}
"""


class House:
    """The folder of the policy, and what is told in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "policy.yaml").write_text(POLICY)
        self._write(features="1")

    def upgrade(self) -> None:
        """Have another version of the plugin, with other features."""
        self._write(features="2")

    def _write(self, features: str) -> None:
        indexer = INDEXER.format(features=features, hashing="x", refused="POISON")
        (self.folder / "house.py").write_text(indexer + MORE.replace("{folder!r}", repr(str(self.folder))))

    def tell(self, name: str, text: str = "yes") -> None:
        """Leave a word for the plugin, which never sees half of it; an empty one takes it back."""
        new = self.folder / f"{name}.new"
        new.write_text(text)
        new.replace(self.folder / name)

    def heard(self, name: str) -> list[str]:
        """The words that the plugin has left."""
        file = self.folder / name
        return file.read_text().split() if file.exists() else []

    def gate(self) -> Gate:
        """A gate of this policy."""
        return Gate.from_policy(self.folder / "policy.yaml")


def work_off(store: Store, gate: Gate, limits: QueueLimits | None = None) -> int:
    """Have a worker do what is due."""
    return Worker(store, [gate], limits, name="tested").work_off()
