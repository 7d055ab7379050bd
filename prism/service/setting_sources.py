"""Where settings come from: the environment, secret files, a TOML file, the defaults; the first that says something.

Platform sets some of them under names of its own (``CHALLENGE_...``). What PRISM's own name says counts more.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from prism.errors import Problem
from prism.service.settings import SECRETS, Settings, SettingsError

PREFIX: Final = "PRISM_"
ALIAS_PREFIX: Final = "CHALLENGE_"
ALIASES: Final = ("database_url", "host", "port", "shared_token", "shared_token_file", "slug")
SETTINGS_FILE: Final = "PRISM_SETTINGS_FILE"
OTHER_VARIABLES: Final = ("BLOCKED_PLUGINS", "BROKER_TOKEN", "BROKER_TOKEN_FILE", "DEBUG", "SETTINGS_FILE")
"""Names below the prefix that are no settings of the service."""
MASKED: Final = "********"
MAX_BYTES: Final = 64 * 1024
_ASKED: Final = re.compile(r"\?.+|/[^/@]+(?=@)")
"""What of an address may be a key: its query, and a name with a password."""


class Setting(NamedTuple):
    """One setting that can be stated. Those of a section are called ``section.name``."""

    name: str
    type: Any
    default: object

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that state it, the one that counts most first."""
        name = self.name.replace(".", "_").upper()
        return (PREFIX + name, ALIAS_PREFIX + name) if self.name in ALIASES else (PREFIX + name,)


class Stated(NamedTuple):
    """What one source says about one setting."""

    value: Any
    source: str
    is_from_secret_file: bool = False


class Effective(msgspec.Struct, frozen=True, kw_only=True):
    """The settings in force, and where each comes from."""

    settings: Settings
    stated: Mapping[str, Stated]
    """By name, what was stated; everything else has its default."""
    unknown: tuple[str, ...] = ()
    """Environment variables that look like settings and are none."""

    def is_inline(self, name: str) -> bool:
        """Whether a secret stands in the environment or the settings file, instead of in a file of its own."""
        return name in self.stated and not self.stated[name].is_from_secret_file

    def shown(self) -> tuple[tuple[str, str, str], ...]:
        """Name, value and source of each setting, secrets masked."""
        rows = []
        for setting in known_settings():
            source = self.stated[setting.name].source if setting.name in self.stated else "default"
            rows.append((setting.name, _shown(setting.name, _value(self.settings, setting.name)), source))
        return tuple(rows)


def known_settings() -> tuple[Setting, ...]:
    """Every setting, in the order of the record."""
    return tuple(_settings_of(Settings, ""))


def _settings_of(section: type[msgspec.Struct], prefix: str) -> Iterator[Setting]:
    for field in msgspec.structs.fields(section):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _settings_of(field.type, f"{field.name}.")
        else:
            yield Setting(prefix + field.name, field.type, field.default)


def _value(settings: Settings, name: str) -> object:
    value: object = settings
    for part in name.split("."):
        value = getattr(value, part)
    return value


def read_settings(environment: Mapping[str, str] | None = None, file: Path | None = None) -> Effective:
    """The settings in force.

    Args:
        environment: the process's own if left out.
        file: a TOML file; without it, the one that ``PRISM_SETTINGS_FILE`` names.

    Raises:
        SettingsError: something stated is no setting or has no such value; all of it is in the error's problems.
    """
    environment = os.environ if environment is None else environment
    problems: list[Problem] = []
    place = file or (Path(environment[SETTINGS_FILE]) if environment.get(SETTINGS_FILE) else None)
    stated = _from_toml(place, problems) if place else {}
    stated |= _from_environment(environment)
    stated = _with_secret_files(stated, problems)
    settings = _converted(stated, problems)
    problems += _contradictions(settings) if settings else ()
    if problems or settings is None:
        raise SettingsError(
            "the service's settings cannot be used",
            where=str(place or "the environment"),
            do="see the page of settings in the documentation",
            problems=tuple(problems),
        )
    return Effective(settings=settings, stated=stated, unknown=_unknown_variables(environment))


def _from_toml(file: Path, problems: list[Problem]) -> dict[str, Stated]:
    try:
        read = tomllib.loads(text_of(file))
    except (OSError, ValueError) as error:
        what = f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
        problems.append(Problem(where=str(file), what=what, do="mend it, or name another with --settings"))
        return {}
    known = {each.name for each in known_settings()}
    stated = {name: Stated(value, str(file)) for name, value in _flat(read, "")}
    problems += [_unknown(name, str(file), known) for name in sorted(set(stated) - known)]
    return {name: each for name, each in stated.items() if name in known}


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and not prefix:
            yield from _flat(value, f"{name}.")
        else:
            yield prefix + name, value


def _unknown(name: str, where: str, known: Collection[str]) -> Problem:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "take it out"
    return Problem(where=f"{where}: {name}", what="there is no such setting", do=hint)


def text_of(file: Path) -> str:
    """The text of a small file, in the place of which anything may stand.

    Raises:
        OSError: it cannot be read.
        ValueError: it is too long, or no text.
    """
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
        content = opened.read(MAX_BYTES + 1) or b""
    if len(content) > MAX_BYTES:
        raise ValueError(f"it holds more than {MAX_BYTES} bytes")
    return content.decode()


def _from_environment(environment: Mapping[str, str]) -> dict[str, Stated]:
    """What the environment states; a variable that is empty states nothing."""
    found = {}
    for setting in known_settings():
        stating = [variable for variable in setting.variables if environment.get(variable, "").strip()]
        if stating:
            found[setting.name] = Stated(environment[stating[0]].strip(), stating[0])
    return found


def _unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    known = {variable for setting in known_settings() for variable in setting.variables}
    known |= {PREFIX + name for name in OTHER_VARIABLES}
    return tuple(sorted(name for name in environment if name.startswith(PREFIX) and name not in known))


def _with_secret_files(stated: dict[str, Stated], problems: list[Problem]) -> dict[str, Stated]:
    """Secrets in the place of the names of their files.

    The file of the shared token is not read here: it is read while the service runs, because it changes.
    """
    for name in SECRETS:
        by_file = stated.get(f"{name}_file")
        if by_file is None:
            continue
        if name in stated:
            what = f"{name} and {name}_file are both stated: {stated[name].source} and {by_file.source}"
            problems.append(Problem(where=by_file.source, what=what, do="state one of the two"))
        elif name != "shared_token":
            stated[name] = _secret(by_file, problems)
    return stated


def _secret(by_file: Stated, problems: list[Problem]) -> Stated:
    try:
        text = text_of(Path(str(by_file.value))).strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is too long, or no text"
        problems.append(Problem(where=by_file.source, what=f"the file cannot be read: {why}", do="mend its path"))
        text = ""
    return Stated(text, f"the file in {by_file.source}", is_from_secret_file=True)


def _converted(stated: Mapping[str, Stated], problems: list[Problem]) -> Settings | None:
    """The settings, or what is wrong with them; a secret's value is in no message."""
    values: dict[str, Any] = {}
    for setting in known_settings():
        if setting.name in stated:
            section, _, name = setting.name.rpartition(".")
            target = values.setdefault(section, {}) if section else values
            target[name] = _checked(setting, stated[setting.name], problems)
    return None if problems else msgspec.convert(values, Settings)


def _contradictions(settings: Settings) -> Iterator[Problem]:
    """What is right by itself and not together."""
    if settings.public_submissions and settings.public.netuid is None:
        what = "miners may hand in directly, and what they sign names a subnet"
        yield Problem(where="public.netuid", what=what, do="set PRISM_PUBLIC_NETUID")
    if settings.public.registered_hotkeys_file and settings.public.registered_hotkeys_url:
        what = "registered hotkeys can come from a file or from an address, not from both"
        yield Problem(where="public.registered_hotkeys_url", what=what, do="state one of the two")


def _checked(setting: Setting, stated: Stated, problems: list[Problem]) -> object:
    try:
        # A text of the environment may stand for a number; in TOML a number is a number.
        return msgspec.convert(stated.value, setting.type, strict=stated.source not in setting.variables)
    except msgspec.ValidationError as error:
        do = "see the page of settings in the documentation"
        if str(stated.value).startswith("tcp://"):
            do = "Kubernetes sets this for a service of that name: give the pod `enableServiceLinks: false`"
        problems.append(Problem(where=stated.source, what=f"{setting.name}: {error}", do=do))
        return setting.default


def _shown(name: str, value: object) -> str:
    if name == "database_url" and "://" in str(value):
        return _address(str(value))
    if name == "shared_token" and value:
        return MASKED
    if name == "public.registered_hotkeys_url":  # its owner may know who asks by what stands in it
        return _ASKED.sub(lambda found: found[0][0] + MASKED, str(value))
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _address(url: str) -> str:
    """A store's address without its password."""
    from prism.errors import UsageError
    from prism.store import address

    try:
        return address.shown(address.parse(url))
    except UsageError:
        return MASKED
