"""Reports what its guarded half handed over, remembers it, and says what that took."""

import ast

from prism import Rule, Severity, hookimpl
from prism.notebook import Account, Usage

SEEN = Rule(id="gatherer/seen", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")
KEY = "a" * 64
SMALL = [Account(name="day:2026-01-31", tokens=100)]


@hookimpl
def prism_rules():
    return [SEEN]


@hookimpl
def prism_material(project):
    return {"names": sorted({node.id for file in project for node in ast.walk(file.tree) if type(node) is ast.Name})}


@hookimpl
def prism_review(material, notebook, deadline):
    known = notebook.recall(KEY)
    refused = "" if known else notebook.reserve(SMALL, tokens=60, micro_usd=5)
    notebook.keep(KEY, b"answer", files=())
    notebook.report(Usage(model="m", requests=0 if known else 1, recalled=1 if known else 0))
    yield SEEN.finding(f"{material['names']} {refused} {notebook.hotkey} {deadline > 0}")
