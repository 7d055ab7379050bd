"""Model files that others published, reviewed as helper files: what is reported about them, and whether it is right.

    python -m tests.safety.real_code            print every alarm
    python -m tests.safety.real_code --write    also write docs/explanation/false-alarms.md

The packages are fetched with pip into a cache outside the tree. Files are chosen by the policy's own list of allowed
imports, never by hand: a file counts if it imports PyTorch and otherwise allowed libraries or its own package only. It
is reviewed by the safety rules alone; the rest of its package stands beside it as empty modules.
"""

import argparse
import ast
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
from prism_safety.plugin import SafetyPlugin
from ruamel.yaml import YAML

from prism.finding import Finding
from prism.guard.boundary import guarded_here
from prism.project import Project, UnparsableError
from prism.snapshot import Snapshot

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "false-alarms.md"
REASONS = ROOT / "tests" / "corpora" / "safety" / "real_code.yaml"
PACKAGES = (
    "denoising-diffusion-pytorch==2.3.4",
    "litgpt==0.5.13",
    "segmentation-models-pytorch==0.6.0",
    "timm==1.0.31",
    "torchtune==0.6.1",
    "vit-pytorch==1.26.11",
    "x-transformers==2.31.10",
)


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the alarms of one rule whose message begins so are right, or that they are wrong and still to be mended."""

    rule: str
    says: str = ""
    """How the finding's message begins."""
    file: str = ""
    """The one file that this is about; empty for all."""
    right: str = ""
    wrong: str = ""


class Alarm(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Everything that one rule says with one message about one file."""

    file: str
    rule: str
    message: str
    lines: tuple[int, ...]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of reviewing the files of all packages."""

    files: tuple[str, ...]
    alarms: tuple[Alarm, ...]


def installed(wanted: Sequence[str] = PACKAGES) -> Path:
    """The folder that holds packages; they are fetched when it is not there yet."""
    key = hashlib.sha256(" ".join(wanted).encode()).hexdigest()[:16]
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prism-tests"
    folder = base / f"real-code-{key}"
    if not folder.exists():
        partial = base / f"{folder.name}.{os.getpid()}"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
        subprocess.run([*pip, "--no-deps", "--target", partial, *wanted], check=True)
        partial.rename(folder)
    return folder


def packages(folder: Path) -> Iterator[dict[str, bytes]]:
    """The Python files of each package, by their paths from where it is imported."""
    for package in sorted(each.parent for each in folder.glob("*/__init__.py")):
        yield {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(package.rglob("*.py"))}


def imported_roots(tree: ast.Module) -> set[str]:
    """The first parts of all modules that a file imports from outside its package."""
    roots = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            roots.add((node.module or "").partition(".")[0])
    return roots


def chosen(files: Mapping[str, bytes], allowed: frozenset[str]) -> list[str]:
    """The files that import PyTorch and nothing that the policy's list does not allow."""
    own = frozenset(path.partition("/")[0] for path in files)
    roots = {path: imported_roots(ast.parse(data)) for path, data in files.items()}
    return [path for path, names in roots.items() if "torch" in names and names <= allowed | own]


def beside(path: str, files: Mapping[str, bytes]) -> Project:
    """A project of one file; the others of its package stand in it as empty modules."""
    return Project(Snapshot.of(dict.fromkeys(files, b"") | {path: files[path]}))


def alarms_of(found: list[Finding]) -> Iterator[Alarm]:
    """The findings of one file, those that say the same taken together."""
    lines: dict[tuple[str, str, str], set[int]] = {}
    for each in found:
        lines.setdefault((each.path or "", each.rule, each.message), set()).add(each.line or 0)
    for (path, rule, message), places in lines.items():
        yield Alarm(file=path, rule=rule, message=message, lines=tuple(sorted(places)))


@cache
def outcome() -> Outcome:
    """Review every chosen file of every package."""
    plugin = SafetyPlugin({})
    allowed = frozenset(plugin.settings.allowed_imports)
    names: list[str] = []
    alarms: list[Alarm] = []
    with guarded_here():
        for files in packages(installed()):
            for path in chosen(files, allowed):
                names.append(path)
                project = beside(path, files)
                try:
                    alarms += alarms_of(list(plugin.prism_check_file(project.sources[path], project)))
                except UnparsableError as error:
                    raise AssertionError(f"{path} was parsed a moment ago") from error
    return Outcome(files=tuple(sorted(names)), alarms=tuple(sorted(alarms)))


def reasons() -> tuple[Reason, ...]:
    """What is known about the alarms."""
    return msgspec.convert(YAML(typ="safe").load(REASONS) or [], tuple[Reason, ...])


def explain(alarm: Alarm) -> Reason | None:
    """The first reason that fits an alarm."""
    return next((each for each in reasons() if fits(each, alarm)), None)


def fits(reason: Reason, alarm: Alarm) -> bool:
    """Whether a reason is about an alarm."""
    is_same_file = reason.file in {"", alarm.file}
    return is_same_file and f"safety/{reason.rule}" == alarm.rule and alarm.message.startswith(reason.says)


def page(result: Outcome) -> str:
    """The table of all alarms, for people."""
    explained = [(alarm, explain(alarm)) for alarm in result.alarms]
    wrong = {alarm.file for alarm, reason in explained if reason is None or reason.wrong}
    rows = "".join(f"| {_cell(alarm)} | {_why(reason)} |\n" for alarm, reason in explained)
    return (
        "# False alarms\n\n"
        "What the safety rules report about model files that others published, and whether it is right. The files are\n"
        "chosen by the default policy's list of imports: each one imports PyTorch and otherwise only what is allowed\n"
        "or its own package. Each is reviewed alone, as a helper file; the rest of its package is empty modules then.\n"
        "`python -m tests.safety.real_code --write` makes this page anew.\n\n"
        f"Packages: {', '.join(f'`{each}`' for each in PACKAGES)}.\n\n"
        f"Files: {len(result.files)}. Files with an alarm that is wrong: {len(wrong)}.\n\n"
        f"| file | rule | what is said | judgement |\n|---|---|---|---|\n{rows}"
    )


def _cell(alarm: Alarm) -> str:
    message = alarm.message.replace("|", "\\|")
    return f"`{alarm.file}` | `{alarm.rule}` | {message}"


def _why(reason: Reason | None) -> str:
    if reason is None:
        return "not explained yet"
    return f"right: {reason.right}" if reason.right else f"wrong: {reason.wrong}"


def main() -> int:
    """Print the alarms, and write the page where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.real_code", description="Alarms about real code.")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    result = outcome()
    for alarm in result.alarms:
        sys.stdout.write(f"{alarm.file}:{','.join(map(str, alarm.lines))[:40]} {alarm.rule} {alarm.message}\n")
    sys.stdout.write(f"{len(result.files)} files, {len({each.file for each in result.alarms})} with alarms\n")
    if options.write:
        PAGE.write_text(page(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
