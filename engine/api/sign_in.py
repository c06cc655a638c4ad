"""The page to sign in, without a script: it leaves a cookie that no script of a page can read."""

from collections.abc import Collection
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.accounts.entrance import COOKIE, Claim, Entrance
from engine.errors import PauseError, SignInError

PATH = "/sign-in"
FORM = Template((Path(__file__).parents[2] / "data" / "assets" / "sign_in.html").read_text("utf-8"))
AGAIN = '<!doctype html><meta http-equiv="refresh" content="0;url={}">'
FORM_BYTES = 10_000  # of what the form sends
FRESH = {"cache-control": "no-store"}


def sign_in_routes(entrance: Entrance) -> list[Route]:
    """The page and what its form sends to."""

    def shown(request: Request) -> Response:
        return _form(_next(request.query_params.get("next")))

    async def body(request: Request) -> bytes:
        found = b""
        async for part in request.stream():
            found += part
            if len(found) > FORM_BYTES:
                return b""
        return found

    async def sent(request: Request) -> Response:
        fields = dict(parse_qsl((await body(request)).decode("utf-8", "replace")))
        return await run_in_threadpool(_signed_in, entrance, request, fields)

    return [Route(PATH, shown), Route(PATH, sent, methods=["POST"])]


def _signed_in(entrance: Entrance, request: Request, fields: dict[str, str]) -> Response:
    name, after = fields.get("name", ""), _next(fields.get("next"))
    address = request.client.host if request.client else ""
    try:
        token = entrance.sessions.sign_in(
            entrance.workbench(), name, fields.get("password", ""), address
        )
    except SignInError as error:
        status = 429 if isinstance(error, PauseError) else 401
        return _form(after, name, str(error), status)
    answer = RedirectResponse(after, 303, headers=FRESH)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return answer


def claim_of(connection: HTTPConnection) -> Claim:
    """What a request brings of a sign-in with a password."""
    return Claim(token=connection.cookies.get(COOKIE, ""))


class SignInFirst:
    """
    ASGI middleware: whoever opens a page and is not signed in is led to the form.

    It is a help, no guard: what a page shows and what routes answer asks for itself.

    Args:
        pages: the paths of the pages.
    """

    def __init__(self, app: ASGIApp, entrance: Entrance, pages: Collection[str]) -> None:
        self.app = app
        self.entrance = entrance
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        led = None
        if scope["type"] == "http" and scope["path"] in self.pages:
            led = await run_in_threadpool(self._lead, Request(scope))
        await (led or self.app)(scope, receive, send)

    def _lead(self, request: Request) -> Response | None:
        """Where somebody is led instead of a page; None: they may go on."""
        entrance, here = self.entrance, request.url.path
        if entrance.provided or not entrance.guarded or entrance.person(claim_of(request)):
            return None
        if request.url.query:
            here += f"?{request.url.query}"
        if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            # A link from elsewhere: the browser keeps the cookie back until a page of ours asks.
            return HTMLResponse(AGAIN.format(escape(here)), headers=FRESH)
        return RedirectResponse(f"{PATH}?next={quote(here)}", 303, headers=FRESH)


def _form(after: str, name: str = "", fault: str = "", status: int = 200) -> HTMLResponse:
    told = f'<p role="alert">{escape(fault[:1].upper() + fault[1:])}.</p>' if fault else ""
    empty = "to_password" if name else "to_name"
    focus = {"to_name": "", "to_password": "", empty: "autofocus"}
    page = FORM.substitute(focus, after=escape(after), name=escape(name), fault=told)
    return HTMLResponse(page, status, headers=FRESH)


def _next(path: str | None) -> str:
    """Where to go on: a page of ours, or the first one."""
    parts = urlsplit(path or "/")
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    odd = path is None or path.startswith("//") or "\\" in path or not path.isprintable()
    return path if ours and path and not odd else "/"
