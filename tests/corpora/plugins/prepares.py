"""Counts how often it was prepared, and says in each review whether the guarded process has imported what it named."""

import sys

from prism import Rule, Severity, hookimpl

STATE = Rule(id="prepares/state", title="State", severity=Severity.NOTE, why="w", example="e", instead="i")


class Plugin:
    name = "prepares"
    guarded_imports = ("this_is_missing",) if "missing" in __file__ else ("fractions",)

    def __init__(self, settings):
        self.times = 0

    @hookimpl
    def prism_rules(self):
        return [STATE]

    @hookimpl
    def prism_prepare(self):
        self.times += 1

    @hookimpl
    def prism_check_project(self, project):
        yield STATE.finding(f"prepared {self.times} times, imported: {'fractions' in sys.modules}")
