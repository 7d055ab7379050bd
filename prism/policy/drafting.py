"""A first policy of one's own, written out of a few answers, with a comment above every statement."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from prism.document import load_document
from prism.errors import DocumentError, PolicyError
from prism.policy.layers import Layer, Layers, read_layers, value_at
from prism.policy.loading import EffectivePolicy, in_force

SCHEMA_FILE: Final = "prism-policy.schema.json"
"""What the schema beside a policy is called, for editors."""


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator says about the policy that he wants."""

    name: str
    base: str = "default"
    description: str = ""
    allowed_imports: tuple[str, ...] = ()
    """Besides those of the base."""
    archive_bytes: int | None = None
    """``None`` leaves it to the base."""
    errors: str = "reject"
    """``reject``, or ``hold`` for a person to look at everything."""
    notes: str = ""
    """``hold`` or ``pass``; empty leaves it to the base."""


def drafted(answers: Answers, file: Path) -> tuple[str, EffectivePolicy]:
    """The text of the policy, and the policy that it is; nothing is written.

    Raises:
        PolicyError: the answers make no policy; every problem is in it, with its place in the text.
    """
    base = read_layers(answers.base)
    text = "\n".join([*_head(answers), *_intake(answers), *_plugins(answers, base), *_verdict(answers, base)]) + "\n"
    try:
        document = load_document(text, name=str(file))
    except DocumentError as error:
        raise PolicyError(error.what, where=error.where, do=error.do, problems=error.problems) from error
    return text, in_force(Layers((*base.files, Layer(file=file, document=document)), file))


def _head(answers: Answers) -> Iterator[str]:
    yield f"# yaml-language-server: $schema=./{SCHEMA_FILE}"
    yield "# Editors complete and check this file with that schema; `prism policy schema --output` makes it anew."
    yield "# What is not stated here is as in the policy that this one extends; `prism policy show` prints all of it."
    yield ""
    yield "# Version of the policy format."
    yield "policy: 1"
    yield "# The name that reviews show."
    yield f"name: {_text(answers.name)}"
    yield "# What the policy is for, for people."
    yield f"description: {_text(answers.description or f'Written by prism policy init, on top of {answers.base}.')}"
    yield "# The policy this one builds on: objects are merged, lists are replaced, null takes a key away."
    yield f"extends: {_text(answers.base)}"


def _intake(answers: Answers) -> Iterator[str]:
    if answers.archive_bytes is not None:
        yield ""
        yield "# What an archive or folder may look like. Anything over a limit refuses the whole of it."
        yield "intake:"
        yield "  # Size of the archive itself, in bytes."
        yield f"  archive_bytes: {answers.archive_bytes}"


def _plugins(answers: Answers, base: Layers) -> Iterator[str]:
    inherited = value_at(base.data, ("plugins", "safety", "settings", "allowed_imports"))
    known = [str(each) for each in inherited] if isinstance(inherited, list) else []
    more = [each for each in dict.fromkeys(answers.allowed_imports) if each not in known]
    if more:
        yield ""
        yield "# The plugins that look at a submission, by name."
        yield "plugins:"
        yield "  # What code must not do."
        yield "  safety:"
        yield "    # The plugin's own settings."
        yield "    settings:"
        yield "      # Modules that a submission may import: all of them, for a list replaces the inherited one."
        yield "      allowed_imports:"
        yield "        # As in the policy that this one extends."
        yield from (f"        - {_text(each)}" for each in known)
        yield "        # Allowed here besides."
        yield from (f"        - {_text(each)}" for each in more)


def _verdict(answers: Answers, base: Layers) -> Iterator[str]:
    held = value_at(base.data, ("verdict", "hold"))
    hold = [str(each) for each in held] if isinstance(held, list) else ["warning"]
    wanted = [each for each in hold if each not in {"error", "note"} or (each == "note" and answers.notes != "pass")]
    wanted += ["note"] if answers.notes == "hold" and "note" not in wanted else []
    wanted = ["error", *wanted] if answers.errors == "hold" else wanted
    if wanted == hold and answers.errors == "reject":
        return
    yield ""
    yield "# What follows from a finding."
    yield "verdict:"
    yield "  # Severities that reject a submission."
    yield f"  reject: {'[]' if answers.errors == 'hold' else '[error]'}"
    yield "  # Severities that hold it until an operator has decided."
    yield f"  hold: [{', '.join(wanted)}]"


def _text(value: str) -> str:
    """A text as it stands in YAML: in quotes, which is never wrong."""
    return msgspec.json.encode(value).decode()
