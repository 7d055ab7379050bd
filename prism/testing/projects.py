"""Projects that a test makes, and the gates that review them."""

import hashlib
import json
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any, Final, Protocol

from prism.cli.rendering import error_lines
from prism.conformance.promises import archive
from prism.conformance.subject import PluginUnderTest, write_policy
from prism.errors import PrismError, UsageError
from prism.gate import Gate
from prism.review import Review
from prism.testing.marks import LIST
from prism.testing.outcome import Outcome

OPEN_GATES: Final = 4
ENTRYPOINT: Final = "model.py"
Contents = str | bytes | Path | Mapping[str, str | bytes]


class Gates:
    """One gate for each policy that tests use, because a gate takes longer to open than a project to review."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Gate] = OrderedDict()

    def gate(self, policy: PluginUnderTest | str | Path | Mapping[str, Any]) -> Gate:
        """The gate for a plugin alone, for a policy by its name or file, or for a policy as data.

        A file that has changed since, the policy's own or the plugin's, is read anew.
        """
        key = _key(policy)
        if key not in self._open:
            self._open[key] = _opened(policy)
            while len(self._open) > OPEN_GATES:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(key)
        return self._open[key]

    def close(self) -> None:
        """Close all of them."""
        while self._open:
            self._open.popitem()[1].close()


class ProjectUnderTest:
    """A project that a test has made."""

    def __init__(self, files: Mapping[str, bytes], gates: Gates) -> None:
        self.files = files
        self._gates = gates

    def review(self, policy: PluginUnderTest | str | Path | Mapping[str, Any] = "default") -> Outcome:
        """What comes of reviewing it: under one plugin alone, under a policy by name or file, or under one as data."""
        __tracebackhide__ = True
        try:
            gate = self._gates.gate(policy)
            review = gate.review(archive({path: data for path, data in self.files.items() if path != LIST}))
        except PrismError as error:
            raise AssertionError("\n".join(error_lines(error))) from error
        owner = policy.name if isinstance(policy, PluginUnderTest) else _only_stranger(gate)
        return Outcome(review, _as_reviewed(self.files, review), gate.rules, owner)


class MakeProject(Protocol):
    """What the fixture ``prism_project`` is: it makes a project."""

    def __call__(self, contents: Contents, /) -> ProjectUnderTest:
        """A project from the text of its ``model.py``, from texts by path, or from a file or folder."""


def make_project(contents: Contents, gates: Gates) -> ProjectUnderTest:
    """See :class:`MakeProject`."""
    return ProjectUnderTest(_files(contents), gates)


def _files(contents: Contents) -> dict[str, bytes]:
    if isinstance(contents, str | bytes):
        return {ENTRYPOINT: _bytes(contents)}
    if not isinstance(contents, Path):
        return {path: _bytes(text) for path, text in contents.items()}
    if contents.is_file():
        return {ENTRYPOINT: contents.read_bytes()}
    found = {
        path.relative_to(contents).as_posix(): path.read_bytes()
        for path in sorted(contents.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    if not found:
        raise UsageError(
            "there is no file for a project", where=str(contents), do="name a file, or a folder with files"
        )
    return found


def _as_reviewed(files: Mapping[str, bytes], review: Review) -> dict[str, bytes]:
    """The files by the paths that findings name: a policy may take off the one folder that everything is in."""
    found = {file.path for file in review.project.files} if review.project else set()
    inside = {path.partition("/")[2]: data for path, data in files.items() if path != LIST}
    if found != inside.keys():
        return dict(files)
    return inside | {path: data for path, data in files.items() if path == LIST}


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else dedent(text).encode()


def _opened(policy: PluginUnderTest | str | Path | Mapping[str, Any]) -> Gate:
    if isinstance(policy, str | Path):
        return Gate.from_policy(policy)
    document = policy.policy() if isinstance(policy, PluginUnderTest) else policy
    with tempfile.TemporaryDirectory() as folder:
        return Gate.from_policy(write_policy(document, Path(folder)))


def _key(policy: PluginUnderTest | str | Path | Mapping[str, Any]) -> str:
    """Names what a gate was opened for, with the content of the file that it comes from."""
    if isinstance(policy, PluginUnderTest):
        return json.dumps([policy.policy(), _content(policy.source)], default=str)
    if isinstance(policy, str | Path):
        return json.dumps([str(policy), _content(policy)])
    return json.dumps(policy, default=str)


def _content(place: str | Path) -> str:
    path = Path(place)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _only_stranger(gate: Gate) -> str:
    """The one plugin of a policy that did not come with PRISM: its rules need no prefix."""
    strangers = [name for name, definition in gate.host.definitions.items() if not definition.is_own]
    return strangers[0] if len(strangers) == 1 else ""
