"""One row for each route: its guard, the role it asks for, what answers it, and its shape."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import signature
from typing import Any, get_args, get_origin, get_type_hints

from fastapi.params import Body, File
from pydantic import BaseModel

from engine.api.calls import RouteGuard


@dataclass(frozen=True, eq=False)
class Route:
    """One route."""

    method: str
    path: str
    guard: RouteGuard
    role: str  # of the key
    answer: Callable[..., Any]  # takes the call; its parameters are those of the path and bodies
    shape: Any  # what it answers with; None: nothing
    doc: str
    status: int = 200
    resource: str | None = None  # of which the path names one
    media: str | None = None  # of what it may answer with instead of JSON

    @property
    def name(self) -> str:
        """It in a line."""
        return f"{self.method} {self.path}"

    @property
    def body(self) -> str:
        """What it reads, for people."""
        return " or ".join(dict.fromkeys(self._bodies())) or ""

    def _bodies(self) -> Iterator[str]:
        hints = get_type_hints(self.answer, include_extras=True)
        for name in signature(self.answer).parameters:
            kind, *more = get_args(hints[name]) or (hints[name],)
            if any(isinstance(one, File) for one in more):
                yield "a file"
            elif any(isinstance(one, Body) for one in more):
                yield from _models(kind)


def _models(kind: Any) -> Iterator[str]:
    """The names of the models in a type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind.__name__
    elif kind is str:
        yield "text"
    elif get_origin(kind) is list:
        yield f"a list of {', '.join(_models(get_args(kind)[0]))}"
    else:
        for part in get_args(kind):
            yield from _models(part)
