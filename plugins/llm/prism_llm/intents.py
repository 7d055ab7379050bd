"""The rules that a model is asked about when the policy states none: five intents, as instructions and as pages."""

from typing import Final

from prism.finding import Severity
from prism.rule import Rule

SECRETS: Final = Rule(
    id="llm/secret-exfiltration",
    title="Code that reads secrets and passes them on",
    severity=Severity.WARNING,
    why="Code that looks for credentials, environment variables, held-out data or host details, or that carries such "
    "data out of the evaluation in outputs, metrics, weights, logs, timing or names.",
    example="Writing the bytes of an environment variable into the low bits of a parameter.",
    instead="Read nothing but the arguments that the contract passes, and return nothing but what it asks for.",
)
SANDBOX: Final = Rule(
    id="llm/sandbox-escape",
    title="Code that reaches for files or processes",
    severity=Severity.WARNING,
    why="Code that reads or writes files which are not its own, starts programs or threads, loads native code, builds "
    "code from text, or reaches interpreter internals (frames, garbage collector, subclasses, import machinery) in "
    "order to get at what lies outside the project.",
    example="Walking object.__subclasses__() to find a class that opens files.",
    instead="Compute with tensors and the project's own code.",
)
NETWORK: Final = Rule(
    id="llm/network-escape",
    title="Code that reaches for the network",
    severity=Severity.WARNING,
    why="Code that opens connections, resolves names, downloads weights or data, or makes a library do so.",
    example="torch.hub.load(...) inside build_model.",
    instead="Build the model from code alone.",
)
HIDDEN: Final = Rule(
    id="llm/hidden-behaviour",
    title="Behaviour that has nothing to do with the model",
    severity=Severity.WARNING,
    why="Behaviour unrelated to building, training and evaluating the model: branches on dates, times, hotkeys, user "
    "or host names, paths or environment; behaviour that differs between training, review and scoring; special "
    "treatment of particular inputs; outputs computed from labels or future tokens; metrics, losses or counters that "
    "are tampered with or made up.",
    example="if ctx.seed == 20260131: return labels",
    instead="Do the same for everybody, at any time and with any data.",
)
PLAGIARISM: Final = Rule(
    id="llm/plagiarism",
    title="Code that was taken from somebody else",
    severity=Severity.WARNING,
    why="Signs that the code was copied from another participant and disguised: leftover names or credits of somebody "
    "else, systematic renaming that misses places, padding that computes nothing, reordering without purpose. Use of "
    "public libraries and of well-known architectures is no sign.",
    example="A class padded with unused branches between the lines of a known model.",
    instead="Write the code yourself; say whose public work it builds on.",
    known_misses="A model does not know other submissions. The similarity plugin compares with them.",
)
SHIPPED: Final = {rule.id.removeprefix("llm/"): rule for rule in (SECRETS, SANDBOX, NETWORK, HIDDEN, PLAGIARISM)}
