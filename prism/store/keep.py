"""What becomes of an examined project: an approved or held one is kept, or nothing is approved."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from prism.amending import amended
from prism.core_rules import CORPUS_INCOMPLETE
from prism.errors import StoreError
from prism.gate import Examination, Gate
from prism.review import KEEPING, Review, Stage, StageStatus
from prism.store.store import Store
from prism.verdict import Outcome

NEEDED = ("fingerprint", "index")
CHANGED = "store-changed"
TRIES = 5


def examine_and_keep(store: Store, gate: Gate, source: bytes | Path, *, hotkey: str = "") -> Examination:
    """Examine a project beside what is in the store, and keep it there.

    When others are handed in meanwhile it is examined again, beside them as well: of two copies that come at once, one
    has to be the earlier.

    Raises:
        UsageError: the project cannot be read; see :meth:`prism.gate.Gate.examine`.
        GuardError: the guarded process cannot be had.
    """
    notebooks = store.notebooks(hotkey=hotkey)
    return compared_and_kept(
        store, lambda: gate.examine(source, corpus=store.source(hotkey=hotkey), notebooks=notebooks), hotkey=hotkey
    )


def compared_and_kept(
    store: Store,
    examine: Callable[[], Examination],
    *,
    hotkey: str = "",
    id: str = "",  # noqa: A002 - what it is called everywhere
) -> Examination:
    """What examining beside the store brings, with the project kept in it; examined again when others came meanwhile.

    Raises:
        UsageError: another submission has the id.
    """
    tries = 0
    while True:
        tries += 1
        revision = _revision(store)
        examination = examine()
        try:
            return keep(store, examination, hotkey=hotkey, revision=revision, id=id)
        except StoreError as error:
            if tries == TRIES:
                return _held(examination, f"it could not be compared with all others: {error.what}, {tries} times")


def keep(
    store: Store,
    examination: Examination,
    *,
    hotkey: str = "",
    revision: str | None = None,
    id: str = "",  # noqa: A002 - what it is called everywhere
) -> Examination:
    """The examination with its project in the store, and a verdict of at least held if it could not be kept.

    A held project is kept like an approved one: somebody may copy it before an operator has looked at it. A rejected
    one is not, nor one that a plugin failed to fingerprint: every later review would wait for what cannot be had.

    Raises:
        UsageError: another submission has the id.
        StoreError: something was added since the store had this revision (``store-changed``).
    """
    review, snapshot = examination.review, examination.snapshot
    why_not = why_not_kept(review)
    if why_not or snapshot is None:
        return _with(examination, Stage(name=KEEPING, status=StageStatus.SKIPPED, why=why_not))
    try:
        store.keep(snapshot, examination.features, id=id, hotkey=hotkey, revision=revision)
    except StoreError as error:
        if error.code == CHANGED:
            raise
        return _held(examination, f"the project could not be kept for later comparisons: {error.what}")
    return _with(examination, Stage(name=KEEPING, status=StageStatus.COMPLETED))


def _revision(store: Store) -> str | None:
    """What the store is at; nothing if it fails, which the comparison will say."""
    try:
        return store.revision()
    except StoreError:
        return None


def why_not_kept(review: Review) -> str:
    """Why a project is not put beside the others; empty if it is."""
    failed = {stage.name.partition(":")[0] for stage in review.stages if stage.status is StageStatus.FAILED}
    if review.verdict is Outcome.REJECTED:
        return "the project is rejected"
    return "it could not be fingerprinted" if failed & set(NEEDED) else ""


def _with(examination: Examination, stage: Stage) -> Examination:
    review = examination.review
    return msgspec.structs.replace(examination, review=msgspec.structs.replace(review, stages=(*review.stages, stage)))


def _held(examination: Examination, why: str) -> Examination:
    review = examination.review
    finding = CORPUS_INCOMPLETE.finding(why)
    changed = amended(review, [finding], Stage(name=KEEPING, status=StageStatus.FAILED, why=why))
    return msgspec.structs.replace(examination, review=changed)
