"""The plugin: its settings, and what a notice says."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prism.hookspecs import hookimpl
from prism.submission import Submission, SubmissionStatus

if TYPE_CHECKING:
    from prism.webhook.outbox import Outbox

_HERE: Final = r"(localhost|127\.[0-9.]+|\[::1\])"
_REST: Final = r"(:[0-9]{1,5})?(/[!-\"$-;=A-Z\[-~]*)?$"
SETTINGS: dict[str, Any] = {
    "type": "object",
    "description": "A receiver that is told of each change of a submission, with a signature.",
    "additionalProperties": False,
    "required": ["url", "secret_file"],
    "properties": {
        "url": {
            "type": "string",
            "maxLength": 2_000,
            "pattern": rf"^(https://[A-Za-z0-9.\[\]:-]*[A-Za-z0-9\]]|http://{_HERE}){_REST}",
            "description": "Where notices are sent: https, or http on this machine. No redirect is followed.",
        },
        "secret_file": {
            "type": "string",
            "minLength": 1,
            "x-prism-file": "place",
            "description": "File with the secret that signs notices, at least 16 bytes, relative to the policy. It is "
            "read again for each notice.",
        },
        "statuses": {
            "type": "array",
            "items": {"enum": [str(status) for status in SubmissionStatus]},
            "uniqueItems": True,
            "description": "What is told of; left out: completed, failed, held and rejected.",
        },
        "attempts": {
            "type": "integer",
            "minimum": 1,
            "maximum": 20,
            "description": "How often a notice is sent at most; 6 if left out. The waits in between double, from a "
            "second to a minute.",
        },
        "seconds": {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 60,
            "description": "How long the receiver may be silent; 10 if left out.",
        },
        "waiting": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100_000,
            "description": "Notices that may wait in one process; 1000 if left out. What comes on top is dropped.",
        },
    },
}
ENDED: Final = ("completed", "failed", "held", "rejected")


class WebhookPlugin:
    """Tells a receiver of changes."""

    name = "webhook"
    settings_schema = SETTINGS

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the settings; without any, as for a list of what is installed, there is nobody to be told."""
        self._statuses = frozenset(settings.get("statuses", ENDED))
        self._outbox = _outbox(settings) if settings else None
        self.unused_hooks = () if settings else ("prism_submission_changed",)

    @hookimpl
    def prism_submission_changed(self, submission: Submission) -> None:
        """Have a notice sent; nobody waits for it, and nothing depends on it."""
        if self._outbox is not None and str(submission.status) in self._statuses:
            from prism.webhook.outbox import Notice

            delivery = str(uuid.uuid4())
            self._outbox.put(Notice(delivery, submission.id, notice(submission, delivery)))


def _outbox(settings: Mapping[str, Any]) -> "Outbox":
    from prism.webhook.outbox import Outbox
    from prism.webhook.receiver import Receiver

    receiver = Receiver(settings["url"], Path(settings["secret_file"]), settings.get("seconds", 10))
    return Outbox(receiver.post, waiting=settings.get("waiting", 1_000), attempts=settings.get("attempts", 6))


def notice(submission: Submission, delivery: str) -> bytes:
    """What is sent about a change: JSON in ASCII."""
    told = {
        "event": "submission.changed",
        "delivery": delivery,
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "submission": {
            "id": submission.id,
            "hotkey": submission.hotkey,
            "status": str(submission.status),
            "project_digest": submission.project_digest,
            "reason": submission.reason,
        },
    }
    return json.dumps(told).encode()
