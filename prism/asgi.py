"""The gate as an application to mount in another service: a project is posted, the record of its review comes back.

It needs the extra ``service``. Nothing is kept, queued or run, and nobody is asked who he is: both are the business of
the service that it is mounted in. The whole service with queue, store and workers is ``prism serve``.
"""

import asyncio
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from prism.async_gate import AsyncGate
from prism.crash import crash_id
from prism.errors import GuardError, PluginError, PolicyError
from prism.review import Review
from prism.service.http.answers import json_answer
from prism.service.http.body import read_body
from prism.service.http.problems import RefusedError, answer

RETRY_SECONDS: Final = 5


class PolicyView(msgspec.Struct, frozen=True, kw_only=True):
    """Which policy decides."""

    name: str
    digest: str


def review_app(gate: AsyncGate, *, waiting: int = 16, body_seconds: float = 30.0) -> Starlette:
    """An application with two routes: ``POST /reviews`` takes a ZIP archive, ``GET /policy`` says what decides.

    A review is answered with its record (``docs/reference/review.md``) and status 200 whatever the verdict; what is not
    reviewed, with problem details (RFC 9457).

    Args:
        gate: an open gate; whoever mounts the application closes it.
        waiting: how many requests may be under way; more are told to come again.
        body_seconds: how long the body of a request may take to arrive.
    """
    app = Starlette(
        routes=[Route("/reviews", _reviewed, methods=["POST"]), Route("/policy", _policy, methods=["GET"])],
        exception_handlers={
            RefusedError: _refused,
            ClientDisconnect: _left,
            HTTPException: _no_route,
            Exception: _crashed,
        },
    )
    app.router.redirect_slashes = False  # the address would be made of what the request says of the host
    app.state.gate, app.state.body_seconds, app.state.room = gate, body_seconds, waiting
    return app


async def _reviewed(request: Request) -> Response:
    state = request.app.state
    if state.room < 1:
        raise RefusedError("queue-full", headers={"Retry-After": str(RETRY_SECONDS)})
    state.room -= 1
    try:
        limit = state.gate.gate.policy.intake.archive_bytes
        archive = await read_body(request, limit=limit, seconds=state.body_seconds)
        return json_answer(await _as_long_as_wanted(request, state.gate.review(archive)))
    except (PolicyError, PluginError) as error:
        raise RefusedError("policy-unusable", error.code) from error
    except GuardError as error:
        raise RefusedError("guard-unavailable", headers={"Retry-After": str(RETRY_SECONDS)}) from error
    finally:
        state.room += 1


async def _as_long_as_wanted(request: Request, work: Coroutine[Any, Any, Review]) -> Review:
    """The review; it leaves the queue when nobody waits for it any more.

    Raises:
        ClientDisconnect: the sender has gone.
    """
    review, left = asyncio.create_task(work), asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({review, left}, return_when=asyncio.FIRST_COMPLETED)
        if not review.done():
            raise ClientDisconnect
        return review.result()
    finally:
        review.cancel()
        left.cancel()


async def _disconnected(request: Request) -> None:
    """Wait until the sender has gone, whose body was read to its end."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _policy(request: Request) -> Response:
    effective = request.app.state.gate.gate.effective
    return json_answer(PolicyView(name=effective.policy.name, digest=effective.digest))


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 - it is registered for no other
    return answer(error, "")


async def _left(_request: Request, _error: Exception) -> Response:
    """For nobody: whoever comes and goes leaves no traceback in the log."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


async def _no_route(_request: Request, error: Exception) -> Response:
    is_path = isinstance(error, HTTPException) and error.status_code == HTTPStatus.NOT_FOUND
    return answer(RefusedError("not-found" if is_path else "method-not-allowed"), "")


async def _crashed(_request: Request, error: Exception) -> Response:
    """Nothing but an id; the exception goes on to the server, which logs it."""
    return answer(RefusedError("internal", f"error {crash_id(error)}"), "")
