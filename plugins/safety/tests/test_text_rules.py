"""The rules about text where a case file cannot hold the text: line endings, other Pythons, floods, odd lengths."""

from collections.abc import Callable

import pytest
from prism_safety.encoding_versions import odd_fstrings
from prism_safety.obfuscation_payloads import looks_random
from prism_safety.obfuscation_text import SourceText

from prism.finding import Finding
from prism.project import SourceFile

Review = Callable[..., list[Finding]]


def places(found: list[Finding]) -> list[tuple[str, int | None, int | None]]:
    return [(finding.rule.partition("/")[2], finding.line, finding.column) for finding in found]


def test_a_lone_carriage_return_is_reported_where_it_stands(review: Review) -> None:
    found = review({"model.py": "x = 1\r\n# nothing\rimport math\r\n"})
    assert places(found) == [("hidden-code", 2, 10)]
    assert review({"model.py": "x = 1\r\ny = 2\r\n"}) == []


@pytest.mark.parametrize(
    ("text", "is_odd"),
    [
        ("f'{x}' f'{x!r:>{w}}' f'{{}}{{{x}}}' rf'\\d{x}' f'\\t{x}' f'\\N{DIGIT ONE}{x}' f'{x:#x}'", False),
        ("'{' b'}' r'{\\' + '''{'''", False),
        ("f'{x:\\x3e9}'", True),
        ("rf'{x:\\x41}'", True),
        ('f"{x["a"]}"', True),
        ("f'''{x # why\n}'''", True),
        ("f'{x'", True),
    ],
)
def test_f_strings_that_two_tokenizers_read_differently_are_odd(text: str, is_odd: bool) -> None:
    source = SourceText(SourceFile("model.py", text.encode()))
    assert bool(list(odd_fstrings(source))) is is_odd


def test_a_name_behind_wide_letters_is_pointed_at_in_code_points(review: Review) -> None:
    found = review({"model.py": "é = '😀😀'; \N{FULLWIDTH LATIN SMALL LETTER X} = 1\n"})
    assert places(found) == [("confusable-identifier", 1, 11)]


def test_a_flood_of_odd_characters_is_bounded_and_hides_no_other_rule(review: Review) -> None:
    text = "# \u202e\n" * 500 + "KEY = 'ZXZhbCgi'\nimport os\n"
    rules = [rule for rule, _, _ in places(review({"model.py": text}))]
    assert rules.count("invisible-character") == 50
    assert {"encoded-payload", "forbidden-import"} <= set(rules)


def test_an_operator_can_bound_lines(review: Review) -> None:
    text = "x = [" + "1, " * 100 + "]\n"
    assert review({"model.py": text}) == []
    assert places(review({"model.py": text}, longest_line=120)) == [("hidden-code", 1, 123)]


@pytest.mark.parametrize(
    ("text", "is_random"),
    [
        ("Zm9yIGkgaW4gcmFuZ2UoMTApOiBwcmludChpKSAgIyBzb21ldGhpbmcgbG9uZyBlbm91Z2g=", True),
        ("6f73d2a1b07c44e9f3128ac5d07e91b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4", True),
        ("https://example.org/some/models/releases/download/v0.1-weights/resnet50_a1h2.pth", False),
        ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/", False),
        ("layer_norm_after_attention_and_before_the_projection_of_the_values", False),
        ("3.14159265358979323846264338327950288419716939937510582097494459230", False),
        ("TkAggGTKAggGTK3AggGTK3CairoGTK4AggGTK4CairoWXAggQt4AggQt5AggQtAgg", False),
    ],
)
def test_randomness_is_told_from_words_tables_and_links(text: str, is_random: bool) -> None:
    assert looks_random(text) is is_random
