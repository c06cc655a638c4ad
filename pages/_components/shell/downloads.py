"""Files that are made when somebody clicks: long after the page was drawn, and beside it."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from engine.workspace.workbench import Access
from pages._components.shell.provider import claim
from pages._components.shell.session import entrance, workbench

Arguments = ParamSpec("Arguments")
Content = TypeVar("Content")


def by_who_clicks(
    make: Callable[Concatenate[Access, Arguments], Content],
    *args: Arguments.args,
    **options: Arguments.kwargs,
) -> Callable[[], Content]:
    """
    What a download button takes as its data: made in the hands of who is there at the click.

    By then the session may have ended, or roles were taken away. A click draws no page, so what
    the browser brought when this one was drawn says who it is.

    Args:
        make: gets the workspace in their hands first; SignInError where nobody is there any more.
    """
    brought = claim()
    return lambda: make(workbench().acting(entrance().actor(brought)), *args, **options)
