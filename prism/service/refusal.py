"""What the queue refuses, each with a stable code; a front end turns them into its own answers.

PrismError
└── RefusalError
    ├── LimitError          too much: try again later
    │   ├── RateLimitError  of one hotkey within an hour
    │   └── QueueFullError  that waits, of one hotkey or of all
    ├── CursorError         this is no place in a list
    ├── HotkeysUnknownError what says who may hand in is not there, or too old
    ├── AdmissionError      who asks may not hand in
    ├── NonceError          a signed request came before
    ├── TimestampError      a signed request is too old, or from the future
    ├── KeyReusedError      an idempotency key was used for other bytes
    ├── NotFoundError       there is no such submission
    ├── StateError          the submission does not stand where this is possible
    └── LeaseLostError      another worker has it by now
"""

from prism.errors import PrismError


class RefusalError(PrismError):
    """Something that the queue does not do as things stand; nothing was changed."""

    code = "refused"


class LimitError(RefusalError):
    """Too many submissions; ``retry_after_seconds`` says when to try again."""

    def __init__(self, what: str, *, retry_after_seconds: int) -> None:
        super().__init__(what, do=f"try again in {retry_after_seconds} seconds")
        self.retry_after_seconds = retry_after_seconds


class RateLimitError(LimitError):
    """A hotkey has handed in as much within an hour as it may."""

    code = "rate-limited"


class QueueFullError(LimitError):
    """As much of a hotkey, or of all, is waiting as may."""

    code = "queue-full"


class CursorError(RefusalError):
    """What was given as the cursor of a page is none."""

    code = "cursor-invalid"


class KeyReusedError(RefusalError):
    """The same idempotency key came with other bytes."""

    code = "idempotency-key-reused"


class HotkeysUnknownError(RefusalError):
    """A list of hotkeys is not there, cannot be read, or is too old; nobody is admitted by guess."""

    code = "hotkeys-unknown"


class AdmissionError(RefusalError):
    """The hotkey is blocked, or not among those that may hand in."""

    code = "hotkey-not-admitted"


class NonceError(RefusalError):
    """A signed request has a nonce that came before."""

    code = "nonce-used"


class TimestampError(RefusalError):
    """A signed request is too old, or from the future."""

    code = "timestamp-stale"


class NotFoundError(RefusalError):
    """There is no submission with this id."""

    code = "submission-not-found"


class StateError(RefusalError):
    """The submission has moved on, or is not held, or is running."""

    code = "submission-state"


class LeaseLostError(RefusalError):
    """The lease has been given to another, or the submission was taken out of the queue."""

    code = "lease-lost"
