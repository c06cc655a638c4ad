"""Parts of a page that are drawn alone: a browser asks for them without the page around them."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages._components.shell.who import is_outside

ASKED = "parts-asked"  # the parts of the run in which somebody has looked
Arguments = ParamSpec("Arguments")
Part = Callable[Arguments, None]


def fragment(
    *, key: str | None = None, run_every: timedelta | str | None = None
) -> Callable[[Part[Arguments]], Part[Arguments]]:
    """
    As `st.fragment`, for whoever may see the page: who does not any more is led out.

    The page looks who is there each time that it is drawn; a part of it is drawn without that.

    Args:
        key: by which it is drawn again from elsewhere.
        run_every: after this time it is drawn again by itself; None: never.
    """

    def kept(part: Part[Arguments]) -> Part[Arguments]:
        @wraps(part)
        def drawn(*args: Arguments.args, **options: Arguments.kwargs) -> None:
            if _is_first() and is_outside():
                st.rerun()  # all of the page, which shows how to sign in
            part(*args, **options)

        return st.fragment(drawn, key=key, run_every=run_every)

    return kept


def _is_first() -> bool:
    """
    Whether nobody has looked in this run: a whole page has, and of parts the first one does.

    An edit of the builder draws forty parts, and a look takes 0.3 to 1.3 ms of processor time.
    """
    context = get_script_run_ctx()
    parts = context.fragment_ids_this_run if context else None  # a list of its own for each run
    if not parts or st.session_state.get(ASKED) is parts:
        return False
    st.session_state[ASKED] = parts
    return True
