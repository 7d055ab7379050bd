"""What is different in meaning between two policies: stricter, looser or merely changed, and for which rules."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from prism.document import Json, JsonPath
from prism.finding import Severity
from prism.plugin import PluginDefinition
from prism.policy.all_rules import rules_under
from prism.policy.directions import Direction, of_change
from prism.policy.layers import value_at
from prism.policy.lines import PolicyLine, line_of
from prism.policy.loading import EffectivePolicy
from prism.policy.model import VerdictPolicy, Waiver
from prism.policy.named_files import replaced
from prism.policy.waivers import is_expired
from prism.rule import Rule
from prism.verdict import HARSHNESS, Outcome

_DECIDES_NOTHING: Final = frozenset({"description", "name"})
_ABSENT: Final = object()
SHOWN_DIGEST: Final = 19
"""Characters of a file's digest that tell it from another one at a glance."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is different."""

    what: str
    """A setting by its dotted path, ``rule ID``, ``plugin NAME``, ``severity NAME`` or ``waiver of ID``."""
    direction: Direction
    old: Any
    new: Any
    old_line: PolicyLine | None = None
    new_line: PolicyLine | None = None
    rules: tuple[str, ...] = ()
    """The rules whose findings it concerns, as far as that is known."""


def changes(old: EffectivePolicy, new: EffectivePolicy, today: date) -> tuple[Change, ...]:
    """Everything that is different in meaning, the stricter first; what is expired (UTC) counts for nothing."""
    order = list(Direction)
    compared = _Comparison(old, new)
    found = [*compared.plugins(), *compared.severities(), *compared.rules(), *compared.waivers(today)]
    found += compared.settings()
    return tuple(sorted(found, key=lambda change: (order.index(change.direction), change.what)))


class _Comparison:
    def __init__(self, old: EffectivePolicy, new: EffectivePolicy) -> None:
        self.old, self.new = old, new
        self.old_rules, self.new_rules = rules_under(old), rules_under(new)
        self.documents = _with_contents(old, new)

    def plugins(self) -> Iterator[Change]:
        """Plugins that are selected in one of the two only, or come from elsewhere."""
        for name in sorted(self.old.plugins.keys() ^ self.new.plugins.keys()):
            is_new = name in self.new.plugins
            known = self.new_rules if is_new else self.old_rules
            yield self._change(
                f"plugin {name}",
                Direction.STRICTER if is_new else Direction.LOOSER,
                ("selected", "not selected") if not is_new else ("not selected", "selected"),
                ("plugins", name),
                tuple(rule for rule in known if rule.startswith(f"{name}/")),
            )
        for name in sorted(self.old.plugins.keys() & self.new.plugins.keys()):
            found = self.old.plugins[name], self.new.plugins[name]
            if _identity(found[0]) != _identity(found[1]):
                rules = tuple(rule for rule in self.new_rules if rule.startswith(f"{name}/"))
                said = tuple(f"{each.origin}, {each.version}" if each.source else each.origin for each in found)
                yield self._change(f"plugin {name}", Direction.OTHER, (said[0], said[1]), ("plugins", name), rules)

    def severities(self) -> Iterator[Change]:
        """What follows from a severity."""
        for severity in Severity:
            outcomes = [_outcome(each.policy.verdict, severity) for each in (self.old, self.new)]
            if outcomes[0] is outcomes[1]:
                continue
            rules = tuple(
                rule
                for rule in self._both()
                if _weight(self.new, self.new_rules[rule]) == severity and not _is_fixed(rule, severity)
            )
            where = "reject" if Outcome.REJECTED in outcomes else "hold"
            said = (outcomes[0].value, outcomes[1].value)
            yield self._change(
                f"severity {severity}", _harsher(outcomes[0], outcomes[1]), said, ("verdict", where), rules
            )

    def rules(self) -> Iterator[Change]:
        """Rules that weigh something else."""
        for rule in self._both():
            weights = _weight(self.old, self.old_rules[rule]), _weight(self.new, self.new_rules[rule])
            if weights[0] == weights[1]:
                continue
            outcomes = [
                Outcome.HELD if _is_fixed(rule, weight) else _outcome(each.policy.verdict, weight)
                for each, weight in zip((self.old, self.new), weights, strict=True)
            ]
            said = tuple(_said(*each) for each in zip(weights, outcomes, strict=True))
            direction = _harsher(outcomes[0], outcomes[1])
            yield self._change(f"rule {rule}", direction, (said[0], said[1]), ("rules", rule), (rule,))

    def waivers(self, today: date) -> Iterator[Change]:
        """Exceptions that came, went, or last for another time."""
        before, after = (_in_force(each, today) for each in (self.old, self.new))
        for key in sorted({*before, *after}):
            had, has = before.get(key), after.get(key)
            if had is not None and has is not None and had[1] == has[1]:
                continue
            expiry = tuple(each[1].expires if each else "" for each in (had, has))
            yield Change(
                what=f"waiver of {key[0]}",
                direction=Direction.LOOSER if expiry[1] > expiry[0] else _if(expiry[1] < expiry[0]),
                old=had and msgspec.to_builtins(had[1]),
                new=has and msgspec.to_builtins(has[1]),
                old_line=line_of(self.old, ("waivers", had[0])) if had else None,
                new_line=line_of(self.new, ("waivers", has[0])) if has else None,
                rules=(key[0],),
            )

    def settings(self) -> Iterator[Change]:
        """Everything else that stands in the two."""
        for name in dict.fromkeys(key for document in self.documents for key in document):
            if name in _DECIDES_NOTHING or name in {"rules", "waivers", "plugins"}:
                continue
            yield from self._settings((name,), {}, *(document.get(name, _ABSENT) for document in self.documents))
        for name in sorted(self.old.plugins.keys() & self.new.plugins.keys()):
            schema = self.new.plugins[name].settings_schema or {}
            values = [document["plugins"][name].get("settings", {}) for document in self.documents]
            yield from self._settings(("plugins", name, "settings"), schema, *values)

    def _settings(self, path: tuple[str, ...], schema: Mapping[str, Any], old: Any, new: Any) -> Iterator[Change]:  # noqa: ANN401 - JSON
        if old == new or path in {("verdict", "reject"), ("verdict", "hold")}:
            return
        if isinstance(old, dict) and isinstance(new, dict):
            for key in dict.fromkeys((*old, *new)):
                yield from self._settings((*path, key), schema, old.get(key, _ABSENT), new.get(key, _ABSENT))
            return
        values = tuple(None if each is _ABSENT else each for each in (old, new))
        name = ".".join(path)
        rules = tuple(rule for rule, page in self.new_rules.items() if name in page.settings)
        direction = of_change(path, schema, old, new)
        yield self._change(name, direction, (values[0], values[1]), path, rules)

    def _change(
        self, what: str, direction: Direction, values: tuple[Any, Any], path: JsonPath, rules: tuple[str, ...]
    ) -> Change:
        return Change(
            what=what,
            direction=direction,
            old=values[0],
            new=values[1],
            old_line=line_of(self.old, path),
            new_line=line_of(self.new, path),
            rules=rules,
        )

    def _both(self) -> list[str]:
        return [rule for rule in self.old_rules if rule in self.new_rules]


def _weight(effective: EffectivePolicy, rule: Rule) -> str:
    return str(effective.policy.rules.get(rule.id, rule.severity))


def _is_fixed(rule: str, weight: str) -> bool:
    """Whether PRISM says by itself what follows: a check that did not run to its end holds."""
    return rule.startswith("host/") and weight == Severity.ERROR


def _outcome(verdict: VerdictPolicy, weight: str) -> Outcome:
    if weight in verdict.reject:
        return Outcome.REJECTED
    return Outcome.HELD if weight in verdict.hold else Outcome.APPROVED


def _said(weight: str, outcome: Outcome) -> str:
    words = {Outcome.REJECTED: "rejects", Outcome.HELD: "holds", Outcome.APPROVED: "does not count"}
    return "off" if weight == "off" else f"{weight}, {words[outcome]}"


def _harsher(old: Outcome, new: Outcome) -> Direction:
    if old is new:
        return Direction.OTHER
    return Direction.STRICTER if HARSHNESS[new] > HARSHNESS[old] else Direction.LOOSER


def _if(is_stricter: bool) -> Direction:
    return Direction.STRICTER if is_stricter else Direction.OTHER


def _with_contents(*effective: EffectivePolicy) -> tuple[dict[str, Any], ...]:
    """The documents, with what stands in the files that they name beside their paths: alike where that is the same."""
    texts: dict[tuple[JsonPath, str], str] = {}
    documents = []
    for each in effective:
        data: Json = dict(each.document)
        for path, content in each.named.items():
            said = texts.setdefault((path, content), f"{value_at(data, path)} ({content[:SHOWN_DIGEST]})")
            data = replaced(data, path, said)
        documents.append(dict(data) if isinstance(data, dict) else {})
    return tuple(documents)


def _identity(plugin: PluginDefinition) -> tuple[str, str]:
    """What tells one plugin from another of the same name; a file is told by what is in it."""
    return plugin.version, plugin.source if plugin.source.startswith("module:") else ""


def _in_force(effective: EffectivePolicy, today: date) -> dict[tuple[str, str], tuple[int, Waiver]]:
    """The waivers that have an effect, by what they are about, with their place in the list: the one that lasts."""
    found: dict[tuple[str, str], tuple[int, Waiver]] = {}
    for index, each in enumerate(effective.policy.waivers):
        key = (each.rule, each.file or each.project or "")
        if not is_expired(each, today) and (key not in found or found[key][1].expires < each.expires):
            found[key] = (index, each)
    return found
