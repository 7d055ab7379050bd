"""A plugin with one rule."""

import prism
from prism.finding import Severity
from prism.rule import Rule

X = Rule(
    id="house/x", title="X", severity=Severity.WARNING, why="Because.", example="x", instead="y"
)


@prism.hookimpl
def prism_rules():
    return [X]
