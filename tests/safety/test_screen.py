"""The screen loses nothing: every case of the corpora has the same findings with it and without it.

A rewritten attack may be found at another place, but is stopped with the screen if it is stopped without.
"""

from collections.abc import Iterable, Mapping
from functools import cache

import pytest
from prism_safety.catalogue import Catalogue
from prism_safety.outlook import Outlooks
from prism_safety.review import findings_of, outlooks_of
from prism_safety.settings import settings_of

from prism.finding import Finding
from prism.guard.boundary import guarded_here
from prism.project import Project
from prism.snapshot import Snapshot
from tests.safety.attack_corpus import cases
from tests.safety.mutation.mutants import mutants
from tests.safety.mutation.recall import Reviewer, found_originals
from tests.safety.test_honest import CASES

SETTINGS = settings_of({})
ATTACKS: dict[str, Mapping[str, bytes]] = {case.id: case.files for case in cases() if case.encoding == "utf-8"}
SEED, COUNT = 31, 1_000
FAMILIES = sorted({name.partition("/")[0] for name in ATTACKS})


@cache
def outlooks() -> Outlooks:
    return outlooks_of(Catalogue(SETTINGS))


def places(files: Mapping[str, bytes], *, is_screened: bool) -> frozenset[tuple[str, str, int | None]]:
    with guarded_here():
        found = findings_of(Project(Snapshot.of(files)), SETTINGS, outlooks(), is_screened=is_screened)
    return frozenset(_places(found.values()))


def _places(found: Iterable[tuple[Finding, ...]]) -> Iterable[tuple[str, str, int | None]]:
    return ((one.rule, one.path or "", one.line) for findings in found for one in findings)


@pytest.mark.parametrize("family", FAMILIES)
def test_attacks_are_found_alike(family: str) -> None:
    for name, files in ATTACKS.items():
        if name.startswith(f"{family}/"):
            assert places(files, is_screened=True) == places(files, is_screened=False), name


@pytest.mark.parametrize("name", CASES)
def test_honest_projects_are_found_alike(name: str) -> None:
    folder = CASES[name]
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert places(files, is_screened=True) == places(files, is_screened=False)


def test_rewritten_attacks_are_stopped_alike() -> None:
    originals = found_originals(cases(), Reviewer())
    for mutant in mutants(originals, SEED, COUNT):
        files = {path: text.encode("utf-8", "surrogatepass") for path, text in mutant.files.items()}
        screened, whole = (places(files, is_screened=is_screened) for is_screened in (True, False))
        assert bool(screened) == bool(whole), f"{mutant.original.id}: {sorted(whole - screened)}"
