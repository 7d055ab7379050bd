"""What a verification holds for: change any of it, and it proves nothing any more."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from prism import __version__
from prism.policy.model import RunnerPolicy
from prism.runner.broker import Broker, IdentifiedBroker
from prism.sandbox import catalogue


def binding_of(broker: Broker, policy: RunnerPolicy) -> dict[str, str] | None:
    """What a verification of this broker under this policy holds for, by name; ``None`` if the broker cannot say.

    Raises:
        RunnerError: the engine does not answer, or has no such image.
    """
    if not isinstance(broker, IdentifiedBroker):
        return None
    return {
        **{f"broker.{name}": value for name, value in broker.identity(policy.image).items()},
        "broker": policy.broker.kind,
        "settings_sha256": _digest(policy.broker.settings),
        "image": policy.image,
        "user": policy.user,
        "network": policy.network,
        "swap_bytes": str(policy.limits.swap_bytes),
        "gpu": json.dumps(msgspec.to_builtins(policy.gpu)),
        "attacks_sha256": catalogue.digest(),
        "prism": __version__,
    }


def name_of(binding: Mapping[str, str]) -> str:
    """One name for a binding, the same wherever it is made."""
    return _digest(dict(binding))


def _digest(value: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
