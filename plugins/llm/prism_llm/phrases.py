"""Texts in a project that speak to a reviewer, found without any model and in every mode in which one is asked.

Whoever writes such a text believes that somebody reads it who can be talked to. It is looked for in everything that
a reviewer could come to see: comments, strings, names, paths and files that are no code; and in every spelling that a
model reads as easily as a plain one.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from prism.document import escaped
from prism.finding import Finding, Span
from prism.project import Project, SourceFile, UnparsableError
from prism_llm.concepts import bare
from prism_llm.gathering import MOST_SOURCE_BYTES
from prism_llm.phrase_intents import Speech, speech_in
from prism_llm.phrase_spellings import readings
from prism_llm.phrase_texts import Passage, passages_of_code, passages_of_lines, passages_of_path, passages_of_text
from prism_llm.rules import INSTRUCTION

MOST_PLACES: Final = 20
"""Places that are named in a project; one is enough to have a person look at it."""
MAX_QUOTE: Final = 160
_SHORT: Final = 48
"""Strings that are shorter may be pieces of a word."""


class Found(NamedTuple):
    """A passage that speaks to a reviewer."""

    speech: Speech
    reads: str
    """What it says, when it is read as it is meant."""
    is_plain: bool


def findings(project: Project) -> Iterator[Finding]:
    """The texts of a project that speak to a reviewer.

    Raises:
        GuardError: called outside the guarded process.
    """
    left = MOST_PLACES
    for finding in _findings(project):
        yield finding
        left -= 1
        if not left:
            return


def _findings(project: Project) -> Iterator[Finding]:
    budget = MOST_SOURCE_BYTES
    for file in project:
        yield from _in_path(file.path)
        if len(file.data) <= budget:
            budget -= len(file.data)
            yield from _in_code(file)
    for entry in project.files:
        if entry.path not in project.sources:
            yield from _in_path(entry.path)
            if entry.size <= budget:
                budget -= entry.size
                yield from _in_text(entry.path, project.snapshot.contents[entry.path])


def _in_path(path: str) -> Iterator[Finding]:
    for passage in passages_of_path(path):
        if found := heard(passage):
            yield INSTRUCTION.finding(_message("path", found), path=path)


def _in_code(file: SourceFile) -> Iterator[Finding]:
    try:
        passages = passages_of_code(file.lines, file.tree)
    except UnparsableError:
        passages = passages_of_lines(file.lines)
    for passage in passages:
        if found := heard(passage):
            line, end = _place(passage, found)
            span = Span(line=line, end_line=end, end_column=len(file.lines[end - 1]) + 1)
            yield INSTRUCTION.finding(_message(passage.kind, found), file=file, span=span)


def _in_text(path: str, data: bytes) -> Iterator[Finding]:
    for passage in passages_of_text(data.decode("utf-8", "replace")):
        if found := heard(passage):
            line, _ = _place(passage, found)
            yield INSTRUCTION.finding(f"{_message(passage.kind, found)} (line {line})", path=path)


def heard(passage: Passage) -> Found | None:
    """The first thing in a passage that speaks to a reviewer, however it is spelled."""
    text = passage.joined("\n")
    for reading in _readings(passage, text):
        for speech in speech_in(reading):
            return Found(speech, bare(reading)[speech.begin : speech.end], is_plain=reading is text)
    return None


def _readings(passage: Passage, text: str) -> Iterator[str]:
    yield from readings(text)
    pieces = [fragment.text for fragment in passage.fragments if len(fragment.text) < _SHORT]
    if len(pieces) > 1:
        yield from readings("".join(pieces))


def _place(passage: Passage, found: Found) -> tuple[int, int]:
    """Its lines: exact where it can be read as it stands, else those of the fragment that can be read by itself."""
    if found.is_plain and passage.joined("\n").isascii():
        return passage.place(found.speech.begin, found.speech.end)
    for fragment in passage.fragments:
        if len(passage.fragments) > 1 and heard(Passage(passage.kind, (fragment,))):
            return fragment.line, fragment.end_line
    return passage.fragments[0].line, passage.fragments[-1].end_line


def _message(kind: str, found: Found) -> str:
    reads = "" if found.is_plain else " when it is read as it is meant"
    return f'A {kind} {found.speech.says}{reads}: "{escaped(found.reads, limit=MAX_QUOTE)}"'
