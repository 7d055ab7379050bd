"""What plugins get to see of one project: a view of their own, or the one that those share who change nothing."""

from collections.abc import Iterable

from prism.guard.seal import Seal, first_broken, seals
from prism.plugin import PluginDefinition
from prism.project import Project
from prism.snapshot import Snapshot


class Views:
    """The project as each plugin may see it."""

    def __init__(self, snapshot: Snapshot, default_entrypoint: str) -> None:
        self._snapshot = snapshot
        self._entrypoint = default_entrypoint
        self._seals: dict[str, Seal] | None = None
        self.parsable: Iterable[str] = ()
        self.shared = self._fresh()

    def view(self, plugin: PluginDefinition) -> Project:
        """The project for one plugin: one that changes a tree in place must hide nothing from the next."""
        if not plugin.is_read_only:
            return self._fresh()
        if not plugin.is_own and self._seals is None:
            self._seals = seals(self.shared, self.parsable)
        return self.shared

    def broken_promise(self, plugin: PluginDefinition) -> str | None:
        """What a plugin did to the shared view although it promised not to; those who follow get another one."""
        if plugin.is_own or not plugin.is_read_only or self._seals is None:
            return None
        path = first_broken(self.shared, self._seals)
        if not path:
            return None
        self.shared = self._fresh()
        return f"it changed the tree of {path} although it says reads_only = True: change a copy, or leave that out"

    def _fresh(self) -> Project:
        return Project(self._snapshot, default_entrypoint=self._entrypoint)
