"""What the service says of itself: whether it lives, whether it is ready, what it is, and what miners have earned."""

import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from fastapi import APIRouter, Request, Response

from prism import __version__
from prism.policy.loading import EffectivePolicy
from prism.service.http import openapi
from prism.service.http.answers import asked, json_answer
from prism.service.http.authentication import Authenticated
from prism.service.http.parts import Parts, parts_of
from prism.service.readiness import READY

API_VERSION: Final = "1.0"
CAPABILITIES: Final = ("bridge", "holds", "rerun", "weights")

public = APIRouter(tags=["state"])
internal = APIRouter(prefix="/internal/v1", dependencies=[Authenticated], tags=["operators"])


class HealthView(msgspec.Struct, frozen=True, kw_only=True):
    """This process answers."""

    status: str = "ok"
    """Always ``ok``: who cannot say it does not answer."""


class ReadyView(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this process can do its work."""

    status: str
    """``ready`` or ``not-ready``."""
    parts: dict[str, str]
    """By part, ``ready`` or the code of what is wrong with it."""


class VersionView(msgspec.Struct, frozen=True, kw_only=True):
    """What answers, and by what it decides."""

    challenge_slug: str
    """Name of the challenge on Platform."""
    version: str
    """Version of PRISM."""
    api_version: str
    """Version of these routes."""
    python: str
    """Version of Python."""
    capabilities: tuple[str, ...]
    """What this service offers: ``bridge``, ``holds``, ..."""
    policy: str
    """Name of the policy in force."""
    policy_digest: str
    """Its digest, as reviews name it."""
    plugins: dict[str, str]
    """Versions by name."""


class WeightsView(msgspec.Struct, frozen=True, kw_only=True):
    """What each hotkey has earned."""

    challenge_slug: str
    """Name of the challenge on Platform."""
    epoch: int
    """Number of the epoch, by the setting ``epoch_seconds``."""
    weights: dict[str, float]
    """By hotkey, its share; together 1, or nothing at all."""
    metadata: dict[str, str]
    """``version``: that of PRISM."""


@public.get("/health", responses=openapi.answers(HealthView))
async def health() -> Response:
    """Whether the process answers; it looks at nothing else."""
    return json_answer(HealthView())


@public.get("/ready", responses=openapi.answers(ReadyView, HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE))
async def ready(request: Request) -> Response:
    """Whether database, policy, plugins and broker are there."""
    found = await parts_of(request).readiness.soon()
    is_ready = set(found.values()) <= {READY}
    view = ReadyView(status=READY if is_ready else "not-ready", parts=found)
    return json_answer(view, HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE)


@public.get("/version", responses={**openapi.answers(VersionView), **openapi.problems("policy-unusable")})
async def version(request: Request) -> Response:
    """What answers, and by what it decides."""
    parts = parts_of(request)
    effective = await asked(parts.policy.current)
    return json_answer(_version(parts, effective))


def _version(parts: Parts, effective: EffectivePolicy) -> VersionView:
    return VersionView(
        challenge_slug=parts.settings.slug,
        version=__version__,
        api_version=API_VERSION,
        python=".".join(map(str, sys.version_info[:3])),
        capabilities=(*CAPABILITIES, "public-submissions") if parts.settings.public_submissions else CAPABILITIES,
        policy=effective.policy.name,
        policy_digest=effective.digest,
        plugins={name: definition.version for name, definition in effective.plugins.items()},
    )


@internal.get(
    "/get_weights",
    responses={
        **openapi.answers(WeightsView),
        **openapi.problems("token-wrong", "slug-mismatch", "token-missing", "store-unavailable", "policy-unusable"),
    },
)
async def get_weights(request: Request) -> Response:
    """What each hotkey has earned: shares that add up to one, or nothing while nobody has completed."""
    parts = parts_of(request)
    weights: Mapping[str, float] = await asked(parts.weights)
    return json_answer(
        WeightsView(
            challenge_slug=parts.settings.slug,
            epoch=int(time.time() // parts.settings.epoch_seconds),
            weights=dict(weights),
            metadata={"version": __version__},
        )
    )
