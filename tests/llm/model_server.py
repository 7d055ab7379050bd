"""A model's server in all but the model: HTTP over loopback, the OpenAI chat-completions protocol, and a script.

A script is a list of behaviours, one for each request that comes; the last one stays. A behaviour is a function that is
given the request and the open connection and does what a provider at its best or its worst does.
"""

import json
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self, TypeAlias

import msgspec

Way: TypeAlias = Literal["schema", "object", "tool", "prompt"]
ALL_WAYS: frozenset[Way] = frozenset(("schema", "tool", "prompt"))
HANG_SECONDS = 600


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it came."""

    path: str
    key: str
    """What stood behind ``Bearer``."""
    model: str
    system: str
    user: str
    way: Way
    schema: dict[str, Any] | None
    """The schema that the answer was to be bound to, if the protocol carried it."""
    body: dict[str, Any]


class Exchange:
    """One open connection with a request on it, for a behaviour to answer or not."""

    def __init__(self, asked: Asked, handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
        self.asked = asked
        self.handler = handler
        self.closing = closing
        """Set when the server is shut down: whoever hangs waits for that."""

    def send(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        """A whole response; ``body`` is bytes, or something that JSON can hold."""
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.start(status, len(payload), headers)
        self.handler.wfile.write(payload)

    def start(self, status: int, length: int, headers: Mapping[str, str] | None = None) -> None:
        """Status line and headers of a response."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", "application/json")
        self.handler.send_header("Content-Length", str(length))
        for name, value in (headers or {}).items():
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def complete(self, text: str | None, *, finish_reason: str = "stop", refusal: str | None = None) -> None:
        """A chat completion that says ``text`` in the way it was asked for."""
        self.send(200, completion(self.asked, text, finish_reason=finish_reason, refusal=refusal))

    def error(self, status: int, message: str, headers: Mapping[str, str] | None = None, code: str = "") -> None:
        """An error as the protocol words it."""
        self.send(status, {"error": {"message": message, "type": "error", "code": code or None}}, headers)


Behaviour: TypeAlias = Callable[[Exchange], None]


def completion(
    asked: Asked, text: str | None, *, finish_reason: str = "stop", refusal: str | None = None
) -> dict[str, Any]:
    """The body of a chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": refusal}
    if asked.way == "tool" and text is not None:
        name = asked.body["tools"][0]["function"]["name"]
        call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": text}}
        message |= {"content": None, "tool_calls": [call]}
        finish_reason = "tool_calls" if finish_reason == "stop" else finish_reason
    prompt, written = len(asked.system + asked.user) // 4 + 1, len(text or "") // 4 + 1
    counted = {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": asked.model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": counted,
    }


def says(answer: "str | Mapping[str, Any] | Callable[[Asked], str | Mapping[str, Any]]") -> Behaviour:
    """Answers with a text, a JSON object, or what a function makes of the request."""

    def behave(exchange: Exchange) -> None:
        said = answer(exchange.asked) if callable(answer) else answer
        exchange.complete(said if isinstance(said, str) else json.dumps(said))

    return behave


def refuses(exchange: Exchange) -> None:
    """Declines, in the field that the protocol has for it."""
    exchange.complete(None, refusal="I cannot help with that.")


def filters(exchange: Exchange) -> None:
    """Stops at a content filter."""
    exchange.complete("", finish_reason="content_filter")


def cuts_off(exchange: Exchange) -> None:
    """Reaches the limit of output tokens in the middle of an object."""
    exchange.complete('{"answers": [{"rule": "', finish_reason="length")


def says_nothing(exchange: Exchange) -> None:
    """Gives an empty answer."""
    exchange.complete("")


def limits_rate(retry_after: str) -> Behaviour:
    """429 with a Retry-After header, or without one when it is empty."""
    headers = {"Retry-After": retry_after} if retry_after else {}
    return lambda exchange: exchange.error(429, "Rate limit reached", headers)


def fails(status: int, message: str = "The server had an error", code: str = "") -> Behaviour:
    """An error with this status."""
    return lambda exchange: exchange.error(status, message, code=code)


def talks_nonsense(exchange: Exchange) -> None:
    """200, and a body that is not JSON."""
    exchange.send(200, b"<html>gateway</html>")


def hangs(exchange: Exchange) -> None:
    """Takes the request and never answers."""
    exchange.closing.wait(HANG_SECONDS)


def drips(exchange: Exchange) -> None:
    """Sends a byte a tenth of a second: no read ever waits for long, and the answer never ends."""
    payload = json.dumps(completion(exchange.asked, "{" + " " * 100_000 + "}")).encode()
    exchange.start(200, len(payload))
    for at in range(len(payload)):
        exchange.handler.wfile.write(payload[at : at + 1])
        exchange.handler.wfile.flush()
        if exchange.closing.wait(0.1):
            return


def closes(exchange: Exchange) -> None:
    """Closes the connection without a word."""
    exchange.handler.close_connection = True


def closes_halfway(exchange: Exchange) -> None:
    """Promises a long response and closes after its first bytes."""
    exchange.start(200, 100_000)
    exchange.handler.wfile.write(b'{"id": "chatcmpl-1", "choices": [')
    exchange.handler.close_connection = True


def floods(size: int) -> Behaviour:
    """Answers with an object of this many bytes."""
    return lambda exchange: exchange.complete('{"summary": "' + "x" * size + '"}')


def floods_forever(exchange: Exchange) -> None:
    """Sends bytes as long as somebody reads them."""
    exchange.start(200, 1 << 40)
    exchange.handler.wfile.write(b'{"id": "')
    while not exchange.closing.is_set():
        exchange.handler.wfile.write(b"x" * (1 << 20))


def bombs(size: int) -> Behaviour:
    """Answers with a body that unpacks to so many bytes."""

    def behave(exchange: Exchange) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()
        exchange.send(200, packed, {"Content-Encoding": "gzip"})

    return behave


class ModelServer:
    """The server, running until it is closed. ``requests`` holds what came, in its order."""

    def __init__(self, *script: Behaviour, ways: Iterable[Way] = ALL_WAYS) -> None:
        """``ways`` of binding an answer that the server knows; a request for another is refused with 400."""
        self.requests: list[Asked] = []
        self.times: list[float] = []
        """When each request came, on the monotonic clock."""
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.follow(*script, ways=ways)
        self._server = _Server(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def api_base(self) -> str:
        """What a reviewer's ``api_base`` is set to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def follow(self, *script: Behaviour, ways: Iterable[Way] = ALL_WAYS) -> None:
        """Begin another script, and forget what came."""
        with self._lock:
            self._script = list(script)
            self._ways = frozenset(ways)
            self.requests.clear()
            self.times.clear()

    @property
    def script(self) -> tuple[Behaviour, ...]:
        """What is left of the script."""
        return tuple(self._script)

    def close(self) -> None:
        """Stop, and let go of everybody who hangs."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def serve(self, asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        """Behave as the script says."""
        with self._lock:
            self.requests.append(asked)
            self.times.append(time.monotonic())
            behaviour = self._script.pop(0) if len(self._script) > 1 else self._script[0]
            is_known = asked.way in self._ways
        exchange = Exchange(asked, handler, self._closing)
        if is_known:
            behaviour(exchange)
        else:
            exchange.error(400, f"{asked.way}: not supported by this server", code="unsupported_parameter")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64


def _handler_for(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                server.serve(_asked(self.path, self.headers["Authorization"] or "", body), self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # who asked has given up

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Say nothing."""

    return Handler


def _asked(path: str, authorization: str, body: dict[str, Any]) -> Asked:
    said = {message["role"]: message["content"] for message in body["messages"]}
    way: Way = "prompt"
    schema = None
    bound = body.get("response_format", {})
    if bound.get("type") == "json_schema":
        way, schema = "schema", bound["json_schema"]["schema"]
    elif bound:
        way, schema = "object", bound["schema"]
    elif body.get("tools"):
        way, schema = "tool", body["tools"][0]["function"]["parameters"]
    return Asked(
        path=path,
        key=authorization.removeprefix("Bearer "),
        model=body["model"],
        system=said["system"],
        user=said["user"],
        way=way,
        schema=schema,
        body=body,
    )
