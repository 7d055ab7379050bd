"""The rules that PRISM itself reports, besides those of intake: that a check did not finish, or a file is no Python."""

from prism.finding import Severity
from prism.rule import Rule

PLUGIN_FAILED = Rule(
    id="host/plugin-failed",
    title="A plugin did not finish its work",
    severity=Severity.ERROR,
    settings=("guard.plugin_seconds", "guard.findings_per_plugin"),
    why="A check that stopped half-way has not said that the project is harmless: nothing is approved on its word.",
    example="A plugin that raises, hangs, returns no findings but something else, or reports more than is allowed.",
    instead="Nothing in the project: the operator looks at the plugin and reviews the project again.",
    known_misses="A plugin that quietly reports nothing, although it should, looks like one that found nothing.",
)
REVIEW_CRASHED = Rule(
    id="host/review-crashed",
    title="The process that read the project died or answered with garbage",
    severity=Severity.ERROR,
    why="An input that brings down the reader may have been made to do so; what was not read was not reviewed.",
    example="A source file that overflows the stack of the Python parser.",
    instead="Simplify the named file: fewer nested expressions, shorter literals.",
)
REVIEW_BUDGET = Rule(
    id="host/review-budget",
    title="Reading the project took more time, memory or output than the policy gives",
    severity=Severity.ERROR,
    settings=("guard.cpu_seconds", "guard.wall_seconds", "guard.memory_bytes", "guard.output_bytes"),
    why="A project that cannot be read within generous limits cannot be reviewed, and may have been made to stall.",
    example="A file whose constant folding would take minutes.",
    instead="Simplify or split the named file; generated tables belong into a data file.",
)
NOT_REVIEWED = Rule(
    id="host/not-reviewed",
    title="A project of a batch could not be reviewed",
    severity=Severity.ERROR,
    why="What nobody has looked at is not approved. Nothing is said about the project: most often it is not there.",
    example="A line of a manifest that names a file which does not exist, or an id that another line has already.",
    instead="The operator mends what the message names and resumes the batch.",
)
CORPUS_INCOMPLETE = Rule(
    id="host/corpus-incomplete",
    title="Not every earlier submission could be compared with, or this one could not be kept",
    severity=Severity.ERROR,
    why="A copy of what was not looked at passes for new work, and so will a copy of what was not kept.",
    example="A store that is locked, full, damaged, or not yet indexed again after a plugin's features changed.",
    instead="Nothing in the project: the operator mends the store and reviews the project again.",
)
PAIR_COMPARED = Rule(
    id="host/pair-compared",
    title="The project was compared side by side with an earlier submission that it resembles",
    severity=Severity.NOTE,
    why="Scores and lines help the person who decides about a held project. By themselves they decide nothing: honest "
    "authors build the same known architecture, and a copy can behave as it likes while it is looked at.",
    example="A project that is held for its likeness to an earlier one, under a policy that wants the two compared.",
    instead="Nothing: the operator looks at both.",
)
PAIR_FAILED = Rule(
    id="host/pair-failed",
    title="The project could not be compared side by side with an earlier submission that it resembles",
    severity=Severity.ERROR,
    why="A comparison that the policy asks for and that did not come to its end has said nothing in anybody's favour.",
    example="No container engine answers, or a project's code ends the process in which its model is built.",
    instead="Mend the project if the message names it; the operator looks at everything else.",
)
UNPARSABLE = Rule(
    id="project/unparsable",
    title="A Python file that Python would refuse to compile",
    severity=Severity.ERROR,
    why="A file that does not parse cannot be reviewed, and would fail when the project is run.",
    example="def build_model(ctx:",
    instead="Run `python -m compileall` on the project and mend what it reports.",
)
UNDECLARED_CAPABILITY = Rule(
    id="run/undeclared-capability",
    title="The run did something that the review had ruled out",
    severity=Severity.ERROR,
    why=(
        "Either the review has missed something in the code, or the code found a way around it. A person has to look: "
        "the run failed, its metrics are gone, and the submission is held with what was observed and what was reviewed."
    ),
    example="A project that was approved as one that only computes, and opened a file when it was trained.",
    instead="Take the operation that is named out of the project.",
    known_misses=(
        "What native code does by itself, and what a library is brought to do that it also does for itself: the "
        "tripwire sees what Python's own audit events tell."
    ),
)

CORE_RULES = (
    NOT_REVIEWED,
    PLUGIN_FAILED,
    REVIEW_CRASHED,
    REVIEW_BUDGET,
    CORPUS_INCOMPLETE,
    PAIR_COMPARED,
    PAIR_FAILED,
    UNPARSABLE,
    UNDECLARED_CAPABILITY,
)
