import unicodedata

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from prism.finding import Severity, Step
from prism.notebook import Usage
from prism.report.format import Report, Reviewed
from prism.report.painting import Sheet
from prism.report.text_format import SHOWN_FINDINGS, render
from prism.review import Review, Stage, StageStatus
from prism.verdict import Outcome
from tests.report.records import RULE, finding, reason, review


def shown(*reviews: Review, colour: bool = False) -> str:
    named = tuple(Reviewed(name=f"project-{number}", review=each) for number, each in enumerate(reviews, start=1))
    return render(Report(reviews=named, rules={RULE.id: RULE}, sheet=Sheet(colour=colour)))


def test_a_finding_shows_rule_severity_place_source_why_and_what_to_do() -> None:
    chain = (Step(path="model.py", line=1, text="import os"),)
    text = shown(review(finding("    os.system('id')", 5, chain=chain), reasons=(reason(),)))
    assert text == (
        "project-1\n"
        "  model.py:3:5  error  safety/forbidden-call\n"
        "    calls os.system, which starts a program\n"
        "    3 |     os.system('id')\n"
        "      |     ^^^^^^^^^^^^^^^\n"
        "    via:  model.py:1: import os\n"
        "    why:  It starts a program on the evaluating machine.\n"
        "    do:   remove the call\n"
        "\n"
        "  rejected: 1 error in 1 file (policy default abababababab)\n"
        "    because  safety/forbidden-call rejects: calls os.system\n"
    )


def test_an_approval_says_what_was_looked_at_and_what_was_not() -> None:
    stages = (Stage(name="compare:similarity", status=StageStatus.SKIPPED, why="there is no corpus"),)
    assert shown(review(verdict=Outcome.APPROVED, stages=stages)) == (
        "project-1\n"
        "  approved: no findings in 1 file (policy default abababababab)\n"
        "    skipped  compare:similarity: there is no corpus\n"
    )


def test_a_refused_archive_claims_no_file() -> None:
    assert "rejected: no findings in a project of which no file was accepted" in shown(review(project=None))


def test_waived_findings_are_shown_and_counted_apart() -> None:
    text = shown(review(finding(waived="agreed with the author until spring"), verdict=Outcome.APPROVED))
    assert "waived by the policy:  agreed with the author until spring" in text
    assert "approved: 1 waived in 1 file" in text


def test_what_a_model_took_stands_beside_the_verdict() -> None:
    tokens = {"input_tokens": 30, "output_tokens": 4, "micro_usd": 1_500}
    usage = Usage(plugin="llm", model="m/x", requests=1, recalled=2, discarded=1, **tokens)
    said = " ".join(shown(review(usage=(usage,))).split())
    took = "1 request, 2 answered before; 30 tokens in, 4 out, 0.0015 USD; 0 accusations, 1 without evidence"
    assert f"model llm, m/x: {took}" in said


def test_several_projects_end_with_a_tally() -> None:
    text = shown(review(), review(verdict=Outcome.HELD), review(verdict=Outcome.APPROVED))
    assert text.endswith("\n\n3 projects: 1 approved, 1 held, 1 rejected\n")


def test_a_flood_of_notes_does_not_bury_an_error() -> None:
    notes = [finding(path=f"a{number:04}.py", severity=Severity.NOTE) for number in range(5_000)]
    text = shown(review(*notes, finding(path="z.py")))
    assert "z.py:3:1  error" in text
    assert f"... and {5_001 - SHOWN_FINDINGS} more findings" in text
    assert "1 error, 5000 notes in 1 file" in text
    assert len(text) < 100_000


def test_colour_only_when_it_is_asked_for() -> None:
    assert "\x1b" not in shown(review(finding()))
    assert "\x1b[31merror\x1b[0m" in shown(review(finding()), colour=True)


hostile = st.text(
    alphabet=st.characters(codec="utf-8") | st.sampled_from("\x1b\x9b\n\r\t\x00\u202e\u2028"), max_size=60
)


@settings(max_examples=60)
@given(text=hostile, path=hostile, line=hostile, name=hostile)
def test_whatever_a_submission_says_nothing_disturbs_the_terminal(text: str, path: str, line: str, name: str) -> None:
    record = review(
        finding(
            line, 1, 3, path=path, message=text, remedy=text, waived=text, chain=(Step(path=path, line=1, text=text),)
        ),
        reasons=(reason(text),),
        usage=(Usage(plugin="llm", model=text),),
        stages=(Stage(name="check:x", status=StageStatus.FAILED, why=text),),
    )
    lines = render(Report(reviews=(Reviewed(name=name, review=record),), rules={})).split("\n")
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp"} for character in "".join(lines))
    assert sum(line.startswith("  rejected: ") for line in lines) == 1
    assert msgspec.json.decode(msgspec.json.encode(record), type=Review) == record
