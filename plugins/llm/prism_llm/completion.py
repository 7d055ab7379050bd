"""A chat completion as litellm gives it, reduced to what is read of it."""

import msgspec

from prism_llm.exchange import Way

MOST_TOKENS = 1 << 40


class _Function(msgspec.Struct, frozen=True, kw_only=True):
    arguments: str | None = None


class _Call(msgspec.Struct, frozen=True, kw_only=True):
    function: _Function


class _Fields(msgspec.Struct, frozen=True, kw_only=True):
    refusal: str | None = None


class _Message(msgspec.Struct, frozen=True, kw_only=True):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None
    provider_specific_fields: _Fields | None = None

    @property
    def is_refusal(self) -> bool:
        """Whether the model declined, in one of the fields that say so."""
        return bool(self.refusal or (self.provider_specific_fields and self.provider_specific_fields.refusal))

    def written(self, way: Way) -> str:
        """What stands for the answer: the arguments of the tool call that was asked for, or the text.

        Of several calls none is the answer: together they are more than one object.
        """
        if way == "tool" and self.tool_calls:
            return "\n".join(call.function.arguments or "" for call in self.tool_calls)
        return self.content or ""


class _Choice(msgspec.Struct, frozen=True, kw_only=True):
    message: _Message
    finish_reason: str | None = None


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens, as far as the provider says; it may say anything."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    @property
    def read(self) -> int:
        """Tokens of the request."""
        return min(max(self.prompt_tokens or 0, 0), MOST_TOKENS)

    @property
    def written(self) -> int:
        """Tokens of the answer."""
        return min(max(self.completion_tokens or 0, 0), MOST_TOKENS)


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """One response of a provider."""

    choices: list[_Choice] = []
    usage: Usage | None = None


def completion_of(response: object) -> Completion:
    """A response, read.

    Raises:
        msgspec.ValidationError: it is no chat completion.
    """
    return msgspec.convert(response, Completion, from_attributes=True)
