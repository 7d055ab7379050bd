"""One question to a model and what comes back: a request, a reply, a failure. Nothing here imports litellm."""

import enum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=0)]
Way = Literal["schema", "object", "tool", "prompt"]
"""How an answer is bound to its schema: structured output as most servers spell it, structured output as servers built
on llama-cpp-python spell it, a tool call, or nothing but words."""
MAX_ANSWER_BYTES = 262_144


class Reviewer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model as the policy describes it; the schema of the settings says what each field means and its default."""

    model: str
    api_base: str = ""
    key_env: str = ""
    key_file: str = ""
    temperature: float = 0.0
    seed: int = 0
    timeout_seconds: float = 120.0
    """For one request, from the first byte sent to the last received."""
    retries: Count = 2
    input_tokens: Count = 32_000
    """The most one request may hold."""
    output_tokens: Count = 4_000
    answers_by: Literal["auto"] | Way = "auto"
    """How the answer is bound to its schema: ``auto`` tries ``schema``, then ``tool``, then ``prompt``."""
    usd_per_million_input: float | None = None
    usd_per_million_output: float | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked: instructions, data, and the JSON Schema (2020-12) of the answer."""

    system: str
    user: str
    schema_name: str
    schema: dict[str, Any]


class FailureKind(enum.StrEnum):
    """Why there is no answer."""

    TIMEOUT = "timeout"
    RATE_LIMITED = "rate-limited"
    UNAVAILABLE = "unavailable"
    """Connection refused or closed, 5xx, the reviewer's process died."""
    UNAUTHORISED = "unauthorised"
    UNKNOWN_MODEL = "unknown-model"
    REFUSED = "refused"
    """The model declined, or a content filter did."""
    TRUNCATED = "truncated"
    TOO_LARGE = "too-large"
    """The request is larger than the model takes, or the answer larger than ``MAX_ANSWER_BYTES``."""
    EMPTY = "empty"
    NOT_JSON = "not-json"
    KEY_MISSING = "key-missing"
    NOT_INSTALLED = "not-installed"
    BAD_REQUEST = "bad-request"
    UNKNOWN_PRICE = "unknown-price"
    OVER_BUDGET = "over-budget"
    """Nobody was asked: what that can cost goes beyond what may be spent."""


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer as it came: text that claims to be JSON of the schema; nothing in it has been checked."""

    text: str
    model: str
    answered_by: Way
    input_tokens: Count
    output_tokens: Count
    """Of all attempts, those that gave no answer among them; estimated where the provider did not say."""
    micro_usd: Count = 0
    """What they cost, each at the price of the model that was asked."""
    attempts: Count = 1
    """How many there were."""
    seconds: float


class Failure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No answer, after all retries and fallbacks."""

    kind: FailureKind
    message: str
    """For the operator, bounded, without keys; it may hold text of the provider: escape it when showing."""
    model: str = ""
    is_passing: bool = False
    """Whether asking again later may help."""
    input_tokens: Count = 0
    output_tokens: Count = 0
    """What the attempts took as far as the provider said."""
    micro_usd: Count = 0
    """What that costs, each attempt at the price of the model that was asked."""
    attempts: Count = 0
    """How many there were."""
