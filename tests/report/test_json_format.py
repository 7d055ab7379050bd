import json

import msgspec

from prism.report.format import Report, Reviewed
from prism.report.json_format import render
from prism.review import Review
from tests.report.records import finding, review


def rendered(*reviews: Review) -> str:
    return render(Report(reviews=tuple(Reviewed(name="x", review=each) for each in reviews), rules={}))


def test_one_project_is_one_object_and_several_are_an_array() -> None:
    one, other = review(finding()), review()
    assert json.loads(rendered(one)) == json.loads(msgspec.json.encode(one))
    assert json.loads(rendered(one, other)) == [json.loads(msgspec.json.encode(each)) for each in (one, other)]


def test_the_record_is_read_back_as_it_was() -> None:
    record = review(finding("x = '\x1b\x7f\x9b\u202e名'", message="a\nb"))
    text = rendered(record)
    assert text.isascii()
    assert "\x7f" not in text
    assert "\x1b" not in text
    assert msgspec.json.decode(text, type=Review) == record
