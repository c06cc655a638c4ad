"""
Who may ask: pages that this server itself has sent, and programs on this machine.

Any site open in the same browser can send a request here. It is told apart by `Origin` and
`Sec-Fetch-Site`; one that lets its own name point here (DNS rebinding), by `Host`. Streamlit's own
check of its websocket lets every port of this machine in and asks the internet for the machine's
address, so nothing foreign may get that far. Starlette's `TrustedHostMiddleware` knows no ports.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api import errors
from engine.api.answers import Json
from engine.api.headers import policy
from engine.workspace.access import Site, loopback_sites

OWN_SITES = ("same-origin", "none")  # none: the address was typed or is a bookmark
FOREIGN_SITES = ("same-site", "cross-site")
CLIENT_SIDE = "/client/"  # for pages of other sites, which the API allows by their origin
SAFE = ("GET", "HEAD", "OPTIONS")


class Guard:
    """
    ASGI middleware, in front of all that a server answers to HTTP and websockets.

    Args:
        further: the addresses of a reverse proxy, beside those of this machine.
    """

    def __init__(self, app: ASGIApp, further: Sequence[Site] = ()) -> None:
        self.app = app
        self.further = further

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses with 403, a websocket before its handshake; every answer gets our headers."""
        if scope["type"] not in ("http", "websocket"):  # the server's own start and end
            await self.app(scope, receive, send)
            return
        reason = refusal(scope, [*own_sites(*scope["server"]), *self.further])
        answer = self.app if reason is None else _refused(reason)
        await answer(scope, receive, _with_policy(scope["path"], send))


def own_sites(address: str, port: int) -> list[Site]:
    """
    Those of this machine, and the address at which it was reached: no name that could lead here.
    """
    name = f"[{address}]" if ":" in address else address
    known = loopback_sites(port)
    return known if any(site.name == name for site in known) else [*known, Site("http", name, port)]


def refusal(scope: Scope, sites: Sequence[Site]) -> str | None:
    """Why a request is none of our own pages' and of no program's; None: it is."""
    headers = Headers(scope=scope)
    host, origin, site = (_one(headers, name) for name in ("host", "origin", "sec-fetch-site"))
    # As browsers write it and not otherwise: Streamlit compares it with the origin, and where they
    # differ in a capital or a usual port, it asks the internet.
    asked = [own for own in sites if own.host == host]
    if not asked:
        return f"expected a request to {_hosts(sites)}, got one to {host!r}"
    if scope["path"].startswith(CLIENT_SIDE):  # it looks at the origin itself
        return None
    if origin is not None and origin not in [own.origin for own in asked]:
        return "expected a request of this workbench's own pages, got one of another site"
    if not (site is None or site in OWN_SITES or (site in FOREIGN_SITES and _opens(scope))):
        return "expected a request of this workbench's own pages, got one made by another site"
    if origin is None and _writes(scope):
        return "expected an upload of this workbench's own pages, got one without an origin"
    return None


def _one(headers: Headers, name: str) -> str | None:
    """The value of a header; one that comes twice has a value that is nobody's."""
    values = headers.getlist(name)
    return " and ".join(values) if values else None


def _opens(scope: Scope) -> bool:
    """Whether somebody follows a link to one of our pages, as from a mail; that only shows it."""
    headers = Headers(scope=scope)
    return (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and scope["path"].count("/") == 1  # pages have no more; /api and /_stcore do
    )


def _writes(scope: Scope) -> bool:
    """Whether it changes something in Streamlit, as its uploads do; only browsers ask for that."""
    return scope["path"].startswith("/_stcore/") and scope.get("method", "GET") not in SAFE


def _hosts(sites: Sequence[Site]) -> str:
    return " or ".join(site.host for site in sites)


def _refused(reason: str) -> Json:
    return errors.answer(errors.ApiError(403, "forbidden", reason), errors.new_request_id())


def _with_policy(path: str, send: Send) -> Send:
    """Sends each answer with our headers, and without leave for other sites to read it."""
    leaves = path.startswith(CLIENT_SIDE)

    def stays(name: bytes, names: set[bytes]) -> bool:
        return name not in names and (leaves or not name.startswith(b"access-control-"))

    async def answer(message: Message) -> None:
        if message["type"].endswith("http.response.start"):  # of a refused websocket too
            ours = policy(path, message["status"])
            names = {name for name, _value in ours}
            kept = [row for row in message.get("headers", ()) if stays(row[0].lower(), names)]
            message = {**message, "headers": [*kept, *ours]}
        await send(message)

    return answer
