"""What a project may do when it is run, as far as a plugin's review can say: what it has seen, and what is allowed."""

from typing import Annotated

import msgspec
from msgspec import Meta

MAX_IMPORTS = 10_000
MAX_NAME = 500
"""Characters of a dotted name."""
_SHOWN = 20


class Declaration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One plugin's word: besides computing, the project does nothing but this when it is run."""

    plugin: Annotated[str, Meta(max_length=100)] = ""
    """Set by the host."""
    imports: Annotated[tuple[Annotated[str, Meta(max_length=MAX_NAME)], ...], Meta(max_length=MAX_IMPORTS)] = ()
    """Dotted names of the modules that its import statements name, sorted."""
    capabilities: Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(max_length=100)] = ()
    """What it may do, by the names of the tripwire's kinds, sorted; ``dynamic-import`` is to import what it likes."""

    @property
    def sentence(self) -> str:
        """The word in a sentence."""
        able = ", ".join(self.capabilities) or "none"
        more = f" and {len(self.imports) - _SHOWN} more" if len(self.imports) > _SHOWN else ""
        return f"Reviewed: capabilities {able}; imports {', '.join(self.imports[:_SHOWN]) or 'none'}{more}."
