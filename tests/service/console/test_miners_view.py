"""What the author of a copy is told of it, beside what an operator sees."""

from tests.service.console.conftest import Console


def test_the_author_of_a_copy_is_not_told_whose_it_is(console: Console) -> None:
    copied, original = console.ids["copied"], console.ids["original"]
    told = console.server.ask("GET", f"/v1/submissions/{copied}", token=None)
    assert any(each["rule"].startswith("similarity/") for each in told.json["findings"])
    assert not [id for name, id in console.ids.items() if name != "copied" and id.encode() in told.body]
    seen = console.server.ask("GET", f"/internal/v1/submissions/{copied}")
    assert original.encode() in seen.body
