"""What the service is told: every setting with its default, its bounds and its meaning.

:mod:`prism.service.setting_sources` reads them from the environment, from secret files and from a TOML file.
"""

import enum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from prism.errors import PrismError
from prism.service.limits import QueueLimits

KIB: Final = 1024


class Headers(enum.StrEnum):
    """How Platform names its headers; its older and newer releases differ."""

    PLATFORM = "platform"
    BASE = "base"


TOKEN_FILES: Final = {
    Headers.PLATFORM: "/run/secrets/platform/challenge_token",
    Headers.BASE: "/run/secrets/base/challenge_token",
}
"""Where Platform puts the token that it shares with a challenge."""


class SettingsError(PrismError):
    """Settings of the service that cannot be used; ``problems`` holds all that is wrong with them."""

    code = "settings-invalid"
    exit_code = 2


class PublicSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may hand in directly, where that is on."""

    netuid: Annotated[
        Annotated[int, Meta(ge=0, le=65_535)] | None,
        Meta(description="Number of the subnet, which miners sign. Needed where miners may hand in directly."),
    ] = None
    window_seconds: Annotated[
        int, Meta(ge=1, le=3_600, description="How far a request's timestamp may be from this machine's clock.")
    ] = 300
    allowed_hotkeys_file: Annotated[
        str, Meta(description="File with the only hotkeys that may hand in; read again when it changes.")
    ] = ""
    blocked_hotkeys_file: Annotated[
        str, Meta(description="File with hotkeys that may not hand in; read again when it changes.")
    ] = ""
    registered_hotkeys_file: Annotated[
        str, Meta(description="File with the hotkeys that are registered, which something keeps up to date.")
    ] = ""
    registered_hotkeys_url: Annotated[
        str,
        Meta(pattern="^(https?://[A-Za-z0-9][!-Z^-~]*)?$", description="The same at an address that is asked for it."),
    ] = ""
    registered_seconds: Annotated[
        int,
        Meta(ge=10, le=604_800, description="How old that file or answer may be; after that nobody is admitted."),
    ] = 3_600


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The service's settings in force."""

    # What it works with.
    policy: Annotated[str, Meta(min_length=1, description="A shipped policy by name, or a policy file.")] = "default"
    database_url: Annotated[
        str,
        Meta(min_length=1, description="The store: a file, postgresql://USER@HOST/DATABASE, or default."),
    ] = "default"
    database_url_file: Annotated[
        str, Meta(description="File that holds database_url, for an address with a password in it.")
    ] = ""

    # Who it is.
    slug: Annotated[
        str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$", description="Name of the challenge on Platform.")
    ] = "prism"
    headers: Annotated[
        Headers,
        Meta(description="Generation of Platform's header names, X-Platform- or X-Base-; no other is believed."),
    ] = Headers.PLATFORM
    ss58_format: Annotated[
        int, Meta(ge=0, le=16_383, description="Network prefix that a hotkey's SS58 address must have.")
    ] = 42

    epoch_seconds: Annotated[
        int, Meta(ge=1, le=31_536_000, description="Length of the epochs that the weights are numbered by.")
    ] = 3_600

    # What it shares with Platform.
    shared_token: Annotated[
        str, Meta(description="Token that opens the internal routes. Better in a file: see shared_token_file.")
    ] = ""
    shared_token_file: Annotated[
        str, Meta(description="File with that token, read again when it changes. Empty: where Platform puts it.")
    ] = ""
    token_overlap_seconds: Annotated[
        int, Meta(ge=0, le=3_600, description="How long the old token is taken beside a new one.")
    ] = 60

    # Where it listens, and what one client may take.
    host: Annotated[str, Meta(min_length=1, description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")] = 8000
    connections: Annotated[
        int, Meta(ge=8, le=65_536, description="Open connections; whoever comes on top is answered 503.")
    ] = 512
    body_bytes: Annotated[
        int, Meta(ge=KIB, le=64 * KIB * KIB, description="Bytes of one upload; more is answered 413.")
    ] = 2_000_000
    body_seconds: Annotated[
        float, Meta(gt=0, le=3_600, description="Seconds for the whole of one upload; longer is answered 408.")
    ] = 30
    head_seconds: Annotated[
        float, Meta(gt=0, le=600, description="Seconds for a request's line and headers; longer ends the connection.")
    ] = 10
    head_bytes: Annotated[
        int, Meta(ge=KIB, le=KIB * KIB, description="Bytes of a request's line and headers; more is answered 400.")
    ] = 16 * KIB
    idle_seconds: Annotated[
        int, Meta(ge=1, le=600, description="Seconds that a connection may stay open between two requests.")
    ] = 15
    shutdown_seconds: Annotated[
        int, Meta(ge=1, le=3_600, description="Seconds that requests under way get when the service ends.")
    ] = 30

    # Who watches it.
    metrics_on_loopback: Annotated[
        bool,
        Meta(description="Whether programs on this machine read /metrics without the token; not through a proxy."),
    ] = True

    traces_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^\s@?#]+)?$",
            max_length=2_000,
            description="Where an OpenTelemetry receiver takes traces over HTTP, `http://HOST:4318/v1/traces`. "
            "Empty: there are no traces.",
        ),
    ] = ""

    # How much is taken in, and how it is worked off.
    queue: QueueLimits = QueueLimits()
    concurrency: Annotated[
        int, Meta(ge=1, le=256, description="Submissions that one worker process reviews and runs at a time.")
    ] = 1
    grace_seconds: Annotated[
        float,
        Meta(
            ge=0,
            le=86_400,
            description="Seconds that submissions under way get to end when a worker is told to; then they are given "
            "back.",
        ),
    ] = 30

    # How it is deployed.
    public_submissions: Annotated[
        bool, Meta(description="Whether miners may hand in directly, besides through Platform.")
    ] = False
    public: PublicSettings = PublicSettings()
    replicas: Annotated[
        int,
        Meta(ge=1, le=10_000, description="Processes of API and workers that use the store, over all machines."),
    ] = 1


SECRETS: Final = ("shared_token", "database_url")
"""Settings that may hold a secret. For each there is another, its name with ``_file``, that names a file with it."""
