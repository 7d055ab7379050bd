"""From a policy file to a policy in force: read, composed, checked, filled in, named by a digest.

Either everything about the policy is right, or nothing is loaded and every problem is reported.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from prism.document import Json, JsonPath, shown
from prism.errors import PolicyError, Problem
from prism.policy.checks import complaints_about_meaning
from prism.policy.contents import content_now, file_content
from prism.policy.digest import policy_digest
from prism.policy.filling import filled
from prism.policy.layers import Layers, read_layers, value_at
from prism.policy.model import Policy
from prism.policy.named_files import NamedFile, marked, replaced
from prism.policy.schema import composed_schema
from prism.policy.selection import Selection, complaints_about_settings, rules_of, select_plugins
from prism.policy.waivers import is_expired
from prism.schema_problems import Complaint, complaints_of

if TYPE_CHECKING:
    from prism.plugin import PluginDefinition
    from prism.rule import Rule

TRAIN_TEXT: Final = ("runner", "evaluation", "train_text")
HELDOUT_TEXT: Final = ("runner", "evaluation", "heldout_text")
BROKER_SETTINGS: Final = ("runner", "broker", "settings")


class EffectivePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy in force: ``extends`` resolved, defaults filled in, everything checked."""

    policy: Policy
    """In it the files that plugins' settings name are absolute paths."""
    digest: str
    """See :mod:`prism.policy.digest`."""
    document: Mapping[str, Any]
    """The policy as data, defaults written out: a valid policy that extends nothing; paths stay as they were stated."""
    sources: tuple[Path, ...]
    """The files it was read from, the outermost base first."""
    plugins: "Mapping[str, PluginDefinition]"
    """The selected plugins by name."""
    train_text: Path | None
    """The operator's own training text; ``None`` means the bundled one."""
    heldout_text: Path | None
    """The operator's own held-out text; ``None`` means the bundled one."""
    contents: "Mapping[str, Mapping[Path, str]]"
    """By plugin, what stands in the digest for each file that its settings name and whose content counts."""
    named: Mapping[JsonPath, str]
    """By place in the document, what stands in the digest for each file that is named there."""
    layers: Layers

    @property
    def has_changed(self) -> bool:
        """Whether one of the files in ``contents`` holds something else by now, or cannot be read."""
        return any(content_now(file) != content for files in self.contents.values() for file, content in files.items())

    def warnings(self, today: date) -> tuple[Problem, ...]:
        """What is worth a look although the policy is valid: expired waivers (UTC), and code nobody looks at."""
        unusual = [
            Complaint(
                ("waivers", index, "expires"),
                f"the waiver of {waiver.rule} expired on {waiver.expires}: it has no effect",
                "take it out, or renew it after another look",
            )
            for index, waiver in enumerate(self.policy.waivers)
            if is_expired(waiver, today)
        ]
        if not self.policy.plugins:
            what = "no plugin is selected: the code of a submission is not looked at"
            unusual.append(Complaint(("plugins",), what, "select plugins, or extend a shipped policy"))
        return self.layers.problems(unusual)


def load(reference: str | Path) -> EffectivePolicy:
    """The policy in force for a shipped policy's name, or for a policy file.

    Raises:
        PolicyError: it cannot be used; ``problems`` holds everything that is wrong with it.
    """
    return in_force(read_layers(reference))


def in_force(layers: Layers) -> EffectivePolicy:
    """The policy in force for layers that were read already.

    Raises:
        PolicyError: it cannot be used; ``problems`` holds everything that is wrong with it.
    """
    stated = layers.data
    selection = select_plugins(layers, stated)
    schema = composed_schema(selection.schemas, broker=selection.broker)
    data = filled(stated, schema)
    complaints = list(selection.complaints)
    complaints += complaints_of(data, schema)
    settings_files = dict(_settings_files(selection, layers, data))
    located = data
    for path, file in settings_files.items():
        located = replaced(located, path, str(file.path))
    files = {path: layers.origin(path).folder / name for path, name in _texts(data)}
    counted = {path: file.path for path, file in settings_files.items() if file.is_content}
    contents, absent = _read_contents(files | counted)
    complaints += absent
    complaints += complaints_about_meaning(data, *_rules(selection, located, complaints))
    if complaints or not isinstance(data, dict):
        raise _refused(layers.reference, layers.problems(complaints))
    named = contents | _plugin_contents(selection)
    return EffectivePolicy(
        policy=msgspec.convert(located, Policy),
        digest=policy_digest(data, named),
        document=data,
        sources=tuple(layer.file for layer in layers.files if layer.is_file),
        plugins=selection.plugins,
        train_text=files.get(TRAIN_TEXT),
        heldout_text=files.get(HELDOUT_TEXT),
        contents=_by_plugin(counted, contents),
        named=named,
        layers=layers,
    )


def _rules(selection: Selection, data: Json, complaints: list[Complaint]) -> "tuple[dict[str, Rule], frozenset[str]]":
    """The rules a policy may name, and the plugins that could not be asked; adds what is wrong with those."""
    from prism.core_rules import CORE_RULES
    from prism.intake import INTAKE_RULES

    rules = {rule.id: rule for rule in (*CORE_RULES, *INTAKE_RULES)}
    section = value_at(data, ("plugins",))
    silent = set(section if isinstance(section, dict) else ()) - set(selection.plugins)
    for name, definition in selection.plugins.items():
        if any(complaint.path[:2] == ("plugins", name) for complaint in complaints):
            silent.add(name)  # with settings that are wrong it has nothing to say
            continue
        found = complaints_about_settings(definition, _settings(data, name))
        if found:
            complaints += found
            silent.add(name)
            continue
        answer = rules_of(definition, _settings(data, name))
        if isinstance(answer, Complaint):
            complaints.append(answer)
            silent.add(name)
        else:
            rules |= {rule.id: rule for rule in answer}
    return rules, frozenset(silent)


def _settings(data: Json, name: str) -> Mapping[str, Any]:
    settings = value_at(data, ("plugins", name, "settings"))
    return settings if isinstance(settings, dict) else {}


def _texts(data: Json) -> Iterator[tuple[JsonPath, str]]:
    """The evaluation texts that the policy names."""
    for path in (TRAIN_TEXT, HELDOUT_TEXT):
        value = value_at(data, path)
        if isinstance(value, str) and value:
            yield path, value


def _settings_files(selection: Selection, layers: Layers, data: Json) -> Iterator[tuple[JsonPath, NamedFile]]:
    """The files that the settings of plugins and of the broker name, by where they are named."""
    sections: list[tuple[JsonPath, Mapping[str, Any] | None]] = [
        (("plugins", name, "settings"), schema) for name, schema in selection.schemas.items()
    ]
    for section, schema in [*sections, (BROKER_SETTINGS, selection.broker)]:
        for below, text, is_content in marked(value_at(data, section), schema):
            path: JsonPath = (*section, *below)
            file = (layers.origin(path).folder / text).absolute()
            yield path, NamedFile(path=file, is_content=is_content)


def _by_plugin(files: Mapping[JsonPath, Path], contents: Mapping[JsonPath, str]) -> dict[str, dict[Path, str]]:
    found: dict[str, dict[Path, str]] = {}
    for path, file in files.items():
        if path[0] == "plugins":
            found.setdefault(str(path[1]), {})[file] = contents[path]
    return found


def _read_contents(files: Mapping[JsonPath, Path]) -> tuple[dict[JsonPath, str], list[Complaint]]:
    """What stands in the digest for each file, and which of them cannot be read."""
    contents: dict[JsonPath, str] = {}
    complaints: list[Complaint] = []
    for path, file in files.items():
        try:
            contents[path] = file_content(file)
        except (OSError, ValueError) as error:
            what = f"{shown(str(file), 200)} cannot be read: {getattr(error, 'strerror', None) or 'it is no path'}"
            complaints.append(Complaint(path, what, "write the path of a file, relative to this policy file"))
    return contents, complaints


def _plugin_contents(selection: Selection) -> dict[JsonPath, str]:
    """What stands in the digest for a plugin's file: its version, which is the digest of the file."""
    return {
        ("plugins", name, "from"): definition.version
        for name, definition in selection.plugins.items()
        if definition.source and not definition.source.startswith("module:")
    }


def _refused(reference: str | Path, problems: tuple[Problem, ...]) -> PolicyError:
    count = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
    return PolicyError(
        f"the policy {str(reference)!r} has {count}",
        where=problems[0].where,
        do="mend what is listed; `prism policy check` shows it again",
        problems=problems,
    )
