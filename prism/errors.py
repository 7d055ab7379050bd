"""The errors PRISM raises on purpose, each with what happened, where, and what to do.

    PrismError
    ├── UsageError        the call was wrong                                     exit 2
    ├── DocumentError     YAML or JSON text cannot be read; carries every problem exit 2
    ├── PolicyError       a policy does not validate; carries every problem      exit 2
    ├── PluginError       a plugin is missing, broken or registered twice        exit 2
    ├── GuardError        the guarded process cannot be had; ours, not theirs    exit 70
    ├── RunnerError       the engine, image or broker failed; ours, not theirs   exit 70
    └── StoreError        earlier submissions cannot be read or kept; ours too   exit 70

What a miner did wrong is never an exception here: it is a finding.
"""

import msgspec

EXIT_APPROVED = 0
EXIT_REJECTED = 1
EXIT_USAGE = 2
EXIT_HELD = 3
EXIT_INTERNAL = 70


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong in a document: where, what was expected, what to do."""

    where: str
    """``file:line: $.json.path``, or the name of the thing when there is no file."""
    what: str
    do: str
    file: str = ""
    """The document, where it is one."""
    line: int | None = None
    json_path: str = ""


class PrismError(Exception):
    """Something PRISM refused to do, in three parts that any front end can render."""

    code = "error"
    exit_code = EXIT_INTERNAL

    def __init__(
        self, what: str, *, where: str = "", do: str = "", code: str = "", problems: tuple[Problem, ...] = ()
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.do = do
        self.code = code or type(self).code
        self.problems = problems


class UsageError(PrismError):
    """A wrong argument: a path that is not there, a format that does not exist."""

    code = "usage"
    exit_code = EXIT_USAGE


class DocumentError(PrismError):
    """YAML or JSON text that cannot be read; ``problems`` holds all that is wrong with it."""

    code = "document-invalid"
    exit_code = EXIT_USAGE


class PolicyError(PrismError):
    """A policy that cannot be used; ``problems`` holds all that is wrong with it."""

    code = "policy-invalid"
    exit_code = EXIT_USAGE


class PluginError(PrismError):
    """A plugin the policy names is missing, cannot be loaded, or clashes with another."""

    code = "plugin-unusable"
    exit_code = EXIT_USAGE


class GuardError(PrismError):
    """The guarded process could not be started or talked to."""

    code = "guard-unavailable"


class RunnerError(PrismError):
    """The engine, image or broker failed before or after the submission's own code ran."""

    code = "runner-unavailable"


class StoreError(PrismError):
    """The store of earlier submissions is locked, full, read-only, damaged, of another version, or not there."""

    code = "store-unavailable"
