"""JUnit XML, as continuous integration reads it: suites of cases, each passed, failed, not possible, or left out.

Every name and text may come from a submission. What XML cannot hold and what a reader could be misled by is shown as
its code point; the markup is escaped by the library that writes it.
"""

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

import msgspec

from prism.report.escape import escape, shorten

NAME_LIMIT: Final = 300
MESSAGE_LIMIT: Final = 500
LINES_LIMIT: Final = 500


class JunitCase(msgspec.Struct, frozen=True, kw_only=True):
    """One case; it passed when it has neither a failure nor an error and was not skipped."""

    name: str
    group: str
    """What it belongs to (``classname``)."""
    seconds: float = 0.0
    file: str = ""
    line: int | None = None
    failure: str = ""
    """In one sentence why it is not as it should be."""
    error: str = ""
    """In one sentence why nobody can tell."""
    skipped: str = ""
    """In one sentence why it was left out."""
    details: tuple[str, ...] = ()
    """Lines below that sentence."""


class JunitSuite(msgspec.Struct, frozen=True, kw_only=True):
    """Cases that belong together, with what is to be known of all of them."""

    name: str
    cases: tuple[JunitCase, ...]
    properties: tuple[tuple[str, str], ...] = ()


def junit_xml(name: str, suites: Iterable[JunitSuite]) -> str:
    """The document, with a line feed at its end."""
    root = ET.Element("testsuites", {"name": shorten(name, NAME_LIMIT)})
    everything: list[JunitCase] = []
    for suite in suites:
        element = ET.SubElement(root, "testsuite", {"name": shorten(suite.name, NAME_LIMIT), **_counts(suite.cases)})
        if suite.properties:
            _add_properties(element, suite.properties)
        for case in suite.cases:
            _add_case(element, case)
        everything += suite.cases
    root.attrib.update(_counts(everything))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _counts(cases: Iterable[JunitCase]) -> dict[str, str]:
    listed = tuple(cases)
    return {
        "tests": str(len(listed)),
        "failures": str(sum(bool(case.failure) for case in listed)),
        "errors": str(sum(bool(case.error) for case in listed)),
        "skipped": str(sum(bool(case.skipped) for case in listed)),
        "time": f"{sum(case.seconds for case in listed):.3f}",
    }


def _add_properties(suite: ET.Element, properties: Iterable[tuple[str, str]]) -> None:
    parent = ET.SubElement(suite, "properties")
    for name, value in properties:
        ET.SubElement(parent, "property", {"name": escape(name), "value": escape(value)})


def _add_case(suite: ET.Element, case: JunitCase) -> None:
    place = {"file": shorten(case.file, NAME_LIMIT)} if case.file else {}
    place |= {"line": str(case.line)} if case.line is not None else {}
    names = {"name": shorten(case.name, NAME_LIMIT), "classname": shorten(case.group, NAME_LIMIT)}
    element = ET.SubElement(suite, "testcase", {**names, **place, "time": f"{case.seconds:.3f}"})
    for kind, message in (("failure", case.failure), ("error", case.error), ("skipped", case.skipped)):
        if message:
            child = ET.SubElement(element, kind, {"message": shorten(message, MESSAGE_LIMIT)})
            child.text = "\n".join(_details(case.details)) or None


def _details(lines: tuple[str, ...]) -> list[str]:
    shown = [escape(line) for line in lines[:LINES_LIMIT]]
    hidden = len(lines) - LINES_LIMIT
    return [*shown, f"... and {hidden} more lines"] if hidden > 0 else shown
