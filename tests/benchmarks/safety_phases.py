"""Where the safety rules spend their time, phase by phase, over the bodies of :mod:`tests.benchmarks.bodies`.

    python -m tests.benchmarks.safety_phases [EVERY]

The phases of the engine are called one after another and measured as processor time. What is left of a whole review
when the measured phases are taken off is following names and applying the rules to nodes.
"""

import ast
import gc
import sys
import time
from collections.abc import Iterable
from itertools import pairwise

from prism_safety.catalogue import Catalogue
from prism_safety.linking import link
from prism_safety.modules import OwnModules
from prism_safety.obfuscation import text_findings
from prism_safety.outlook import Outlooks
from prism_safety.review import findings_of, outlooks_of
from prism_safety.settings import Settings, settings_of

from prism.guard.boundary import guarded_here
from prism.project import Project, UnparsableError
from tests.benchmarks.bodies import Body, bodies

PHASES = ("parse", "bind names", "link calls", "follow names, apply rules", "text rules")


def main(every: int) -> None:
    """Print one table a body."""
    settings = settings_of({})
    outlooks = outlooks_of(Catalogue(settings))
    gc.freeze()
    for body in bodies(every):
        floor = _floor(body)
        with guarded_here():
            spent = phases(body.projects(), settings, outlooks)
        sys.stdout.write(f"{body.label}: {len(body.paths)} files, {body.size / 1e6:.2f} MB\n")
        sys.stdout.write(_line("ast.parse and ast.walk", floor, floor, ""))
        for phase in PHASES:
            sys.stdout.write(_line(phase, spent[phase], floor, f"{spent[phase] / sum(spent.values()):>8.0%}"))
        sys.stdout.write(_line("together", sum(spent.values()), floor, "") + "\n")


def phases(projects: Iterable[Project], settings: Settings, outlooks: Outlooks) -> dict[str, float]:
    """Processor seconds of each phase, all projects together."""
    spent = dict.fromkeys(PHASES, 0.0)
    for project in projects:
        laps = [time.process_time()]
        _parse(project)
        laps.append(time.process_time())
        modules = OwnModules(project, outlooks.catalogue.modules)
        laps.append(time.process_time())
        link(modules)
        laps.append(time.process_time())
        for path, table in modules.tables.items():
            text_findings(modules.source(path), table.order, settings, ())
        laps.append(time.process_time())
        findings_of(project, settings, outlooks)
        laps.append(time.process_time())
        parse, bind, hand, text, whole = (after - before for before, after in pairwise(laps))
        for phase, took in zip(PHASES, (parse, bind, hand, whole - bind - hand - text, text), strict=True):
            spent[phase] += took
    return spent


def _parse(project: Project) -> None:
    for file in project:
        try:
            _ = file.tree
        except UnparsableError:
            continue


def _floor(body: Body) -> float:
    began = time.process_time()
    for files in body.files:
        for data in files.values():
            sum(1 for _ in ast.walk(ast.parse(data)))
    return time.process_time() - began


def _line(label: str, took: float, floor: float, share: str) -> str:
    return f"{label:<28}{took:>8.2f} s{took / floor:>8.2f} x floor{share}\n"


if __name__ == "__main__":
    main(every=int(sys.argv[1]) if len(sys.argv) > 1 else 1)
