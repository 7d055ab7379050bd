"""Whether a container was ended by somebody outside of it, which must not be charged to what ran inside.

The first process of a container gets no signal from inside that it does not want. If it ended as one that was killed,
either it chose that exit code or somebody outside did it: a person, another program, or the engine that went down. The
engine's record of what happened tells the two apart.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from prism.errors import RunnerError

if TYPE_CHECKING:
    from docker.client import DockerClient

_KILLED = frozenset({137, 143})
_LATEST = timedelta(seconds=1)
_TO_SECONDS = len("2026-01-31T00:00:00")


def require_undisturbed(client: "DockerClient", container: str, state: Mapping[str, Any]) -> None:
    """Refuse to judge a container that was killed from outside.

    Args:
        client: the engine.
        container: its id.
        state: the engine's state of it, after its end.

    Raises:
        RunnerError: the engine has noted that somebody killed it.
    """
    if state["ExitCode"] not in _KILLED or state["OOMKilled"]:
        return
    ask: Callable[..., Iterable[dict[str, Any]]] = client.api.events
    began, ended = _moment(state["StartedAt"]), _moment(state["FinishedAt"])
    noted = ask(since=began, until=ended + _LATEST, filters={"container": container, "event": "kill"}, decode=True)
    if "kill" in [event.get("Action") for event in noted]:  # all are read, or the connection stays open
        raise RunnerError(
            f"the container was ended from outside, with exit code {state['ExitCode']}",
            where=container[:12],
            do="look at the engine's log for who did that; the run can be repeated",
            code="run-disturbed",
        )


def _moment(text: str) -> datetime:
    """The engine's time, which has more digits than can be read everywhere, to the second."""
    return datetime.fromisoformat(text[:_TO_SECONDS]).replace(tzinfo=UTC)
