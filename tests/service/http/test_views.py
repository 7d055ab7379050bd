"""What a rule's text becomes before its author reads it."""

import pytest

from prism.service.http.views import for_its_author

OWN, OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"90% of this project resembles the earlier submission '{OTHER}' (score 0.90).", "earlier submission (score"),
        ("Beside the earlier submission 'team/model v2': 0.9", "Beside the earlier submission: 0.9"),
        ('copied from the earlier submission "o\'brien": see', "copied from the earlier submission: see"),
        (f"like {OTHER}, {OTHER.upper()}", "like (another submission), (another submission)"),
        (f"cut off {OTHER[:20]}...", "cut off (another submission)..."),
        (f"your own {OWN}", OWN),
        ("a" * 64, "a" * 64),
        ("line 12 of model.py", "line 12 of model.py"),
    ],
)
def test_no_text_names_another_submission(text: str, told: str) -> None:
    shown = for_its_author(text, OWN)
    assert told in shown
    assert OTHER[:16] not in shown.lower()
