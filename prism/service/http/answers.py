"""Answers as JSON, and the queue asked without keeping others waiting."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ParamSpec, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from prism.errors import PluginError, PolicyError, StoreError, UsageError
from prism.report.escape import ascii_json
from prism.service.http.problems import KINDS, RefusedError
from prism.service.refusal import LimitError, RefusalError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def json_answer(record: Any, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Response:  # noqa: ANN401 - any record
    """A record as an answer, in ASCII, so that no log or terminal that shows it is disturbed."""
    body = ascii_json(msgspec.json.encode(record))
    return Response(body, status, headers=dict(headers or {}), media_type="application/json")


async def asked(question: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
    """What the queue or the store answers, asked in a thread of its own.

    Raises:
        RefusedError: what it refused, or that the database does not answer.
    """
    try:
        return await run_in_threadpool(question, *arguments, **named)
    except LimitError as error:
        raise RefusedError(error.code, error.what, headers={"Retry-After": str(error.retry_after_seconds)}) from error
    except RefusalError as error:
        code = error.code if error.code in KINDS else "submission-state"
        is_ours = KINDS[code].status is HTTPStatus.SERVICE_UNAVAILABLE
        raise RefusedError(code, error.what, headers={"Retry-After": "30"} if is_ours else None) from error
    except UsageError as error:
        raise RefusedError("parameter-invalid", error.what) from error
    except (PolicyError, PluginError) as error:
        raise RefusedError("policy-unusable", error.code) from error
    except StoreError as error:
        raise RefusedError("store-unavailable", error.code, headers={"Retry-After": "5"}) from error
