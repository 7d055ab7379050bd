"""Writes the two bundled texts: made-up prose from a small grammar, the same bytes on every machine.

Sentences agree in number and tense, refer back to the persons and things of their paragraph, and spell long words that
a model can learn to complete. Both texts follow one grammar; no paragraph is in both. Operators who score submissions
in earnest name texts of their own in the policy, because this one is public.
"""

import random
from pathlib import Path

NAMES = ("Ada", "Bruno", "Clara", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katya", "Lorenzo")
TRADES = ("miller", "harbour pilot", "clockmaker", "gardener", "printer", "surveyor", "weaver", "lamplighter")
PLACES = ("the old harbour", "the northern bridge", "the market square", "the valley", "the lighthouse", "the orchard")
THINGS = ("lantern", "ledger", "compass", "barrel", "ladder", "telescope", "kettle", "anchor", "basket", "letter")
QUALITIES = ("heavy", "forgotten", "beautiful", "broken", "narrow", "borrowed", "precious", "ordinary", "weathered")
CARRIED = ("carried", "repaired", "measured", "described", "discovered", "exchanged", "remembered", "counted")
WEATHER = ("The rain had stopped", "The wind was turning", "Snow covered the roofs", "A thin fog was rising")
TIMES = ("In the morning", "Before noon", "Late in the evening", "On the following day", "After the third bell")
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "eleven", "twelve")
REASONS = ("because nobody else would", "although it was late", "as the custom demanded", "without saying a word")

TEXTS = {"train.txt": (20_240_101, 150_000), "heldout.txt": (20_250_202, 72_000)}


def sentence(draw: random.Random, name: str, trade: str, thing: str) -> str:
    """One sentence about the person and the thing of its paragraph."""
    other = draw.choice([candidate for candidate in NAMES if candidate != name])
    number = draw.choice(NUMBERS)
    forms = (
        f"{draw.choice(TIMES)} {name} {draw.choice(CARRIED)} the {thing} {draw.choice(REASONS)}.",
        f"{draw.choice(WEATHER)}, and {name} the {trade} walked towards {draw.choice(PLACES)}.",
        f'"This {thing} is {draw.choice(QUALITIES)}," said {name} to {other}, "and so are my {number} {thing}s."',
        f"{other} {draw.choice(CARRIED)} {number} {draw.choice(QUALITIES)} {thing}s near {draw.choice(PLACES)}.",
        f"Every {trade} in {draw.choice(PLACES)[4:]} knows that a {draw.choice(QUALITIES)} {thing} is seldom lost.",
        f"When {other} asked about the {thing}, {name} answered that {draw.choice(PLACES)} was far away.",
        f"There were {number} {thing}s on the table; the {draw.choice(QUALITIES)} one belonged to {name}.",
    )
    return draw.choice(forms)


def paragraph(draw: random.Random) -> str:
    """A few sentences about one person and one thing."""
    name, trade, thing = draw.choice(NAMES), draw.choice(TRADES), draw.choice(THINGS)
    opening = f"{name} was a {trade} who owned a {draw.choice(QUALITIES)} {thing}."
    return " ".join([opening, *(sentence(draw, name, trade, thing) for _ in range(draw.randint(3, 7)))])


def text(seed: int, size: int) -> bytes:
    """Paragraphs until there are ``size`` bytes, cut there."""
    draw = random.Random(seed)  # noqa: S311 - reproducible, not secret
    made = ""
    while len(made) < size:
        made += paragraph(draw) + "\n\n"
    return made[:size].encode("ascii")


if __name__ == "__main__":
    for file_name, (text_seed, text_size) in TEXTS.items():
        Path(__file__).with_name(file_name).write_bytes(text(text_seed, text_size))
