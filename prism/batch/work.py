"""What is done with one project of a batch in one go, in this process or on a machine of a cluster."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from prism.batch.item import Item
from prism.crash import crash_id
from prism.errors import GuardError, PolicyError, PrismError
from prism.examiner import Examination, Reading
from prism.review import Review
from prism.runner.outcome import RunOutcome

if TYPE_CHECKING:
    from prism.batch.gate import BatchGate
    from prism.notebook import NotebookSource

log = logging.getLogger(__name__)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch does with each project."""

    is_compared: bool = False
    """Whether projects are only read, to be concluded beside a store and in order by somebody else."""
    is_run: bool = False


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work: an item to review, or one that was approved to run."""

    number: int
    """Of the item, in the order of the batch."""
    item: Item
    approved: Examination | None = None
    job: str = ""
    """Names the run, so that it can be ended from outside."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a task: a reading to conclude, or a review, with the run if there was one."""

    reading: Reading | None = None
    review: Review | None = None
    run: RunOutcome | None = None


def done(
    task: Task,
    plan: Plan,
    gate: "BatchGate",
    notebooks: "NotebookSource | None" = None,
    require: Callable[[], None] | None = None,
) -> Answer:
    """The answer to a task; what cannot be reviewed is held and says why.

    Args:
        task: the task.
        plan: what is done with each project.
        gate: what decides.
        notebooks: what reviewers remember and spend.
        require: raises when nothing is to be run any more.

    Raises:
        PolicyError: a file that the policy names has changed, and the policy is wrong with it.
        GuardError: the gate was closed.
    """
    try:
        if task.approved is not None:
            return Answer(review=task.approved.review, run=_ran(task, task.approved, gate, require))
        if plan.is_compared:
            return Answer(reading=gate.read(task.item.source()))
        examination = gate.examine(task.item.source(), notebooks=notebooks)
        run = _ran(task, examination, gate, require) if plan.is_run else None
        return Answer(review=examination.review, run=run)
    except PolicyError:
        raise
    except GuardError as error:
        if gate.is_closed:
            raise
        log.warning("the guarded process cannot be had: %s", error.what, exc_info=True)
        what, do = "the guarded process could not be had", "give PRISM more processes, descriptors or memory; resume"
    except PrismError as error:
        what, do = error.what, f"{error.do}; then resume"
    except Exception as error:  # a bug must not cost the others their review
        what = f"internal error {crash_id(error)}: PRISM has a bug ({type(error).__name__})"
        do = "report it with this id; --resume tries once more, with PRISM_DEBUG=1 it shows the traceback"
        log.exception("%s", what)
    return Answer(review=gate.not_reviewed(what, do))


def _ran(
    task: Task, examination: Examination, gate: "BatchGate", require: Callable[[], None] | None
) -> RunOutcome | None:
    from prism.runner.outcome import run_approved
    from prism.verdict import Outcome

    if examination.review.verdict is not Outcome.APPROVED or examination.snapshot is None:
        return None
    return run_approved(examination.review, examination.snapshot, gate.effective, job_id=task.job, require=require)
