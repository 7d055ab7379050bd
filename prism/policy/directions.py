"""Which way a setting is stricter, so that a change of it can be told from a change that is merely another one.

For PRISM's own settings it stands here. A plugin says it in its settings schema, with ``x-prism-stricter`` beside a
setting's description: ``less`` or ``more`` (of a number, or entries of a list), ``limit`` (less, and 0 is none), or
``later`` (in the order of its ``enum``). Of a setting about which nothing is said a change is only a change.
"""

import enum
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from prism.policy.filling import resolved

MARK: Final = "x-prism-stricter"


class Direction(enum.StrEnum):
    """What a change makes of a policy."""

    STRICTER = "stricter"
    LOOSER = "looser"
    OTHER = "changed"


Judge = Callable[[Any, Any], Direction]


def of_change(path: tuple[str, ...], schema: Mapping[str, Any], old: object, new: object) -> Direction:
    """The direction of a change of the setting at a path, as the schema of the plugin or this module has it."""
    said = _marked(path[3:], schema) if path[0] == "plugins" else OWN.get(".".join(path), "")
    judge = _later(said) if isinstance(said, tuple) else _JUDGES.get(said)
    try:
        return judge(old, new) if judge else Direction.OTHER
    except TypeError:  # values that have no order
        return Direction.OTHER


def _marked(path: Sequence[str], schema: Mapping[str, Any]) -> "str | tuple[Any, ...]":
    """What a plugin's settings schema says of the setting at a path in its settings."""
    at: Mapping[str, Any] = schema
    for step in path:
        found = resolved(at, schema).get("properties", {}).get(step)
        if not isinstance(found, Mapping):
            return ""
        at = found
    at = resolved(at, schema)
    said = at.get(MARK, "")
    return tuple(at.get("enum", ())) if said == "later" else str(said)


def _less(old: Any, new: Any) -> Direction:  # noqa: ANN401 - whatever a policy holds
    if isinstance(old, list) and isinstance(new, list):
        gone, came = ([each for each in a if each not in b] for a, b in ((old, new), (new, old)))
        return _one_way(is_stricter=bool(gone), is_looser=bool(came))
    return _one_way(is_stricter=new < old, is_looser=new > old)


def _limit(old: float, new: float) -> Direction:
    return _less(old or math.inf, new or math.inf)


def _closed(old: object, new: object) -> Direction:
    return _one_way(is_stricter=new == "none", is_looser=old == "none")


def _later(order: Sequence[Any]) -> Judge:
    def judge(old: object, new: object) -> Direction:
        if old not in order or new not in order:
            return Direction.OTHER
        return _less(order.index(new), order.index(old))

    return judge


def _one_way(*, is_stricter: bool, is_looser: bool) -> Direction:
    if is_stricter == is_looser:
        return Direction.OTHER
    return Direction.STRICTER if is_stricter else Direction.LOOSER


_JUDGES: Final[Mapping[str, Judge]] = {
    "less": _less,
    "more": lambda old, new: _less(new, old),
    "limit": _limit,
    "closed": _closed,
}

_LESS: Final = (
    *(f"intake.{name}" for name in ("archive_bytes", "files", "file_bytes", "total_bytes", "compression_ratio")),
    *(f"intake.{name}" for name in ("path_depth", "path_bytes", "name_bytes", "suffixes", "bare_names")),
    *(f"guard.{name}" for name in ("cpu_seconds", "wall_seconds", "plugin_seconds", "memory_bytes", "open_files")),
    *("guard.output_bytes", "guard.findings_per_plugin", "verdict.plugin_seconds", "verdict.reviewer_seconds"),
    *(f"runner.limits.{name}" for name in ("cpus", "memory_bytes", "swap_bytes", "pids", "open_files", "file_bytes")),
    *(f"runner.limits.{name}" for name in ("scratch_bytes", "scratch_files", "output_bytes", "wall_seconds")),
    *("runner.evaluation.state_bytes", "runner.evaluation.checkpoint_bytes"),
    *("runner.verification.exempt", "runner.verification.max_age_hours", "runner.pair.hold"),
)
_LIMIT: Final = tuple(
    f"runner.evaluation.{name}" for name in ("train_tokens", "train_seconds", "predict_seconds", "parameters")
)
OWN: Final[Mapping[str, "str | tuple[str, ...]"]] = {
    **dict.fromkeys(_LESS, "less"),
    **dict.fromkeys(_LIMIT, "limit"),
    **dict.fromkeys(("runner.verification.required", "runner.pair.suspects"), "more"),
    "runner.network": "closed",
    "intake.root_folder": ("strip", "refuse"),
    "intake.os_metadata": ("ignore", "reject"),
}
"""Of PRISM's own settings; of those in ``UNDIRECTED`` no change is stricter or looser by itself."""
UNDIRECTED: Final = frozenset(
    {
        *("project.entrypoint", "verdict.stop_when_rejected", "blocked_plugins", "policy", "name", "description"),
        *("runner.broker.kind", "runner.broker.settings", "runner.image", "runner.user", "runner.metrics_schema"),
        *("runner.gpu.count", "runner.gpu.type", "runner.pair.behaviour", "runner.pair.contexts"),
        *(f"runner.evaluation.{name}" for name in ("seed", "steps", "batch_size", "sequence_bytes")),
        *(f"runner.evaluation.{name}" for name in ("heldout_windows", "train_text", "heldout_text")),
        *("score.metric", "score.worst", "score.best"),
    }
)
COMPARED_OTHERWISE: Final = frozenset({"rules", "waivers", "plugins", "verdict.reject", "verdict.hold"})
"""What :mod:`prism.policy.difference` compares by what it means."""
