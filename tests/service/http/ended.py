"""Submissions that have come to an end: handed in over a server's bridge, reviewed by a gate, settled in its queue."""

import io
import zipfile

from prism.gate import Gate
from prism.runner.outcome import OutcomeStatus, RunOutcome, not_run
from prism.service.queue import Queue
from prism.service.records import Claim
from prism.service.settling import Conclusion
from prism.store import open_store
from prism.verdict import Outcome
from tests.service.http.servers import Server, hotkey

APPROVED = (
    "import torch\n\n\ndef build_model(ctx):\n    return torch.nn.Linear(256, 256)\n\n\n"
    "def get_recipe(ctx):\n    return {}\n"
)
HELD = APPROVED + "\n\ndef configure_optimiser(model, recipe, ctx):\n    return None\n"
REJECTED = "import os\n" + APPROVED
METRICS = {"heldout_bits_per_byte": 4.0}


def archive(model: str, *, note: str = "") -> bytes:
    """A project of one module."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        target.writestr("model.py", model)
        target.writestr("README.md", f"# {note}\n")
    return stream.getvalue()


def end(server: Server, gate: Gate, key: int, model: str) -> str:
    """The id of a submission that has come to its end; what is approved is said to have been run with a good score."""
    made = server.hand_in(archive(model, note=str(key)), key=hotkey(key))
    assert made.status == 202
    with open_store(server.location) as store:
        queue = Queue(store)
        claim = _claim(queue, made.json["id"])
        review = gate.review(queue.upload(claim.entry.id).body)
        if review.verdict is not Outcome.APPROVED:
            return queue.finish(claim, Conclusion(review=review, outcome=not_run(review))).id
        outcome = RunOutcome(status=OutcomeStatus.COMPLETED, metrics=METRICS, reason="completed: it ran")
        return queue.finish(claim, Conclusion(review=review, outcome=outcome, score=0.5)).id


def _claim(queue: Queue, submission: str) -> Claim:
    """The claim of one submission, whatever else waits."""
    others = []
    while (claim := queue.claim("tests")) is not None and claim.entry.id != submission:
        others.append(claim)
    for other in others:
        queue.release(other)
    assert claim is not None
    return claim
