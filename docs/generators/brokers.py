"""The reference of brokers: what each kind is told in a policy."""

from typing import Any

from generators.policy import settings_table
from prism.runner.platform.plugin import BROKER_SETTINGS as PLATFORM
from prism.runner.platform.plugin import REQUIRED
from prism.runner.plugin import BROKER_SETTINGS as DOCKER

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "docker": ("A Docker engine, through its API. No setting is needed for the engine of this machine.", DOCKER),
    "platform": (
        "Platform's broker over HTTP: [how to set it up](../how-to/run-through-platform.md).",
        PLATFORM | {"required": REQUIRED},
    ),
}


def page() -> str:
    """Every setting of every broker that comes with PRISM."""
    text = (
        "# Brokers\n\nA broker turns an approved project into a container. A policy chooses one in"
        " `runner.broker.kind` and tells it these things in `runner.broker.settings`; the same under"
        " `plugins.KIND.settings` holds for every policy that builds on that one. A plugin can provide another kind"
        " ([hooks](hooks.md)).\n"
    )
    for kind, (what, schema) in KINDS.items():
        text += f"\n## {kind}\n\n{what}\n\n{settings_table(schema)}"
    return text
