"""The application: routes, what every request passes, and how what is refused is answered."""

from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from prism import __version__
from prism.crash import crash_id
from prism.service.console import routes as console
from prism.service.console.access import SignInError
from prism.service.http import bridge, direct, holds, metrics, openapi, state, submissions, views
from prism.service.http.answers import json_answer
from prism.service.http.authentication import Authenticated
from prism.service.http.parts import Parts
from prism.service.http.problems import RefusedError, answer
from prism.service.http.wall import REQUEST_ID, Wall

ROUTERS: Final = (
    bridge.router,
    submissions.public,
    submissions.internal,
    holds.router,
    state.public,
    state.internal,
    metrics.router,
)
RECORDS: Final = (
    *(views.SubmissionView, views.StatusView, views.PageView, views.EntryView, views.DetailView),
    *(holds.ResolveBody, holds.RerunBody),
    *(state.HealthView, state.ReadyView, state.VersionView, state.WeightsView),
)
"""What routes give or take."""
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def create_app(parts: Parts) -> ASGIApp:
    """The service's application for one process."""
    app = described_app(is_public=parts.settings.public_submissions)
    app.state.parts = parts
    document = openapi.document(app, RECORDS)
    app.add_api_route("/openapi.json", lambda: json_answer(document), include_in_schema=False)
    app.include_router(console.router)
    app.add_exception_handler(SignInError, console.signed_out)
    # Whatever else is below: without the token nobody learns what there is.
    app.add_api_route(
        "/internal/{path:path}", _nothing, methods=list(METHODS), dependencies=[Authenticated], include_in_schema=False
    )
    return Wall(app, head_bytes=parts.settings.head_bytes, answered=parts.meter.traffic.saw)


def described_app(*, is_public: bool = True) -> FastAPI:
    """The routes, with nothing behind them yet; where miners may not hand in directly, there is no route for it."""
    app = FastAPI(
        title="PRISM",
        version=__version__,
        description="A gate for code from strangers, as a service.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would tell which paths there are, and send headers elsewhere
    )
    for error in (RefusedError, RequestValidationError, HTTPException):
        app.add_exception_handler(error, _refused)
    app.add_exception_handler(Exception, _crashed)
    for router in (*ROUTERS, *([direct.router] if is_public else [])):
        app.include_router(router)
    return app


def _nothing() -> Response:
    raise RefusedError("not-found")


async def _refused(request: Request, error: Exception) -> Response:
    return _answered(request, _as_refusal(error))


async def _crashed(request: Request, error: Exception) -> Response:
    """Nothing but an id; the wall logs the rest when the exception gets there."""
    return _answered(request, RefusedError("internal", f"error {crash_id(error)}"))


def _answered(request: Request, error: RefusedError) -> Response:
    """A page where a person reads it, problem details where a program does."""
    request_id = request.scope["state"].get(REQUEST_ID, "")
    return console.refused(error, request_id) if console.is_meant(request) else answer(error, request_id)


def _as_refusal(error: Exception) -> RefusedError:
    """What FastAPI and Starlette refuse, in PRISM's words."""
    if isinstance(error, RefusedError):
        return error
    if isinstance(error, RequestValidationError):
        places = sorted({".".join(str(part) for part in each["loc"][1:]) for each in error.errors()})
        return RefusedError("parameter-invalid", f"see: {', '.join(places)}"[:500])
    if isinstance(error, HTTPException):
        code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "malformed-request")
        return RefusedError(code, headers=error.headers)
    raise error
