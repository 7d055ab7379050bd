"""What the author of a copy is told of it, beside what an operator sees."""

from tests.service.console.conftest import Console
from tests.service.http.test_text_attacks import assert_plain


def test_the_author_of_a_copy_is_not_told_whose_it_is(console: Console) -> None:
    copied, original = console.ids["copied"], console.ids["original"]
    told = console.server.ask("GET", f"/v1/submissions/{copied}", token=None)
    assert any(each["rule"].startswith("similarity/") for each in told.json["findings"])
    assert not [name for name, known in console.ids.items() if name != "copied" and known.encode() in told.body]
    seen = console.server.ask("GET", f"/internal/v1/submissions/{copied}")
    assert original.encode() in seen.body


def test_what_miners_wrote_reaches_no_terminal_raw(console: Console) -> None:
    """Whoever asks with a program sees it in a terminal; so does whoever exports the log of decisions."""
    paths = ["/internal/v1/submissions?limit=200"]
    for known in console.ids.values():
        internal = f"/internal/v1/submissions/{known}"
        paths += [f"/v1/submissions/{known}", internal, f"{internal}/review.sarif"]
    answers = [console.server.ask("GET", path) for path in paths]
    assert any(b"\\u202e" in answer.body for answer in answers)
    for answer in answers:
        assert_plain(answer.body)
