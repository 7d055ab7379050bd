"""The colours of like regions, which all pages have in common that show two sources side by side."""

from pathlib import Path
from typing import Final

REGION_STYLE: Final = Path(__file__).with_name("regions.css").read_text(encoding="utf-8")
"""A style sheet with one class for each colour."""
COLOURS: Final = len(REGION_STYLE.splitlines())


def colour(region: int) -> str:
    """The class of a region by its number; there are more regions than colours."""
    return f"c{region % COLOURS}"
