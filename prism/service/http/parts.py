"""What the routes work with, made once a process and handed to them with each request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request

from prism.service.admission import Admission
from prism.service.policy_in_force import PolicyInForce
from prism.service.queue import Queue
from prism.service.readiness import Readiness
from prism.service.settings import Settings
from prism.service.shared_token import SharedToken
from prism.service.telemetry.scraping import Meter


@dataclass(frozen=True, kw_only=True)
class Parts:
    """One process's settings and what it asks."""

    settings: Settings
    token: SharedToken
    queue: Queue
    admission: Admission
    policy: PolicyInForce
    readiness: Readiness
    weights: Callable[[], Mapping[str, float]]
    """What each hotkey has earned, as the policy's plugins or the default reckon it."""
    meter: Meter


def parts_of(request: Request) -> Parts:
    """The parts of the process that answers."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - the application factory put it there
    return parts
