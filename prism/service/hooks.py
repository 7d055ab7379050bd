"""What the service asks plugins and tells them."""

import logging
import math
import threading
from collections.abc import Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

from prism.errors import PluginError
from prism.host import Host
from prism.plugin_failure import PluginFailedError, within
from prism.submission import Submission

WEIGHTS_SECONDS = 30
NOTICE_SECONDS = 5
log = logging.getLogger("prism.service")
_LEFT_BEHIND: Final[WeakKeyDictionary[Host, dict[tuple[str, str], threading.Event]]] = WeakKeyDictionary()
"""By hook and plugin, what says that a call has ended which nobody waits for any more."""


def tell(host: Host, submission: Submission) -> None:
    """Tell every plugin that wants to know about a change; one that fails, or blocks for long, is only logged."""
    for name in host.implementers("prism_submission_changed"):
        try:
            _patiently(host, "prism_submission_changed", name, NOTICE_SECONDS, submission=submission)
        except PluginFailedError as error:
            log.warning("plugin %s was told of a change and failed: %s", name, error)


def weights(host: Host, scores: Mapping[str, float]) -> dict[str, float]:
    """By hotkey, its share of 1: as the one plugin with an opinion on it says, else in proportion to the best scores.

    Args:
        host: the plugins.
        scores: by hotkey, the best score of its completed submissions.

    Raises:
        PluginError: two plugins say, or one failed, or named somebody without a completed submission.
    """
    names = host.implementers("prism_weights")
    if len(names) > 1:
        do = "block all but one of them"
        raise PluginError(f"{len(names)} plugins give weights", where=" and ".join(names), do=do)
    return _shares(_given(host, names[0], scores) if names else scores)


def _given(host: Host, name: str, scores: Mapping[str, float]) -> dict[str, float]:
    try:
        given = _patiently(host, "prism_weights", name, WEIGHTS_SECONDS, scores=dict(scores))
    except PluginFailedError as error:
        raise _unusable(host, name, str(error)) from error
    is_fit = isinstance(given, Mapping) and all(
        isinstance(hotkey, str)
        and hotkey in scores
        and isinstance(weight, int | float)
        and math.isfinite(weight)
        and weight >= 0
        for hotkey, weight in given.items()
    )
    if not is_fit:
        raise _unusable(host, name, "it returned something else than finite weights of hotkeys that have a score")
    return {hotkey: float(weight) for hotkey, weight in given.items()}


def _patiently(host: Host, hook: str, name: str, seconds: float, **arguments: object) -> Any:  # noqa: ANN401 - whatever the plugin returns
    """What a plugin says within a while. One that was left behind is asked again only when it has come back.

    Otherwise each upload would wait for a plugin that hangs, and leave one more thread behind.

    Raises:
        PluginFailedError: it raised, took longer, or has not come back.
    """
    left = _LEFT_BEHIND.setdefault(host, {})
    if (hook, name) in left and not left[hook, name].is_set():
        raise PluginFailedError("it has not come back from a call before")
    has_ended = threading.Event()

    def run() -> Any:  # noqa: ANN401 - whatever the plugin returns
        try:
            return host.call(hook, name, **arguments)
        finally:
            has_ended.set()

    try:
        return within(seconds, run)
    except PluginFailedError:
        left[hook, name] = has_ended
        raise


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    largest = max(weights.values(), default=0.0)
    if largest == 0:
        return {}
    scaled = {hotkey: weight / largest for hotkey, weight in weights.items()}  # so that the sum stays finite
    total = math.fsum(scaled.values())
    return {hotkey: weight / total for hotkey, weight in sorted(scaled.items()) if weight > 0}


def _unusable(host: Host, name: str, why: str) -> PluginError:
    what = f"plugin {name!r} could not give weights: {why}"
    return PluginError(what, where=host.definitions[name].origin, do="mend its prism_weights, or block it")
