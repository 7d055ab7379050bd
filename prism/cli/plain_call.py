"""Calls of ``prism review`` that can be read at a glance.

Typer reads every command line of PRISM, but importing it and what it converts arguments with takes longer than the
review of a small project. A call that is plainly right means the same here as to Typer. All others, wrong ones among
them, are left to it.
"""

from typing import Final, NamedTuple

_VALUES: Final = {
    **dict.fromkeys(("--policy", "-p"), "policy"),
    **dict.fromkeys(("--format", "-f"), "report_format"),
    **dict.fromkeys(("--output", "-o"), "output"),
    "--store": "store",
    "--hotkey": "hotkey",
    "--llm": "llm",
}
LLM_MODES: Final = ("advisory", "required", "off")


class ReviewCall(NamedTuple):
    """What ``prism review`` was asked for."""

    paths: list[str]
    policy: str = "default"
    report_format: str = "text"
    output: str | None = None
    explain: bool = False
    store: str | None = None
    hotkey: str = ""
    llm: str = ""
    """Mode of the review by a model, if it is said; else the policy's."""


def plain_review(arguments: list[str]) -> ReviewCall | None:
    """The call that a command line means; ``None`` when Typer has to say."""
    if arguments[:1] != ["review"]:
        return None
    paths: list[str] = []
    options: dict[str, str] = {}
    words = iter(arguments[1:])
    for word in words:
        name = _VALUES.get(word, "explain" if word == "--explain" else "")
        if not name and (not word or word.startswith("-")):
            return None
        if not name:
            paths.append(word)
            continue
        value = word if name == "explain" else next(words, "")
        if name in options or not value or (value.startswith("-") and name != "explain"):
            return None
        options[name] = value
    if options.get("llm", "off") not in LLM_MODES:
        return None
    is_explained = bool(options.pop("explain", ""))
    return ReviewCall(paths, **options, explain=is_explained) if paths else None
