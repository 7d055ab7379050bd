"""The Docker broker's settings: what a policy may say about one engine, checked before they come here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

SHIPPED_SECCOMP = Path(__file__).parent / "seccomp.json"
"""The system call profile that every container gets unless the policy names another; its comments say why."""

_DIGEST = "sha256:[0-9a-f]{64}"

BROKER_SETTINGS: dict[str, Any] = {
    "type": "object",
    "description": "A Docker engine on this machine or behind a tunnel.",
    "additionalProperties": False,
    "properties": {
        "base_url": {
            "type": "string",
            "pattern": "^(unix://|tcp://)",
            "description": "The engine's address. Left out: DOCKER_HOST, or the default socket.",
        },
        "runtime": {
            "type": "string",
            "pattern": "^[a-zA-Z0-9_.-]+$",
            "description": "OCI runtime known to the engine, such as `runsc`. Left out: the engine's default.",
        },
        "seccomp": {
            "type": "string",
            "minLength": 1,
            "x-prism-file": "content",
            "description": "File with a system call profile to use instead of PRISM's own, relative to the policy.",
        },
        "images": {
            "type": "array",
            "items": {"type": "string", "pattern": f"^([a-z0-9][^@\\s]*(@{_DIGEST})?|{_DIGEST})$"},
            "uniqueItems": True,
            "minItems": 1,
            "description": "The only images that may be run: a name, a name pinned with `@sha256:...`, or an image id. "
            "A digest is the registry's, or for an image that never saw one its id. Left out: any image.",
        },
        "runs": {
            "type": "integer",
            "minimum": 1,
            "maximum": 1024,
            "description": "Runs under way at once on the engine, over all processes that share `lock_folder`. "
            "Left out: 4.",
        },
        "wait_seconds": {
            "type": "integer",
            "minimum": 0,
            "maximum": 86_400,
            "description": "How long a run waits for its turn before it is given up as `runner-busy`. Left out: 600.",
        },
        "gpus": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]*$"},
            "additionalProperties": {
                "type": "array",
                "items": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:/=-]*$"},
                "uniqueItems": True,
                "minItems": 1,
            },
            "description": "GPUs of the engine's host that runs may have: their device ids by type, which is what "
            "`runner.gpu.type` names. A GPU is given to one run at a time. Left out: none.",
        },
        "lock_folder": {
            "type": "string",
            "minLength": 1,
            "x-prism-file": "place",
            "description": "Folder whose locks say which runs and GPUs are taken; the same for all who share the "
            "engine; relative to the policy. Left out: `prism/slots` in this user's XDG state folder.",
        },
    },
}


class DockerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings with their defaults filled in; the schema says what each means."""

    base_url: str = ""
    runtime: str = ""
    seccomp: str = str(SHIPPED_SECCOMP)
    images: tuple[str, ...] = ()
    runs: int = 4
    wait_seconds: int = 600
    gpus: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    lock_folder: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "DockerSettings":
        """The settings of a policy's broker section, which has been validated."""
        return msgspec.convert(dict(settings), cls)
