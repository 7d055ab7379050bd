"""The short way to an endpoint that everybody waits for: its dependencies and itself, each given the request alone.

FastAPI finds out anew with each request what an endpoint and its dependencies want to have, and prepares for what they
may leave behind. Where they want nothing but the request and leave nothing behind, that is a third of the route's time.
"""

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send


class ShortRoute(APIRoute):
    """A documented route whose dependencies and endpoint are ``async`` and take the request and nothing else."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what a dependency raises is the answer, and the endpoint is not asked."""
        if scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        request = Request(scope, receive, send)
        for each in self.dependencies:
            if each.dependency is not None:
                await each.dependency(request)
        response = await self.endpoint(request)
        await response(scope, receive, send)
