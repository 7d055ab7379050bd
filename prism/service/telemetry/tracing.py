"""Traces of requests and submissions for an OpenTelemetry receiver; nothing at all unless a receiver is configured.

The work on a submission is a trace whose id is the submission's. A request is a trace of its own, which names the
submission that it handed in. Spans hold ids, routes, statuses and codes: no text of a miner, and no secret. What a
client says of traces (``traceparent``) is not taken over.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from prism.errors import Problem
from prism.service.settings import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span as OtelSpan
    from opentelemetry.trace import Tracer

SEND_SECONDS: Final = 5
QUEUED: Final = 2_048
_TRACE_ID: Final = re.compile("(?!0{32})[0-9a-f]{32}")
_WANTED: ContextVar[int] = ContextVar("prism_trace_id", default=0)


class Span:
    """One piece of work, as far as anybody records it."""

    def __init__(self, recorded: "OtelSpan | None" = None) -> None:
        self._recorded = recorded

    def name(self, name: str) -> None:
        """Call it something else."""
        if self._recorded is not None:
            self._recorded.update_name(name)

    def note(self, **attributes: str | int) -> None:
        """Say something of it; a double underscore in a name stands for a dot."""
        if self._recorded is not None:
            for name, value in attributes.items():
                self._recorded.set_attribute(name.replace("__", "."), value)


class _Tracing:
    """What this process records with."""

    tracer: "Tracer | None" = None


@contextmanager
def exporting(url: str, role: str) -> Iterator[None]:
    """Send the spans of this process to a receiver for as long as the block lasts; without an address, to nobody.

    A receiver that is away, or slow, changes nothing but that spans are lost.

    Args:
        url: where an OTLP receiver takes traces over HTTP, or nothing.
        role: what this process is: ``api`` or ``worker``.

    Raises:
        SettingsError: the extra ``otel`` is not installed.
    """
    if not url:
        yield
        return
    provider = _provider(url, role)
    _Tracing.tracer = provider.get_tracer("prism")
    try:
        yield
    finally:
        _Tracing.tracer = None
        provider.shutdown()


def _provider(url: str, role: str) -> "TracerProvider":
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
    except ImportError as error:
        do = "install prism-gate[otel], or take traces_url out"
        problem = Problem(where="traces_url", what="traces need the extra `otel`", do=do)
        raise SettingsError("the service's settings cannot be used", problems=(problem,)) from error

    from prism import __version__

    class Ids(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            return _WANTED.get() or super().generate_trace_id()

    resource = Resource.create({"service.name": f"prism-{role}", "service.version": __version__})
    provider = TracerProvider(resource=resource, id_generator=Ids(), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(url, timeout=SEND_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=QUEUED))
    return provider


@contextmanager
def span(name: str, *, submission: str = "", **attributes: str | int) -> Iterator[Span]:
    """Record the block as one piece of work, within the one that is being done already.

    Args:
        name: what kind of work it is.
        submission: what it is for; such a span begins a trace under that id.
        attributes: what to say of it; see :meth:`Span.note`.
    """
    if _Tracing.tracer is None:
        yield Span()
        return
    from opentelemetry.context import Context
    from opentelemetry.trace import StatusCode

    token = _WANTED.set(int(submission, 16) if _TRACE_ID.fullmatch(submission) else 0)
    try:
        started = _Tracing.tracer.start_as_current_span(
            name,
            context=Context() if submission else None,
            record_exception=False,  # its text may hold anything
            set_status_on_exception=False,
        )
        with started as recorded:
            found = Span(recorded)
            found.note(**attributes, **({"prism__submission": submission} if submission else {}))
            try:
                yield found
            except BaseException as error:
                recorded.set_status(StatusCode.ERROR, type(error).__name__)
                raise
    finally:
        _WANTED.reset(token)


def note(**attributes: str | int) -> None:
    """Say something of the work that is being done."""
    if _Tracing.tracer is not None:
        from opentelemetry.trace import get_current_span

        Span(get_current_span()).note(**attributes)
