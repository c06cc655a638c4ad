"""
The workbench in the browser, one file with two faces.

Each session runs it as a script (`__main__`) and gets the page list; the server imports it once
and gets `app`, the pages and the HTTP routes in one process.
"""

import os
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from pages._components.shell.place import tell_place
from pages._components.shell.session import (
    entrance,
    faults_shown,
    fixable,
    runner,
    workbench,
)
from pages._components.shell.toasts import show_toast
from pages._components.shell.tray import tray
from pages._components.shell.turns import turns
from pages._components.shell.who import doorstep, is_outside, who

ASSETS = Path(__file__).parent / "data" / "assets"


class PageEntry(NamedTuple):
    """One line of the sidebar."""

    name: str  # file in pages/ and address
    title: str
    icon: str  # Material symbol
    default: bool = False


PAGES = (
    PageEntry("overview", "Overview", "space_dashboard", default=True),
    PageEntry("imports", "Imports", "upload_file"),
    PageEntry("customers", "Customers", "group"),
    PageEntry("segments", "Segments", "filter_alt"),
    PageEntry("redemptions", "Redemptions", "redeem"),
    PageEntry("vouchers", "Vouchers", "confirmation_number"),
    PageEntry("exports", "Exports", "download"),
    PageEntry("reference", "Reference", "menu_book"),
    PageEntry("settings", "Settings", "settings"),
)


def page(entry: PageEntry) -> st.Page:
    """The entry as Streamlit's navigation wants it."""
    return st.Page(
        f"pages/{entry.name}.py",
        title=entry.title,
        icon=f":material/{entry.icon}:",
        default=entry.default,
    )


if __name__ == "__main__":
    # Before the navigation: a page with a Material icon and no icon of ours asks a remote host.
    st.set_page_config(page_icon=ASSETS / "icon.png", layout="wide", initial_sidebar_state=240)
    st.logo(ASSETS / "logo.svg", size="large", icon_image=ASSETS / "icon.png")
    outside = is_outside()
    chosen = st.navigation(
        [page(entry) for entry in PAGES], position="hidden" if outside else "sidebar"
    )
    with faults_shown():  # a workspace that cannot be opened, and what no part of a page expects
        workbench()
        if outside:
            doorstep()
            st.stop()
        tell_place()
        show_toast()
        with st.sidebar, faults_shown():
            who()
            turns()
        chosen.run()
        with st.sidebar, faults_shown():
            tray()  # behind the page, so that a job that it has begun is followed to its end
elif __name__ != "__mp_main__":  # a spawned child imports this file too and must not serve
    from collections.abc import AsyncIterator
    from contextlib import asynccontextmanager
    from importlib import import_module
    from threading import Thread

    from starlette.middleware import Middleware
    from starlette.requests import HTTPConnection
    from streamlit.runtime.memory_session_storage import MemorySessionStorage
    from streamlit.runtime.pages_manager import PagesManager

    from engine.accounts.entrance import Claim
    from engine.api.app import api, lifespan, routes
    from engine.api.first_page import first_pages
    from engine.api.guard import Guard
    from engine.api.inside import Inside
    from engine.api.origins import ORIGINS
    from engine.api.service import Switch
    from engine.api.sign_in import SignInFirst
    from engine.workspace.access import HOSTS, further_sites
    from pages._components.imports.upload import uploads_discarded
    from pages._components.shell.provider import claim_of

    # A pages/ folder beside the script turns on Streamlit's old page mode, which answers the first
    # deep link after a start without this file. Guarded by tests/browser/test_navigation.py.
    PagesManager.uses_pages_directory = False
    # A page that was left keeps its session for two minutes, should it come back, and with it three
    # open files: of 128 sessions they are 384, where some systems allow 256 in all.
    MemorySessionStorage.__init__.__defaults__ = (16, 120)

    # What the first grid and the first chart load: half a second. Not the grid's own module, which
    # registers itself in the run of a script alone.
    LATER = ("pandas", "plotly.express")

    @asynccontextmanager
    async def alive(server: st.App) -> AsyncIterator[None]:
        """What goes on from the start of the server to its end."""
        Thread(target=lambda: [import_module(each) for each in LATER], daemon=True).start()
        async with lifespan(workbench)(server), uploads_discarded(server):
            yield

    guard = Middleware(Guard, further_sites(os.environ.get(HOSTS, "")))
    # Before Streamlit's own middleware, which decodes, packs and signs what is not its.
    switch = Middleware(Switch, api(workbench, runner, os.environ.get(ORIGINS, "")))
    names = ["" if entry.default else entry.name for entry in PAGES]

    def claimed(connection: HTTPConnection) -> Claim:
        return claim_of(connection.cookies)

    answering = routes(entrance(), claimed)
    ours = [*first_pages(Path(st.__file__).parent, names), *answering]
    led = Middleware(SignInFirst, entrance(), [f"/{name}" for name in names])
    inside = Middleware(Inside, entrance(), claimed)
    app = st.App(
        __file__,
        routes=ours,
        lifespan=alive,
        middleware=[guard, switch, inside, led],
        on_script_error=fixable,  # of callbacks: what a page itself raises, it shows in its place
    )
