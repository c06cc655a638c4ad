"""Every page over records full of markup: it shows what it shows of plain words, and the markup."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from app import PAGES
from tests.browser.conftest import served, settle
from tests.browser.hostile import FILE, MARKUP, harmless, hostile, workspace

# What markup could make; those in charts too, but for the lines that they draw.
ELEMENTS = (
    "img, a, svg:not(.js-plotly-plot svg), code, .katex, math, strong, em, del, b, i, [role=img],"
    "span[style], tspan[style], ul, ol, li, h1, h2, h3, h4, blockquote, table, br, hr, iframe,"
    "script, video, audio, input, button, [data-testid=stTooltipIcon], .stMarkdownBadge"
)
INVENTORY = f"""() => [...document.querySelectorAll({ELEMENTS!r})].map(
    each => [each.tagName.toLowerCase(), ...each.classList].filter(
        word => /^[a-z]+$|^(st|katex)/.test(word) && !/^st-|^stElement/.test(word)).join('.'))"""
TEXTS = """() => [document.body.innerText,
    ...[...document.querySelectorAll('input, textarea')].map(one => one.value || one.placeholder),
    ...[...document.querySelectorAll('.js-plotly-plot text')].map(one => one.textContent)].join('\\n')"""


class View(NamedTuple):
    """A page in one of its states."""

    page: str
    query: Mapping[str, str] = {}  # values that are keys of the ids stand for these
    opened: tuple[str, ...] = ()  # labels of expanders and popovers, from the top down
    shows: str | None = MARKUP  # what can be read; None where all of it is in a canvas


VIEWS = (
    View("overview"),
    View("overview", shows=FILE),
    View("imports", shows=None),
    View("imports", {"import": "import"}, ("Undo this import",), FILE),
    View("imports", {"import": "again"}, ("Undo this import",), None),
    View("customers", opened=("Columns",)),
    View("customers", opened=("Views",)),
    View("customers", {"customer": "customer"}, (hostile("segment")[:7],)),
    View("segments", opened=("Begin with a template",)),
    View("segments", {"segment": "segment"}, ("Polars plan and SQL", "Versions", "Filter as JSON")),
    View("segments", {"segment": "segment"}, ("Entries and exits", "Size in the past", "More")),
    View("segments", {"segment": "static"}, ("Entries and exits", "Versions")),
    View("redemptions"),
    View("redemptions", {"redemption": "redemption"}),
    View("exports", opened=("Receipt", "columns")),
    View("exports", {"segment": "segment"}),
    View("reference", {"table": "Fields"}),
    View("settings", shows=None),
)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, dict[str, str]]]]:
    """The addresses of both workspaces, and the ids in them."""
    folder = tmp_path_factory.mktemp("hostile")
    ids = [workspace(folder / of.__name__ / "workspace", of) for of in (harmless, hostile)]
    with (
        served(folder / "harmless" / "workspace") as plain,
        served(folder / "hostile" / "workspace") as marked,
    ):
        yield list(zip((plain, marked), ids, strict=True))
