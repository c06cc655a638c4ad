"""What whoever is here may not do: a button is absent, a whole part says which role it takes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

from engine.rights import RIGHTS
from pages._components.shell.session import acting

Arguments = ParamSpec("Arguments")
Part = Callable[Arguments, None]


def may(*rights: str) -> bool:
    """Whether whoever is here has some rights; the engine asks again when it is done."""
    return acting().may(*rights)


def deed(right: str, label: str, **options: Any) -> bool:
    """A button for what takes a right, and whether it was clicked; absent where nobody may."""
    return may(right) and st.button(label, **options)


def takes(*rights: str, silent: bool = False) -> Callable[[Part[Arguments]], Part[Arguments]]:
    """
    Draws a part of a page for whoever has some rights; others read which role it takes.

    Args:
        silent: others read nothing, as where it is a button among others.
    """

    def guarded(part: Part[Arguments]) -> Part[Arguments]:
        @wraps(part)
        def drawn(*args: Arguments.args, **options: Arguments.kwargs) -> None:
            lacking = [right for right in rights if not may(right)]
            if not lacking:
                part(*args, **options)
            elif not silent:
                refusal(lacking[0])

        return drawn

    return guarded


def refusal(right: str) -> None:
    """Says what whoever is here may not do, and what it takes."""
    st.caption(
        f":material/lock: To {RIGHTS[right].does} takes the role *{right}*: ask an administrator."
    )
