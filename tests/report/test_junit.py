"""JUnit XML that any reader takes, whatever the names and texts hold."""

from xml.etree import ElementTree as ET

from prism.report.junit import LINES_LIMIT, JunitCase, JunitSuite, junit_xml

CASES = (
    JunitCase(name="fine", group="g", seconds=0.25, file="a.yaml", line=3),
    JunitCase(name="wrong", group="g", failure="- this", details=("- this", "+ that")),
    JunitCase(name="odd", group="g", error="no project"),
    JunitCase(name="left", group="g", skipped="rejected already"),
)


def test_the_counts_are_those_of_the_cases() -> None:
    root = ET.fromstring(junit_xml("all", [JunitSuite(name="one", cases=CASES, properties=(("digest", "ab"),))]))  # noqa: S314 - PRISM wrote it a moment ago
    (suite,) = root.findall("testsuite")
    for element in (root, suite):
        counts = {name: element.attrib[name] for name in ("tests", "failures", "errors", "skipped", "time")}
        assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1", "time": "0.250"}
    first, second, *_ = suite.findall("testcase")
    assert first.attrib == {"name": "fine", "classname": "g", "file": "a.yaml", "line": "3", "time": "0.250"}
    failure = second.find("failure")
    assert failure is not None
    assert (failure.attrib["message"], failure.text) == ("- this", "- this\n+ that")
    assert [each.attrib for each in suite.iter("property")] == [{"name": "digest", "value": "ab"}]


def test_no_text_breaks_the_markup_or_forges_a_case() -> None:
    evil = '\x00\x1b[2J\ud800\u202e</testcase><testcase name="forged"/>]]>\n&\'"\ufffe'
    case = JunitCase(name=evil, group=evil, file=evil, failure=evil, details=(evil,))
    text = junit_xml(evil, [JunitSuite(name=evil, cases=(case,), properties=((evil, evil),))])
    root = ET.fromstring(text)  # noqa: S314 - PRISM wrote it a moment ago
    assert len(list(root.iter("testcase"))) == 1
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "\\u202e" in str(root.find(".//failure").text)  # type: ignore[union-attr] # it is there


def test_a_flood_is_cut() -> None:
    case = JunitCase(name="x" * 10_000, group="g", failure="y" * 10_000, details=("z",) * 10_000)
    text = junit_xml("all", [JunitSuite(name="s", cases=(case,))])
    assert f"... and {10_000 - LINES_LIMIT} more lines" in text
    assert len(text) < 10_000
