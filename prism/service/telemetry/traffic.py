"""What one process of the API has answered, counted in its own memory."""

from collections.abc import Mapping
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
NOWHERE: Final = "none"
"""Route of what no route answered."""


def method_of(scope: Mapping[str, Any]) -> str:
    """A request's method, if it is one of HTTP's."""
    return str(scope["method"]) if scope["method"] in METHODS else "other"


def route_of(scope: Mapping[str, Any]) -> str:
    """The route that answers a request, as PRISM wrote it, with names in place of what the client chose."""
    return str(getattr(scope.get("route"), "path", NOWHERE))


class Traffic:
    """Requests by route, never by path: a client chooses the one, and PRISM the other."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # as many series again, which nobody asks for
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Counter(
            "prism_http_requests",
            "Requests that this process has answered; status 0: the client had gone.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "prism_http_request_seconds",
            "Seconds from a request's headers to the end of its answer.",
            ("route",),
            buckets=BOUNDS,
            registry=self.registry,
        )

    def saw(self, scope: Mapping[str, Any], status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        route = route_of(scope)
        self._requests.labels(method_of(scope), route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
