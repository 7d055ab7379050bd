"""``prism policy init``: a first policy of one's own out of a few answers."""

import enum
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from prism.cli import rendering
from prism.errors import UsageError

Answer = TypeVar("Answer")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
MODULE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
LARGEST_MIB: Final = 64


class Errors(enum.StrEnum):
    """What becomes of a project with errors."""

    REJECT = "reject"
    HOLD = "hold"


class Notes(enum.StrEnum):
    """What becomes of a project with notes and nothing graver."""

    PASS = "pass"  # noqa: S105 - no password
    HOLD = "hold"


FileArgument = Annotated[Path, typer.Argument(metavar="[FILE]", help="The file to write; it must not exist.")]
NameOption = Annotated[str | None, typer.Option("--name", metavar="NAME", help="The name that reviews show.")]
BaseOption = Annotated[str | None, typer.Option("--extends", metavar="NAME", help="The shipped policy to build on.")]
ImportOption = Annotated[
    list[str] | None,
    typer.Option("--allow-import", metavar="MODULE", help="A library that submissions may import besides; repeatable."),
]
SizeOption = Annotated[
    int | None, typer.Option("--archive-mib", min=1, max=LARGEST_MIB, help="The largest archive, in MiB.")
]
ErrorsOption = Annotated[Errors | None, typer.Option("--errors", help="What errors do.")]
NotesOption = Annotated[Notes | None, typer.Option("--notes", help="What notes do.")]


def init(
    file: FileArgument = Path("policy.yaml"),
    name: NameOption = None,
    base: BaseOption = None,
    allow_import: ImportOption = None,
    archive_mib: SizeOption = None,
    errors: ErrorsOption = None,
    notes: NotesOption = None,
) -> None:
    """Write a first policy of your own, commented, with the schema for editors beside it.

    On a terminal it asks for what no option says; elsewhere the base policy's way is taken. Nothing is overwritten.
    """
    from prism.policy.drafting import SCHEMA_FILE, Answers, drafted

    _refuse_existing(file)
    ask = _Questions(is_asking=sys.stdin is not None and sys.stdin.isatty())
    answers = Answers(
        name=ask(name, "Name of the policy", _name_of(file), _name),
        base=ask(base, "Build on default, strict or production", "default", _base),
        allowed_imports=ask(
            ",".join(allow_import) if allow_import else None,
            "Libraries that submissions may import besides, with commas between",
            "",
            _modules,
        ),
        archive_bytes=ask(
            None if archive_mib is None else str(archive_mib), "Largest archive in MiB; empty is as before", "", _bytes
        ),
        errors=ask(errors, "Errors reject, or hold for a person", "reject", _one_of("reject", "hold")),
        notes=ask(notes, "Notes pass or hold; empty is as before", "", _one_of("", "pass", "hold")),
    )
    text, effective = drafted(answers, file)
    _write_new(file, text)
    schema = file.with_name(SCHEMA_FILE)
    is_new = _write_schema(schema)
    rendering.data(f"{file}\n")
    rendering.notice(f"wrote {file}, digest {effective.digest}")
    rendering.notice(f"{'wrote' if is_new else 'left as it was:'} {schema}")
    rendering.notice(f"next: prism policy check {file}; cases for prism policy test go into {file.stem}.cases/")


class _Questions:
    """Answers from options, from people at a terminal, or from nobody."""

    def __init__(self, *, is_asking: bool) -> None:
        self._is_asking = is_asking

    def __call__(self, said: str | None, question: str, default: str, read: Callable[[str], Answer]) -> Answer:
        """The answer to one question, asked again until it is one.

        Raises:
            UsageError: an option's answer is none.
        """
        if said is not None or not self._is_asking:
            return read(default if said is None else said)
        while True:
            text = typer.prompt(question, default=default, show_default=bool(default), err=True)
            try:
                return read(str(text).strip())
            except UsageError as error:
                rendering.notice(f"{error.what}: {error.do}")


def _name_of(file: Path) -> str:
    """A name for the policy in a file, out of the file's."""
    return re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:64] or "policy"


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise UsageError(f"{text!r} is no name of a policy", where="--name", do="use a-z, 0-9 and hyphens")
    return text


def _base(text: str) -> str:
    from prism.policy.shipped import shipped_names
    from prism.schema_problems import did_you_mean, listed

    if text not in shipped_names():
        do = f"{did_you_mean(text, shipped_names())}choose one of {listed(shipped_names())}"
        raise UsageError(f"no policy {text!r} is shipped", where="--extends", do=do)
    return text


def _modules(text: str) -> tuple[str, ...]:
    names = tuple(each for each in re.split(r"[,\s]+", text) if each)
    wrong = next((each for each in names if not MODULE.fullmatch(each)), None)
    if wrong is not None:
        do = "write the first part of its name, such as torchaudio"
        raise UsageError(f"{wrong!r} is no name of a library", where="--allow-import", do=do)
    return names


def _bytes(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= LARGEST_MIB):
        raise UsageError(f"{text!r} is no size", where="--archive-mib", do=f"write 1 to {LARGEST_MIB}")
    return int(text) * 1024 * 1024


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            words = " or ".join(each for each in choices if each)
            raise UsageError(f"{text!r} is no answer", where="prism policy init", do=f"write {words}")
        return str(text)

    return read


def _refuse_existing(file: Path) -> None:
    if os.path.lexists(file):
        do = "name another file, or move this one away"
        raise UsageError(f"{file} exists, and nothing is overwritten", where="prism policy init", do=do)
    if file.suffix not in {".yaml", ".yml"}:
        raise UsageError(f"{file} would be no policy", where="prism policy init", do="name a file that ends in .yaml")
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}", where="prism policy init", do="make it first")


def _write_schema(file: Path) -> bool:
    """Write the schema if there is none; whether it was written."""
    from prism.cli.policy import published
    from prism.report.json_format import encode

    if os.path.lexists(file):
        return False
    _write_new(file, encode(published()))
    return True


def _write_new(file: Path, text: str) -> None:
    """Write a file that does not exist yet, whole or not at all.

    Raises:
        UsageError: it exists by now, or the disk does not take it.
    """
    try:
        with file.open("x", encoding="utf-8") as stream:
            try:
                stream.write(text)
                stream.flush()
            except BaseException:
                with suppress(OSError):
                    file.unlink()
                raise
    except OSError as error:
        do = "name another file, or make room"
        raise UsageError(f"{file} cannot be written: {error.strerror}", where="prism policy init", do=do) from error
