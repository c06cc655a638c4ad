"""What the server of the pages answers beside them, for who is signed in and may."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.accounts.entrance import Claim, Entrance
from engine.api.app import user_error
from engine.errors import UsageError, WorkbenchError
from engine.limits import STRANGERS
from engine.rights import ADMIN, IMPORT, VIEW

# By the beginning of a path. Streamlit keeps an upload of any session in memory, 250 MB each, that
# of a browser which only sees the way to sign in as well; its metrics name functions and visits.
RIGHTS: Mapping[str, str] = {"/_stcore/upload_file/": IMPORT, "/_stcore/metrics": ADMIN}


class Strangers:
    """The pages that are open where nobody is signed in, by the address that they are open at."""

    def __init__(self) -> None:
        self._open = Counter[str]()

    @contextmanager
    def page(self, address: str) -> Iterator[None]:
        """
        One of them, as long as it is open.

        Raises:
            UsageError: the address has so many already.
        """
        if self._open[address] >= STRANGERS.most:
            told = f"nobody is signed in, and one address has {STRANGERS} already"
            raise UsageError(f"{told}: close some, or sign in")
        self._open[address] += 1
        try:
            yield
        finally:
            self._open[address] -= 1
            self._open += Counter()  # whoever has none is forgotten


class Inside:
    """
    ASGI middleware: refuses, before anything of the body is read, who lacks the right of a path.

    Of who is not signed in, it lets each address have some pages open at once and no more: the way
    to sign in is all that one shows, and each holds memory for as long as it is open.

    Args:
        claim: what a request brings to say who sits there.
    """

    def __init__(
        self, app: ASGIApp, entrance: Entrance, claim: Callable[[HTTPConnection], Claim]
    ) -> None:
        self.app = app
        self.entrance = entrance
        self.claim = claim
        self.strangers = Strangers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one websocket."""
        refusal, right = None, _right(scope)
        if right is not None:
            refusal = await run_in_threadpool(self._refusal, HTTPConnection(scope), right)
        if scope["type"] != "websocket" or refusal is None:
            await (refusal or self.app)(scope, receive, send)
        else:
            await self._page_of_a_stranger(scope, receive, send)

    async def _page_of_a_stranger(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection, answer = HTTPConnection(scope), self.app
        with ExitStack() as page:
            try:
                address = connection.client.host if connection.client else ""
                page.enter_context(self.strangers.page(address))
            except UsageError as error:
                answer = user_error(connection, error)
            await answer(scope, receive, send)

    def _refusal(self, connection: HTTPConnection, right: str) -> Response | None:
        """Why it is not answered; None: it is."""
        try:
            actor = self.entrance.actor(self.claim(connection))
            self.entrance.workbench().acting(actor).expect(right)
        except WorkbenchError as error:
            return user_error(connection, error)
        return None


def _right(scope: Scope) -> str | None:
    if scope["type"] == "websocket":
        return VIEW
    if scope["type"] != "http":
        return None
    return next((right for path, right in RIGHTS.items() if scope["path"].startswith(path)), None)
