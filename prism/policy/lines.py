"""Where in the files of a policy something is said."""

import json
from typing import Any, Final

import msgspec

from prism.document import JsonPath, spelled_path
from prism.policy.layers import value_at
from prism.policy.loading import EffectivePolicy

MAX_VALUE: Final = 500


class PolicyLine(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a policy, or the default that counts where no file states one."""

    json_path: str
    value: Any
    file: str = ""
    """Empty where a default of PRISM or of a plugin counts."""
    line: int | None = None


def line_of(effective: EffectivePolicy, path: JsonPath) -> PolicyLine:
    """The line that sets the value at a path, in whichever of the policy's files it stands."""
    said = effective.layers.statement(path)
    value = value_at(dict(effective.document), path)
    if said is None:
        return PolicyLine(json_path=spelled_path(path), value=value)
    layer, line = said
    return PolicyLine(json_path=spelled_path(path), value=value, file=str(layer.file), line=line)


def shown_value(value: object) -> str:
    """A value as it would be written in a policy, cut to a bound."""
    text = json.dumps(value)
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}..."
