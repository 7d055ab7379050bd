"""What is unsafe about a set-up in production: named before the service starts, and not when it is too late."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from prism.errors import PrismError, StoreError
from prism.service.setting_sources import Effective, text_of
from prism.service.settings import PublicSettings
from prism.service.shared_token import token_file
from prism.store import address

if TYPE_CHECKING:
    from prism.policy.loading import EffectivePolicy
    from prism.service.policy_in_force import PolicyInForce

LEAST_TOKEN: Final = 24
"""Characters of a token that nobody can try out: 96 bits in hexadecimal digits."""
BROKER_TOKEN_FILE: Final = "PRISM_BROKER_TOKEN_FILE"  # noqa: S105 - a name

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Danger(NamedTuple):
    """One thing that is unsafe, and what to do about it."""

    code: str
    what: str
    do: str


def dangers(effective: Effective, policy: "PolicyInForce") -> tuple[Danger, ...]:
    """Everything about the settings, the files that they name and the policy that is unsafe in production."""
    found = [*_of_secrets(effective), *_of_deployment(effective), *_of_policy(policy)]
    return (*found, *_of_corpus(effective, policy.current()))


def _of_secrets(effective: Effective) -> Iterator[Danger]:
    settings = effective.settings
    if effective.is_inline("shared_token"):
        what = f"the token stands in {effective.stated['shared_token'].source}, where every process can see it"
        yield Danger("inline-token", what, "write it into a file and name that in PRISM_SHARED_TOKEN_FILE")
    token = settings.shared_token or _content(token_file(settings))
    if not token:
        what = "there is no token, so that every internal route answers 503"
        yield Danger("no-token", what, f"write one into {token_file(settings)}, or name another file")
    elif len(token) < LEAST_TOKEN:
        yield Danger(
            "weak-token", f"the token has less than {LEAST_TOKEN} characters", "make one: openssl rand -hex 32"
        )
    if effective.is_inline("database_url") and _has_password(settings.database_url):
        what = f"the database's password stands in {effective.stated['database_url'].source}"
        yield Danger("inline-database-password", what, "write the address into a file: PRISM_DATABASE_URL_FILE")
    for file in _secret_files(effective):
        if _is_readable_by_others(file):
            yield Danger("secret-file-readable", f"everybody on this machine can read {file}", f"chmod o-rwx {file}")


def _secret_files(effective: Effective) -> Iterator[Path]:
    settings = effective.settings
    if not settings.shared_token:
        yield token_file(settings)
    for name in (settings.database_url_file, os.environ.get(BROKER_TOKEN_FILE, "")):
        if name:
            yield Path(name)


def _content(file: Path) -> str:
    try:
        return text_of(file).strip()
    except (OSError, ValueError):
        return ""


def _is_readable_by_others(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & stat.S_IRWXO)
    except OSError:
        return False


def _has_password(database_url: str) -> bool:
    return address.parse(database_url).password is not None


def _of_deployment(effective: Effective) -> Iterator[Danger]:
    settings = effective.settings
    has_token = bool(settings.shared_token or _content(token_file(settings)))
    if settings.public_submissions and has_token:
        what = "miners can hand in directly although Platform hands over what it has verified"
        yield Danger("public-beside-bridge", what, "set PRISM_PUBLIC_SUBMISSIONS=false")
    if settings.public_submissions:
        yield from _of_public(settings.public)
    if settings.replicas > 1 and address.parse(settings.database_url).drivername == "sqlite":
        what = f"{settings.replicas} processes are to share one SQLite file"
        yield Danger("sqlite-replicas", what, "use PostgreSQL: PRISM_DATABASE_URL_FILE")


def _of_public(public: PublicSettings) -> Iterator[Danger]:
    named = (public.allowed_hotkeys_file, public.registered_hotkeys_file, public.registered_hotkeys_url)
    if not any(named):
        what = "whoever makes a key may hand in, as many keys as he makes"
        yield Danger("public-for-everybody", what, "name the hotkeys: PRISM_PUBLIC_REGISTERED_HOTKEYS_FILE")
    source = urlsplit(public.registered_hotkeys_url)
    if source.scheme == "http" and source.hostname not in LOOPBACK:
        what = "the registered hotkeys come without TLS: whoever is in between names them"
        yield Danger("registered-without-tls", what, "use https in PRISM_PUBLIC_REGISTERED_HOTKEYS_URL")


def _of_policy(policy: "PolicyInForce") -> Iterator[Danger]:
    effective = policy.current()
    if not policy.host().implementers("prism_review"):
        yield Danger("review-off", "no model gives its opinion", "select the llm plugin in the policy, and a mode")
    broker = effective.policy.runner.broker
    engine = str(broker.settings.get("base_url") or os.environ.get("DOCKER_HOST", ""))
    if broker.kind == "docker" and not engine.startswith(("tcp://", "ssh://")):
        what = "submissions run in containers of this machine's own engine, beside the service"
        yield Danger("local-execution", what, "use Platform's broker, or an engine on another machine")


def _of_corpus(effective: Effective, policy: "EffectivePolicy") -> Iterator[Danger]:
    """Without public code in the store, what everybody starts from makes honest submissions match each other."""
    from prism.store import open_store

    choice = policy.policy.plugins.get("similarity")
    named = list(choice.settings.get("references", ())) if choice else []
    do = "prism snapshots add --reference NAME, and name it in plugins.similarity.settings.references"
    if not named:
        yield Danger("no-reference-corpus", "the policy names no reference set", do)
        return
    try:
        with open_store(effective.settings.database_url, must_exist=True) as store:
            known = {name for name, _, count in store.reference_sets() if count}
    except StoreError as error:
        yield Danger(error.code, f"the store cannot be asked for its reference sets: {error.what}", error.do)
        return
    for name in named:
        if str(name).partition("@")[0] not in known:
            yield Danger("no-reference-corpus", f"the store has no reference set {name!r}", do)


class UnsafeError(PrismError):
    """The service was told to start for production, and its set-up is unsafe; ``problems`` holds all of it."""

    code = "unsafe-for-production"
    exit_code = 2
