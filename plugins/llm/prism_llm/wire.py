"""What crosses between the worker and the reviewer's process: frames of JSON, an order one way, a result the other."""

from typing import Literal

import msgspec

from prism_llm.exchange import MAX_ANSWER_BYTES, Count, FailureKind, Request, Way

ORDER_BOUND = 1 << 24
RESULT_BOUND = 6 * MAX_ANSWER_BYTES + 65_536
"""JSON may write a byte of an answer as six."""
MAX_MESSAGE = 500
"""Characters of what went wrong."""


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One attempt to get an answer from one model."""

    model: str
    api_base: str
    key: str
    temperature: float
    seed: int
    output_tokens: Count
    answers_by: Literal["auto"] | Way
    seconds: float
    """After which the attempt is given up."""
    request: Request


class Ready(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="ready"):
    """The process takes orders."""


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="said"):
    """The model gave one JSON object."""

    text: str
    way: Way
    input_tokens: Count = 0
    output_tokens: Count = 0


class Failed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="failed"):
    """The attempt gave no answer."""

    kind: FailureKind
    message: str
    retry_after: float | None = None
    """Seconds that the provider asks to be left alone for."""
    input_tokens: Count = 0
    output_tokens: Count = 0


Result = Ready | Said | Failed

_results: msgspec.json.Decoder[Result] = msgspec.json.Decoder(Result)
_orders = msgspec.json.Decoder(Order)


def result_of(frame: bytes) -> Result:
    """A frame from the reviewer's process.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _results.decode(frame)


def order_of(frame: bytes) -> Order:
    """A frame from the worker."""
    return _orders.decode(frame)
