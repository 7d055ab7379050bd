"""The plugin: settings in, findings out. The work is done in :mod:`prism_safety.review`."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from prism.finding import Finding
from prism.hookspecs import hookimpl
from prism.project import Project, SourceFile
from prism.rule import Rule
from prism_safety.catalogue import Catalogue
from prism_safety.review import findings_of, outlooks_of
from prism_safety.rules import RULES
from prism_safety.settings import schema, settings_of

if TYPE_CHECKING:
    import typer


class SafetyPlugin:
    """Static safety rules: forbidden imports, calls and attributes, and code that runs on import."""

    name = "safety"
    reads_only = True
    settings_schema = schema()

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings_of(settings)
        self._outlooks = outlooks_of(Catalogue(self.settings))
        # Names are followed across files, so that a project is looked at as a whole, once, while it is at hand.
        self._found: WeakKeyDictionary[Project, Mapping[str, tuple[Finding, ...]]] = WeakKeyDictionary()

    @hookimpl
    def prism_rules(self) -> Iterable[Rule]:
        """The plugin's rules."""
        return RULES

    @hookimpl
    def prism_check_file(self, file: SourceFile, project: Project) -> Iterable[Finding]:
        """The findings of one file, names followed into the project's other files."""
        if project not in self._found:
            self._found[project] = findings_of(project, self.settings, self._outlooks)
        return self._found[project].get(file.path, ())

    @hookimpl
    def prism_cli(self, app: "typer.Typer") -> None:
        """Add ``prism catalogue build``."""
        from prism_safety.catalogue_command import add_to

        add_to(app)
