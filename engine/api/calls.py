"""Who calls a route: the three guards, and the workspace in the hands of the key."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from engine.accounts import keys
from engine.accounts.keys import ApiKey
from engine.accounts.roles import allowed, rights_of
from engine.actors import HTTP, Actor
from engine.api.errors import ApiError
from engine.api.origins import Allowed, leave
from engine.api.rates import Rates
from engine.errors import StoreError
from engine.rights import EXPORT, REVEAL
from engine.workspace.jobs import Runner
from engine.workspace.workbench import Access, Workbench


@dataclass(frozen=True)
class Surroundings:
    """What the API stands in."""

    workbench: Callable[[], Workbench]  # opened at the first request that needs it
    runner: Callable[[], Runner]  # of the jobs of this process
    origins: Allowed
    rates: Rates


@dataclass(frozen=True)
class Call:
    """One request that may be answered."""

    access: Access
    runner: Runner
    request_id: str
    base: str  # the address of the server, for absolute links
    client: bool  # from a browser
    headers: dict[str, str] = field(default_factory=dict)  # of its answer, whatever it is


@dataclass(frozen=True, eq=False)
class RouteGuard:
    """Who may use a route."""

    key: str
    schemes: tuple[str, ...]  # headers, which all have to be there
    admits: Callable[[Surroundings, Request, str], ApiKey | None]  # None: it has no key, nor needs


def _server(around: Surroundings, request: Request, role: str) -> ApiKey:
    return _recognised(around, request, role, SERVER, client=False)


def _client(around: Surroundings, request: Request, role: str) -> ApiKey:
    origin = request.headers.get("origin")
    if not around.origins(origin):
        raise ApiError(
            403, "forbidden", "This origin may not use the client side",
            "expected the header Origin with an address of WORKBENCH_ALLOWED_ORIGINS",
        )  # fmt: skip
    request.state.headers |= leave(str(origin))
    fits, told = around.rates.asked(request.client.host if request.client else "")
    request.state.headers |= told
    if not fits:
        raise ApiError(429, "too_many_requests", "Too many requests")
    return _recognised(around, request, role, CLIENT, client=True)


def _recognised(
    around: Surroundings, request: Request, role: str, guard: RouteGuard, *, client: bool
) -> ApiKey:
    app_id, token = (request.headers.get(name, "") for name in guard.schemes)
    key = keys.recognised(around.workbench(), app_id, token, client=client)
    if key is None:
        raise ApiError(
            401, "unauthorized", "Unauthorized",
            f"expected the headers {' and '.join(guard.schemes)} of a key that is in use",
        )  # fmt: skip
    if not allowed(key.roles, role):
        raise ApiError(
            403, "forbidden", "This key may not do that",
            f"expected a key with the role {role}, got one with {', '.join(key.roles)}",
        )  # fmt: skip
    return key


def _link(around: Surroundings, request: Request, role: str) -> ApiKey | None:
    """The link to a file holds its own secret, which the route compares."""
    return None if request.query_params.get("token") else _server(around, request, role)


SERVER = RouteGuard("server", ("X-App-Id", "X-App-Token"), _server)
LINK = RouteGuard("server, or the token of a link", SERVER.schemes, _link)
CLIENT = RouteGuard("client", ("X-Client-Application-Id", "X-Client-Token"), _client)


def call_of(around: Surroundings, request: Request, guard: RouteGuard, role: str) -> Call:
    """
    The call that a request is.

    Raises:
        ApiError: it has no key, or one that may not do it.
    """
    key = guard.admits(around, request, role)
    access = around.workbench().acting(_actor(key))
    if key is not None and keys.is_due(key, access.now()):
        with suppress(StoreError):  # no full disk stops a reader, and the next call is noted
            keys.note_use(access, key)
    base = "{0.scheme}://{0.netloc}".format(urlsplit(str(request.base_url)))
    return Call(
        access, around.runner(), request.state.request_id, base, guard is CLIENT,
        request.state.headers,
    )  # fmt: skip


def _actor(key: ApiKey | None) -> Actor:
    """A program reads what it asks for without masks; a link leads to one file, and no further."""
    if key is None:
        return Actor("link", HTTP, rights_of((EXPORT,)) | {REVEAL})
    return Actor(key.name, HTTP, rights_of(key.roles) | {REVEAL})


class Admission:
    """
    A request before its guard, which is asked once, in a thread: who reads keys waits for the disk.

    Mostly it is the thread that answers the request as well: handing over to one takes as much of
    the processor as all else between the socket and the answer.
    """

    def __init__(self, ask: Callable[[], Call]) -> None:
        self._ask = ask
        self._asked = False
        self._call: Call | None = None

    def call(self) -> Call:
        """
        What the guard made of it.

        Raises:
            ApiError: it is not let in.
        """
        if self._call is None:
            self._asked = True
            self._call = self._ask()
        return self._call

    async def refusal(self) -> Exception | None:
        """Why it is not let in, of a request whose own fault was found before the guard's turn."""
        if not self._asked:
            try:
                await run_in_threadpool(self.call)
            except Exception as error:  # noqa: BLE001 - a door
                return error
        return None


async def _the_admission(request: Request) -> Admission:  # else it is called in a thread: 0.2 ms
    admission: Admission = request.state.admission
    return admission


# What answers is given the call: the application puts it in the place of the admission.
Called = Annotated[Call, Depends(_the_admission)]
