"""What is unsafe about a set-up in production: named before the service starts, and not when it is too late."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from prism.errors import PrismError, StoreError
from prism.service.engine_place import is_here
from prism.service.secret_files import exposures
from prism.service.setting_sources import Effective, text_of
from prism.service.settings import PublicSettings
from prism.service.shared_token import token_file
from prism.store import address

if TYPE_CHECKING:
    from prism.policy.loading import EffectivePolicy
    from prism.service.policy_in_force import PolicyInForce

LEAST_TOKEN: Final = 24
"""Characters of a token that nobody can try out: 96 bits in hexadecimal digits."""
LEAST_VARIETY: Final = 8
"""Different characters of a token that was drawn at random; what has less was typed."""
BROKER_TOKEN: Final = "PRISM_BROKER_TOKEN"  # noqa: S105 - a name
BROKER_TOKEN_FILE: Final = "PRISM_BROKER_TOKEN_FILE"  # noqa: S105 - a name
DATABASE_PASSWORD: Final = "PGPASSWORD"  # noqa: S105 - a name
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Danger(NamedTuple):
    """One thing that is unsafe, and what to do about it."""

    code: str
    what: str
    do: str


def dangers(effective: Effective, policy: "PolicyInForce") -> tuple[Danger, ...]:
    """Everything about the settings, the files that they name and the policy that is unsafe in production."""
    in_force = policy.current()
    found = [*_of_secrets(effective), *_of_broker_token(in_force), *_of_files(effective, in_force)]
    found += [*_of_variables(effective), *_of_deployment(effective), *_of_review(policy), *_of_execution(in_force)]
    return (*found, *_of_corpus(effective, in_force))


def _of_secrets(effective: Effective) -> Iterator[Danger]:
    settings = effective.settings
    if effective.is_inline("shared_token"):
        what = f"the token stands in {effective.stated['shared_token'].source}, where every process can see it"
        yield Danger("inline-token", what, "write it into a file and name that in PRISM_SHARED_TOKEN_FILE")
    token = settings.shared_token or _content(token_file(settings))
    if not token:
        what = "there is no token, so that every internal route answers 503"
        yield Danger("no-token", what, f"write one into {token_file(settings)}, or name another file")
    elif len(token) < LEAST_TOKEN or len(set(token)) < LEAST_VARIETY:
        what = f"the token has less than {LEAST_TOKEN} characters, or hardly any that differ: it can be guessed"
        yield Danger("weak-token", what, "make one: openssl rand -hex 32")
    where = _password_in_the_open(effective)
    if where:
        what = f"the database's password stands in {where}"
        yield Danger("inline-database-password", what, "write the address into a file: PRISM_DATABASE_URL_FILE")


def _password_in_the_open(effective: Effective) -> str:
    """Where the database's password can be seen; nothing if it cannot."""
    url = address.parse(effective.settings.database_url)
    if url.drivername != "sqlite" and os.environ.get(DATABASE_PASSWORD):
        return DATABASE_PASSWORD
    has_password = url.password is not None or bool(address.SECRETS & url.query.keys())
    return effective.stated["database_url"].source if has_password and effective.is_inline("database_url") else ""


def _of_broker_token(policy: "EffectivePolicy") -> Iterator[Danger]:
    broker = policy.policy.runner.broker
    if broker.kind == "platform" and not broker.settings.get("token_file") and os.environ.get(BROKER_TOKEN, "").strip():
        what = f"the broker's token stands in {BROKER_TOKEN}, where every process can see it"
        yield Danger("inline-broker-token", what, f"write it into a file and name that in {BROKER_TOKEN_FILE}")


def _of_files(effective: Effective, policy: "EffectivePolicy") -> Iterator[Danger]:
    for file in _secret_files(effective, policy):
        for each in exposures(file):
            if each.is_readable:
                yield Danger("secret-file-readable", each.what, each.do)
            else:
                yield Danger("secret-file-replaceable", each.what, each.do)


def _secret_files(effective: Effective, policy: "EffectivePolicy") -> Iterator[Path]:
    settings, plugins = effective.settings, policy.policy.plugins
    if not settings.shared_token:
        yield token_file(settings)
    webhook = plugins["webhook"].settings if "webhook" in plugins else {}
    named = (
        settings.database_url_file,
        policy.policy.runner.broker.settings.get("token_file"),
        os.environ.get(BROKER_TOKEN_FILE),
        webhook.get("secret_file"),
    )
    yield from (Path(str(name)) for name in named if name)


def _content(file: Path) -> str:
    try:
        return text_of(file).strip()
    except (OSError, ValueError):
        return ""


def _of_variables(effective: Effective) -> Iterator[Danger]:
    """A list of blocked hotkeys, or a bound, that is named wrongly is not in force."""
    for name in effective.unknown:
        what = f"{name} is no setting: what it should keep out is not kept out"
        yield Danger(
            "unknown-variable", what, "mend its name, or take it out; in Kubernetes: enableServiceLinks: false"
        )


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


def _of_review(policy: "PolicyInForce") -> Iterator[Danger]:
    reviewers = policy.host().implementers("prism_review")
    if not reviewers:
        do = "select the llm plugin in the policy, and the mode `required`"
        yield Danger("review-off", "no model gives its opinion", do)
    elif set(reviewers) == {"llm"} and policy.current().policy.plugins["llm"].settings.get("mode") != "required":
        what = "a model is asked, and what it does not answer is approved without"
        yield Danger("review-advisory", what, "set the mode `required` in plugins.llm.settings")


def _of_execution(policy: "EffectivePolicy") -> Iterator[Danger]:
    broker = policy.policy.runner.broker
    engine = str(broker.settings.get("base_url") or os.environ.get("DOCKER_HOST", ""))
    if broker.kind == "docker" and is_here(engine):
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
