"""The plugin: settings in, findings out. The work is done in :mod:`prism_safety.review`.

Only the guarded process imports what does that work: elsewhere the settings, their schema and the rules are enough.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from prism.declaration import Declaration
from prism.finding import Finding
from prism.hookspecs import hookimpl
from prism.project import Project, SourceFile
from prism.rule import Rule
from prism_safety.rules import RULES
from prism_safety.settings import schema, settings_of

if TYPE_CHECKING:
    import typer

    from prism_safety.outlook import Outlooks
    from prism_safety.review import Reviewed


class SafetyPlugin:
    """Static safety rules: forbidden imports, calls and attributes, and code that runs on import."""

    name = "safety"
    reads_only = True
    guarded_imports = ("prism_safety.review",)
    settings_schema = schema()

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings_of(settings)
        # Names are followed across files, so that a project is looked at as a whole, once, while it is at hand.
        self._reviewed: WeakKeyDictionary[Project, Reviewed] = WeakKeyDictionary()

    @hookimpl
    def prism_prepare(self) -> None:
        """Read the catalogues of the allowed libraries and settle what they forbid."""
        from prism_safety.library import shipped, shipped_names

        _ = self._outlooks
        for library in shipped_names().intersection(self.settings.allowed_imports):
            shipped(library)

    @cached_property
    def _outlooks(self) -> "Outlooks":
        from prism_safety.catalogue import Catalogue
        from prism_safety.review import outlooks_of

        return outlooks_of(Catalogue(self.settings))

    @hookimpl
    def prism_rules(self) -> Iterable[Rule]:
        """The plugin's rules."""
        return RULES

    @hookimpl
    def prism_check_file(self, file: SourceFile, project: Project) -> Iterable[Finding]:
        """The findings of one file, names followed into the project's other files."""
        return self._review(project).findings.get(file.path, ())

    @hookimpl
    def prism_declaration(self, project: Project) -> Declaration:
        """What the project may do when it is run."""
        return self._review(project).declaration

    def _review(self, project: Project) -> "Reviewed":
        from prism_safety.review import reviewed

        if project not in self._reviewed:
            self._reviewed[project] = reviewed(project, self.settings, self._outlooks)
        return self._reviewed[project]

    @hookimpl
    def prism_cli(self, app: "typer.Typer") -> None:
        """Add ``prism catalogue build``."""
        from prism_safety.catalogue_command import add_to

        add_to(app)
