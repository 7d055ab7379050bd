"""Published model files pass: every alarm about them is in the table, and hardly one is wrong."""

from tests.safety.real_code import PAGE, explain, outcome, page, reasons

FEWEST = 300
MOST_WRONG = 0.005
"""Share of files; the aim is none."""


def test_there_are_enough_files() -> None:
    assert len(outcome().files) >= FEWEST


def test_every_alarm_is_explained() -> None:
    assert [alarm for alarm in outcome().alarms if explain(alarm) is None] == []


def test_every_reason_explains_something_and_takes_a_side() -> None:
    used = [explain(alarm) for alarm in outcome().alarms]
    assert [each for each in reasons() if each not in used] == []
    assert [each for each in reasons() if bool(each.right) == bool(each.wrong)] == []


def test_hardly_any_file_has_an_alarm_that_is_wrong() -> None:
    explained = [(alarm, explain(alarm)) for alarm in outcome().alarms]
    wrong = {alarm.file for alarm, reason in explained if reason is None or reason.wrong}
    assert len(wrong) <= MOST_WRONG * len(outcome().files), sorted(wrong)


def test_the_table_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(outcome()), "run: python -m tests.safety.real_code --write"
