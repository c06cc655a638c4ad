"""What the server of the pages answers beside them, for who is signed in and may."""

from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.accounts.entrance import Claim, Entrance
from engine.api.app import user_error
from engine.errors import WorkbenchError
from engine.rights import ADMIN, IMPORT

# By the beginning of a path. Streamlit keeps an upload of any session in memory, 250 MB each, that
# of a browser which only sees the way to sign in as well; its metrics name functions and visits.
RIGHTS: Mapping[str, str] = {"/_stcore/upload_file/": IMPORT, "/_stcore/metrics": ADMIN}


class Inside:
    """
    ASGI middleware: refuses, before anything of the body is read, who lacks the right of a path.

    Args:
        claim: what a request brings to say who sits there.
    """

    def __init__(self, app: ASGIApp, entrance: Entrance, claim: Callable[[Request], Claim]) -> None:
        self.app = app
        self.entrance = entrance
        self.claim = claim

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one websocket."""
        refusal, right = None, _right(scope)
        if right is not None:
            refusal = await run_in_threadpool(self._refusal, Request(scope), right)
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, request: Request, right: str) -> Response | None:
        """Why it is not answered; None: it is."""
        try:
            actor = self.entrance.actor(self.claim(request))
            self.entrance.workbench().acting(actor).expect(right)
        except WorkbenchError as error:
            return user_error(request, error)
        return None


def _right(scope: Scope) -> str | None:
    if scope["type"] != "http":
        return None
    return next((right for path, right in RIGHTS.items() if scope["path"].startswith(path)), None)
