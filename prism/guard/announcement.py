"""What the guarded process is told before the policy has been checked, so that it may import plugins meanwhile.

This is apart from all else that crosses, because a command says it before it imports anything that can wait.
"""

import os
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from prism.guard.launch import Launched
    from prism.policy.layers import Layers


class PluginSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a plugin is found."""

    name: str
    source: str
    base: bytes
    """A folder as the operating system names it, which need not be UTF-8."""


class Announcement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="announcement"):
    """The plugins that a policy selects, told before the policy is checked, so that the server may import meanwhile."""

    plugins: tuple[PluginSource, ...]


def announce(layers: "Layers", launched: "Launched") -> None:
    """Tell a server which plugins a policy selects, without waiting for it."""
    from prism.policy.layers import selected

    plugins = tuple(
        PluginSource(name=name, source=source, base=os.fsencode(layers.origin(path).folder.absolute()))
        for name, source, path in selected(layers.data)
    )
    launched.tell(msgspec.json.encode(Announcement(plugins=plugins)))
