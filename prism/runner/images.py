"""Which image a run gets: the one that is allowed and pinned, by its id, so that no tag can move in between."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from prism.errors import RunnerError

if TYPE_CHECKING:
    from docker.client import DockerClient


def image_id(client: "DockerClient", wanted: str, allowed: Sequence[str]) -> str:
    """The id of the image that a policy names.

    Args:
        client: the engine.
        wanted: a name, a name with ``@sha256:...``, or an id. The digest is the registry's or the image's id.
        allowed: entries of the same form, one of which the image must satisfy; empty allows any.

    Raises:
        RunnerError: the image is not allowed, or not the one that is pinned.
        docker.errors.ImageNotFound: the engine does not have it.
    """
    named = [entry for entry in allowed if _split(entry)[0] in ("", _split(wanted)[0])]
    if allowed and not named:
        raise _not_allowed(wanted)
    found = _inspected(client, wanted)
    digests = _digests(found)
    is_allowed = not allowed or any(_satisfies(entry, digests) for entry in named)
    if not is_allowed or not _satisfies(wanted, digests):
        raise RunnerError(
            f"the engine's image has another digest than the pinned one: it is {found['Id']}",
            where=f"runner.image: {wanted}",
            do="get the pinned image to the engine, or pin this one after looking at it",
            code="image-mismatch",
        )
    return str(found["Id"])


def _not_allowed(wanted: str) -> RunnerError:
    return RunnerError(
        "the evaluation image is not on the list of allowed ones",
        where=f"runner.image: {wanted}",
        do="add it to runner.broker.settings.images, or name an image that is there",
        code="image-not-allowed",
    )


def _split(reference: str) -> tuple[str, str]:
    """Name (with tag) and digest; either may be empty."""
    if reference.startswith("sha256:"):
        return "", reference
    name, _, digest = reference.partition("@")
    return name, digest


def _inspected(client: "DockerClient", wanted: str) -> dict[str, Any]:
    from docker.errors import ImageNotFound

    name, digest = _split(wanted)
    if name and digest:
        try:  # by the registry's digest; an image that was built here is found by its name
            return _inspect(client, f"{name.rpartition('/')[0]}/{_without_tag(name)}".lstrip("/") + f"@{digest}")
        except ImageNotFound:
            return _inspect(client, name)
    return _inspect(client, wanted)


def _without_tag(name: str) -> str:
    return name.rpartition("/")[2].partition(":")[0]


def _inspect(client: "DockerClient", reference: str) -> dict[str, Any]:
    inspect: Callable[[str], dict[str, Any]] = client.api.inspect_image
    return inspect(reference)


def _digests(found: dict[str, Any]) -> frozenset[str]:
    by_registry = (reference.partition("@")[2] for reference in found.get("RepoDigests") or ())
    return frozenset((found["Id"], *by_registry))


def _satisfies(reference: str, digests: frozenset[str]) -> bool:
    digest = _split(reference)[1]
    return not digest or digest in digests
