"""What a policy can get wrong that no schema can say.

Each check takes the effective data, which the schema may have complained about already: what has the wrong type is
passed over, so that everything that is wrong is reported in one go.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from prism.document import Json, JsonPath, shown, spelled_path
from prism.plain_schema import is_plain
from prism.policy.layers import value_at
from prism.policy.metric_names import name_fault
from prism.policy.severities import CORE_PREFIXES, RULE_CHOICES, is_harsher, is_milder
from prism.rule import Rule
from prism.schema_problems import Complaint, did_you_mean, shorten

_SMALLER_FIRST: Final = (
    (("intake", "file_bytes"), ("intake", "total_bytes")),
    (("intake", "name_bytes"), ("intake", "path_bytes")),
    (("guard", "plugin_seconds"), ("guard", "wall_seconds")),
)


def complaints_about_meaning(data: Json, rules: Mapping[str, Rule], silent: frozenset[str]) -> Iterator[Complaint]:
    """Everything that is wrong with a policy's meaning.

    Args:
        data: the effective policy, whatever its state.
        rules: the rules of PRISM and of the selected plugins, by id.
        silent: names of plugins that could not be asked for their rules.
    """
    yield from _about_rules(data, rules, silent)
    yield from _about_waivers(data, rules, silent)
    yield from _about_verdict(data)
    yield from _about_plugins(data)
    yield from _about_limits(data)
    yield from _about_metrics(data)
    yield from _about_score(data)


def _about_rules(data: Json, rules: Mapping[str, Rule], silent: frozenset[str]) -> Iterator[Complaint]:
    for name, choice in _object(value_at(data, ("rules",))).items():
        path: JsonPath = ("rules", name)
        yield from _about_rule_id(path, name, rules, silent)
        if name in rules and choice in RULE_CHOICES:
            yield from _about_choice(path, rules[name], str(choice))


def _about_choice(path: JsonPath, rule: Rule, choice: str) -> Iterator[Complaint]:
    """What a policy may not make of a rule."""
    if rule.id.startswith(CORE_PREFIXES) and is_milder(choice, rule.severity):
        what = f"the rule {shown(rule.id)} may not be made milder: what it reports was not reviewed"
        yield Complaint(path, what, f"leave it out, or write {rule.severity.value!r}")
    elif rule.lowest and is_milder(choice, rule.lowest):
        what = f"the rule {shown(rule.id)} may not be made milder under the settings of its plugin"
        yield Complaint(path, what, f"leave it out, or write {rule.lowest.value!r}, or change those settings")
    elif rule.highest and is_harsher(choice, rule.highest):
        what = f"the rule {shown(rule.id)} may not be made harsher under the settings of its plugin"
        yield Complaint(path, what, f"leave it out, or write {rule.highest.value!r}, or change those settings")


def _about_rule_id(path: JsonPath, name: str, rules: Mapping[str, Rule], silent: frozenset[str]) -> Iterator[Complaint]:
    plugin = name.partition("/")[0]
    if name in rules or plugin in silent:
        return
    if any(known.startswith(f"{plugin}/") for known in rules):
        hint = f"{did_you_mean(name, rules)}see `prism rules list`"
    else:
        hint = f"{did_you_mean(name, rules)}select the plugin {shown(plugin)}, or leave this out"
    yield Complaint(path, f"no selected plugin has a rule {shown(name)}", hint)


def _about_waivers(data: Json, rules: Mapping[str, Rule], silent: frozenset[str]) -> Iterator[Complaint]:
    for index, waiver in enumerate(_list(value_at(data, ("waivers",)))):
        path: JsonPath = ("waivers", index)
        fields = _object(waiver)
        rule = fields.get("rule")
        if isinstance(rule, str):
            yield from _about_rule_id((*path, "rule"), rule, rules, silent)
            if rule.startswith(CORE_PREFIXES) or (rule in rules and not rules[rule].is_waivable):
                what = f"findings of {shown(rule)} cannot be waived: what it reports was not reviewed"
                yield Complaint((*path, "rule"), what, "take the waiver out")
        if fields and ("file" in fields) == ("project" in fields):
            said = "both a file and a project" if "file" in fields else "neither a file nor a project"
            yield Complaint(path, f"the waiver names {said}", "write exactly one of `file` and `project`")
        expires = fields.get("expires")
        if isinstance(expires, str) and not _is_date(expires):
            what = f"{shown(expires)} is no day of the calendar"
            yield Complaint((*path, "expires"), what, "write the last day as YYYY-MM-DD")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _about_verdict(data: Json) -> Iterator[Complaint]:
    reject, hold = (_list(value_at(data, ("verdict", key))) for key in ("reject", "hold"))
    for index, severity in enumerate(hold):
        if severity in reject:
            what = f"{shown(severity)} both rejects and holds"
            yield Complaint(("verdict", "hold", index), what, "write it in one of the two lists")
    if value_at(data, ("verdict",)) is not None and "error" not in [*reject, *hold]:
        what = "errors neither reject nor hold, so everything would be approved"
        yield Complaint(("verdict",), what, "write 'error' in `reject` or `hold`")


def _about_plugins(data: Json) -> Iterator[Complaint]:
    selected = _object(value_at(data, ("plugins",)))
    for index, name in enumerate(_list(value_at(data, ("blocked_plugins",)))):
        if isinstance(name, str) and name in selected:
            what = f"the plugin {shown(name)} is both selected and blocked"
            yield Complaint(("blocked_plugins", index), what, "unblock it here, or write null for it under `plugins`")


def _about_limits(data: Json) -> Iterator[Complaint]:
    for small, large in _SMALLER_FIRST:
        low, high = value_at(data, small), value_at(data, large)
        if isinstance(low, int) and isinstance(high, int) and low > high:
            names = [".".join(path) for path in (small, large)]
            what = f"`{names[0]}` ({low}) is more than `{names[1]}` ({high}), so it limits nothing"
            yield Complaint(small, what, f"write at most {high}, or raise `{names[1]}`")


def _about_metrics(data: Json) -> Iterator[Complaint]:
    place: tuple[str, ...] = ("runner", "metrics_schema")
    schema = value_at(data, place) or {}
    if fault := schema_fault(schema):
        yield Complaint(place, f"this is no JSON Schema (2020-12): {fault}", "mend the schema")
    for name in _object(_object(schema).get("properties")):
        if fault := name_fault(name):
            what = f"no run can report a metric called {shown(name)}: {fault}"
            yield Complaint((*place, "properties", name), what, "rename it, in the evaluator too")


def _about_score(data: Json) -> Iterator[Complaint]:
    worst, best = value_at(data, ("score", "worst")), value_at(data, ("score", "best"))
    if isinstance(worst, int | float) and worst == best:
        yield Complaint(("score", "best"), "the best and the worst metric are the same", "write two numbers")


def schema_fault(schema: object) -> str:
    """In words why something is no JSON Schema of draft 2020-12; empty when it is one."""
    if is_plain(schema):
        return ""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)  # type: ignore[arg-type] # whether it is one is the question
    except SchemaError as error:
        return f"{shorten(spelled_path(tuple(error.absolute_path)))}: {shorten(error.message)}"
    return ""


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
