"""What the host registers: the fingerprint in the guarded process, the comparison in the worker, the commands.

NumPy and datasketch are imported by the comparison alone: a review without earlier submissions never waits for them.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from prism.corpus import Corpus, Index, Resemblance
from prism.finding import Finding
from prism.hookspecs import hookimpl
from prism.project import Project
from prism.rule import Rule
from prism.snapshot import Snapshot
from prism_similarity.rules import RULES
from prism_similarity.settings import SCHEMA, settings_of

if TYPE_CHECKING:
    import typer

    from prism_similarity.comparison import Comparer


class SimilarityPlugin:
    """Compares a project with every earlier one, however it is dressed."""

    name = "similarity"
    reads_only = True
    guarded_imports = ("prism_similarity.fingerprint",)
    settings_schema = SCHEMA

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the validated section of the policy."""
        self._settings = settings_of(settings)
        self._comparer: Comparer | None = None

    @hookimpl
    def prism_rules(self) -> tuple[Rule, ...]:
        """The rules of this plugin; they do not depend on the settings."""
        return RULES

    @hookimpl
    def prism_fingerprint(self, project: Project) -> dict[str, Any]:
        """The operations of the project's code with their lines, without names or text."""
        from prism_similarity.fingerprint import fingerprint_of

        return fingerprint_of(project, self._settings.max_tokens)

    @hookimpl
    def prism_index(self, fingerprint: Mapping[str, Any]) -> Index:
        """Units with their digests and the buckets of their signatures."""
        from prism_similarity.shape import shape_of
        from prism_similarity.signatures import index_of

        return index_of(shape_of(fingerprint), self._settings.smallest_unit)

    @hookimpl
    def prism_compare(
        self, project: Project, fingerprint: Mapping[str, Any], index: Index | None, corpus: Corpus
    ) -> Iterator[Finding | Resemblance]:
        """Findings about earlier submissions that the project resembles, and what is left to a reviewer's eye."""
        from prism_similarity.comparison import Comparer
        from prism_similarity.findings import findings_of, resemblances_of
        from prism_similarity.shape import shape_of

        if index is None:
            raise TypeError("a project is compared by its index, and has none")
        self._comparer = self._comparer or Comparer(self._settings)
        shape = shape_of(fingerprint)
        comparison = self._comparer.compare(shape, index, project.files, project.digest, corpus)
        yield from findings_of(comparison, shape.is_whole, project)
        yield from resemblances_of(comparison)

    @hookimpl
    def prism_resemblances(
        self, snapshot: Snapshot, fingerprint: Mapping[str, Any], index: Index | None, corpus: Corpus
    ) -> Iterator[Resemblance]:
        """Every earlier submission that explains a part of the project, however small, also of its own author."""
        from prism_similarity.comparison import Comparer
        from prism_similarity.findings import shown_of
        from prism_similarity.shape import shape_of

        if index is None:
            raise TypeError("a project is compared by its index, and has none")
        self._comparer = self._comparer or Comparer(self._settings)
        yield from shown_of(
            self._comparer.compare(shape_of(fingerprint), index, snapshot.files, snapshot.digest, corpus)
        )

    @hookimpl
    def prism_cli(self, app: "typer.Typer") -> None:
        """``prism compare`` and ``prism similarity``."""
        from prism_similarity.cli import add_commands

        add_commands(app)
