"""One attempt at an answer through litellm, in the reviewer's process: bound to its schema, given up in time."""

import asyncio
import json
from typing import Any, Final

import litellm
import msgspec
from litellm.exceptions import BadRequestError, UnsupportedParamsError

from prism_llm.completion import Completion, Usage, completion_of
from prism_llm.exchange import MAX_ANSWER_BYTES, FailureKind, Way
from prism_llm.one_object import NoObjectError, one_object
from prism_llm.outcome import failure_of
from prism_llm.wire import MAX_MESSAGE, Failed, Order, Said

WAYS: Final[tuple[Way, ...]] = ("schema", "tool", "prompt")
"""Those that are tried in turn. A server that takes ``object`` may ignore the schema in it, so it has to be named."""
NO_KEY: Final = "none"
"""What a server without keys is given; clients refuse to be without one."""

litellm.telemetry = False
litellm.suppress_debug_info = True


class Completer:
    """Makes attempts, one at a time, and remembers by model which way of binding its server took."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._ways: dict[tuple[str, str], Way] = {}

    def complete(self, order: Order) -> Said | Failed:
        """What came of an order, within its time."""
        try:
            return self._loop.run_until_complete(asyncio.wait_for(self._by_some_way(order), order.seconds))
        except TimeoutError:
            return Failed(kind=FailureKind.TIMEOUT, message=f"no answer within {order.seconds:.0f} s")
        except MemoryError:
            return Failed(kind=FailureKind.TOO_LARGE, message="the answer does not fit into memory")

    async def _by_some_way(self, order: Order) -> Said | Failed:
        """Try ways from the strictest to the loosest: the next one only where the server refuses the one before."""
        ways = self._ways_of(order)
        result: Said | Failed = Failed(kind=FailureKind.BAD_REQUEST, message="no way to ask")
        for way in ways:
            result = await _attempt(order, way)
            if isinstance(result, Said) and order.answers_by == "auto":
                self._ways[order.model, order.api_base] = way
            if isinstance(result, Said) or result.kind is not FailureKind.BAD_REQUEST:
                break
        return result

    def _ways_of(self, order: Order) -> tuple[Way, ...]:
        if order.answers_by != "auto":
            return (order.answers_by,)
        known = self._ways.get((order.model, order.api_base))
        return WAYS[WAYS.index(known) :] if known else tuple(way for way in WAYS if way in supported_ways(order.model))


def supported_ways(model: str) -> set[Way]:
    """How a model may be bound to a schema: as litellm knows it, or, of a model it does not know, as its API allows."""
    try:
        name, provider, _, _ = litellm.get_llm_provider(model)
    except BadRequestError:
        return {"prompt"}
    takes = litellm.get_supported_openai_params(model=name, custom_llm_provider=provider) or []
    schema, tool = "response_format" in takes, {"tools", "tool_choice"} <= set(takes)
    if model in litellm.model_cost or name in litellm.model_cost:
        schema = schema and litellm.supports_response_schema(model=name, custom_llm_provider=provider)
        tool = tool and litellm.supports_function_calling(model=name, custom_llm_provider=provider)
    ways: dict[Way, bool] = {"schema": schema, "tool": tool, "prompt": True}
    return {way for way, is_open in ways.items() if is_open}


async def _attempt(order: Order, way: Way) -> Said | Failed:
    arguments = _arguments(order, way)
    sampling = {"temperature": order.temperature, "seed": order.seed}
    try:
        try:
            response = await litellm.acompletion(**arguments, **sampling)
        except UnsupportedParamsError:
            # Said before anything is sent: some models take no seed, or one temperature only. Letting litellm drop
            # what is not supported would drop the schema too, and make some errors disappear.
            response = await litellm.acompletion(**arguments)
    except Exception as error:  # noqa: BLE001 - a library over forty providers: whatever it raises is no answer
        return failure_of(error, secret=order.key)
    try:
        return _read(completion_of(response), way)
    except msgspec.ValidationError as error:
        return Failed(
            kind=FailureKind.UNAVAILABLE, message=f"the response is no chat completion: {error}"[:MAX_MESSAGE]
        )


def _arguments(order: Order, way: Way) -> dict[str, Any]:
    request = order.request
    system = request.system
    arguments: dict[str, Any] = {}
    if way == "schema":
        described = {"name": request.schema_name, "schema": request.schema, "strict": True}
        arguments["response_format"] = {"type": "json_schema", "json_schema": described}
    elif way == "object":
        arguments["response_format"] = {"type": "json_object", "schema": request.schema}
    elif way == "tool":
        function = {"name": request.schema_name, "description": "Give the answer.", "parameters": request.schema}
        arguments["tools"] = [{"type": "function", "function": function}]
        arguments["tool_choice"] = {"type": "function", "function": {"name": request.schema_name}}
        arguments["_skip_mcp_handler"] = True  # it wants a library that nothing else here needs
    else:
        system += "\n\nAnswer with one JSON object and nothing else. It must satisfy this JSON Schema:\n"
        system += json.dumps(request.schema, ensure_ascii=False)
    return (
        arguments
        | _model_arguments(order)
        | {
            "model": order.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": request.user}],
            "max_tokens": order.output_tokens,
            "timeout": order.seconds,
            "num_retries": 0,
            "max_retries": 0,
        }
    )


def _model_arguments(order: Order) -> dict[str, Any]:
    if order.model.startswith("vertex_ai/"):
        return {"vertex_credentials": order.key} if order.key else {}
    arguments = {"api_key": order.key} if order.key else {}
    if order.api_base:
        arguments = {"api_key": NO_KEY} | arguments | {"api_base": order.api_base}
    return arguments


def _read(response: Completion, way: Way) -> Said | Failed:
    """The JSON object of a response, or what is wrong with it."""
    used = response.usage or Usage()

    def failed(kind: FailureKind, message: str) -> Failed:
        return Failed(kind=kind, message=message, input_tokens=used.read, output_tokens=used.written)

    if not response.choices:
        return failed(FailureKind.EMPTY, "the response has no choices")
    choice = response.choices[0]
    if choice.finish_reason == "content_filter":
        return failed(FailureKind.REFUSED, "the provider's content filter stopped the answer")
    if choice.message.is_refusal:
        return failed(FailureKind.REFUSED, "the model declined to answer")
    if choice.finish_reason == "length":
        return failed(FailureKind.TRUNCATED, "the answer was cut off at the limit of output tokens")
    text = choice.message.written(way)
    if not text.strip():
        return failed(FailureKind.EMPTY, "the answer is empty")
    if len(text.encode("utf-8", "replace")) > MAX_ANSWER_BYTES:
        return failed(FailureKind.TOO_LARGE, f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
    try:
        answer = one_object(text).encode("utf-8", "replace").decode()
    except NoObjectError as error:
        return failed(FailureKind.NOT_JSON, f"{error} in the answer")
    return Said(text=answer, way=way, input_tokens=used.read, output_tokens=used.written)
