"""Every page over records full of markup: it shows what it shows of plain words, and the markup."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from app import PAGES
from tests.browser.conftest import Watched, settle, started, visit
from tests.browser.hostile import FILE, MARKUP, harmless, hostile, workspace

# What markup could make; of a chart only what is no line, mark or measuring stick of its own.
ELEMENTS = (
    "img, a, svg:not(.js-plotly-plot svg, #js-plotly-tester), code, .katex, math, strong, em, del,"
    "b, i, [role=img], span[style], tspan[style], ul, ol, li, h1, h2, h3, h4, blockquote, br, hr,"
    "iframe, script, video, audio, [data-testid=stTooltipIcon], .stMarkdownBadge"
)
# The check mark of a box that is on, the table behind a canvas: a matter of when one looks.
INVENTORY = f"""() => [...document.querySelectorAll({ELEMENTS!r})].map(
    each => [each.tagName.toLowerCase(), ...each.classList].filter(
        word => /^[a-z]+$|^(stMark|katex)/.test(word)).join('.'))"""
TEXTS = """() => {
    const all = selector => [...document.querySelectorAll(selector)];
    return [document.body.innerText,
        ...all('input, textarea').flatMap(one => [one.value, one.placeholder]),
        ...all('.js-plotly-plot text').map(one => one.textContent)].join('\\n')}"""
# Streamlit would rename an icon even in the code of an error, which is then no code.
NAME = MARKUP.replace(":material/home: ", "")
NOTHING: Mapping[str, str] = MappingProxyType({})


class View(NamedTuple):
    """A page in one of its states."""

    page: str
    query: Mapping[str, str] = NOTHING  # values that are keys of the ids stand for these
    opened: tuple[str, ...] = ()  # labels of expanders and popovers, from the top down
    shows: str = MARKUP  # what of the hostile texts can be read


VIEWS = (
    View("overview"),
    View("imports", {"import": "import"}, ("Undo this import",), FILE),
    View("customers", opened=("Columns",)),
    View("customers", {"search": NAME}, ("Views",)),  # whom nobody is called in either
    View("customers", {"customer": "customer"}),
    View("customers", {"customer": "customer", "part": "Timeline"}, shows=""),  # a canvas
    View("customers", {"customer": "customer", "part": "Segments"}, ("segment",)),
    View("customers", {"customer": NAME}, shows=NAME),
    View("segments"),
    *(View("segments", {"do": do}, shows="") for do in ("templates", "compare")),
    View("segments", {"segment": "segment"}, ("Polars plan and SQL",)),
    *(
        View("segments", {"segment": "segment", "part": part})
        for part in ("Members", "History", "Compare", "Exports")
    ),
    View("segments", {"segment": "static", "part": "History"}, ("More",)),
    View("redemptions", {"voucher": MARKUP}),
    View("redemptions", {"redemption": "redemption"}),
    *(
        View("customers", {"customer": "customer", "do": do, "other": "other"}, shows=shows)
        for do, shows in (("edit", MARKUP), ("merge", MARKUP), ("event", ""))
    ),
    View("vouchers"),
    View("vouchers", {"part": "Campaigns"}, shows=""),
    View("vouchers", {"voucher": "code"}),
    View("vouchers", {"voucher": "code", "do": "edit"}),
    View("vouchers", {"campaign": "camp"}),
    View("vouchers", {"do": "campaign"}, shows=""),
    View("redemptions", {"do": "record"}, shows=""),
    View("exports", {"segment": "segment"}, ("columns", "Receipt")),
    View("reference", {"table": "Fields", "lookup": "key"}),
    View("settings", shows=""),
)


class Twin(NamedTuple):
    """One of the two workspaces, served."""

    address: str
    ids: Mapping[str, str]


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Twin, Twin]]:
    """The workspace of plain words and that of markup."""
    folders = {of: tmp_path_factory.mktemp(of.__name__) for of in (harmless, hostile)}
    ids = [workspace(folder / "workspace", of) for of, folder in folders.items()]
    usual, marked = (folder / "workspace" for folder in folders.values())
    with started(usual) as first, started(marked) as second:
        yield Twin(first(), ids[0]), Twin(second(), ids[1])


@pytest.fixture(scope="module")
def opened(watched: Watched) -> Iterator[tuple[tuple[Page, Page], list[str]]]:
    """Two tabs that go from page to page without loading the app anew, and what they say."""
    pages, said = (watched.tab(), watched.tab()), []
    for page in pages:
        page.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
    yield pages, said
    watched.leave()


@pytest.fixture
def tabs(
    opened: tuple[tuple[Page, Page], list[str]], watched: Watched
) -> Iterator[tuple[Page, Page]]:
    """Two tabs in which no page may open a dialog, or call another machine."""
    pages, said = opened
    yield pages
    watched.check()
    assert said == []


@pytest.fixture
def tab(tabs: tuple[Page, Page], twins: tuple[Twin, Twin]) -> Iterator[Page]:
    """The one in front, which the keyboard and the mouse reach."""
    yield tabs[1]
    # What was chosen in one is forgotten: others compare it with its twin. Loaded anew where each
    # stands, one of the two would begin a draft of the segment that it shows; and where such a test
    # is the first, the other one has not been anywhere.
    for page, twin in zip(tabs, twins, strict=True):
        page.goto(twin.address)
    settle(*tabs)


def draw(*drawn: tuple[Page, Twin, View]) -> None:
    """Fills tabs with a view each, with its grids; while one server works, another can."""
    for page, twin, view in drawn:
        query = {name: twin.ids.get(value, value) for name, value in view.query.items()}
        place = "" if view.page == PAGES[0].name else view.page
        visit(page, f"{twin.address}/{place}?{urlencode(query)}")
    pages = [page for page, _, _ in drawn]
    settle(*pages)
    for labels in zip(*(view.opened for _, _, view in drawn), strict=True):
        for page, label in zip(pages, labels, strict=True):
            part = page.locator("summary, button").filter(has_text=label).first
            if not part.evaluate("each => each.parentElement.open"):  # as the view before left it
                part.click()
            page.mouse.move(0, 0)  # what lies under it now may tell of itself, in one tab alone
        settle(*pages)
    for page in pages:
        if page.locator("iframe").count():
            expect(page.frame_locator("iframe").locator(".ag-root")).to_be_visible()
            expect(page.frame_locator("iframe").locator(".ag-row-loading")).to_have_count(0)


def inventory(page: Page) -> Counter[str]:
    """How many of which elements there are, in the grids too."""
    return Counter(each for frame in page.frames for each in frame.evaluate(INVENTORY))


class Sight(NamedTuple):
    """What both tabs hold, and what can be read in the one with markup."""

    expected: Counter[str]
    found: Counter[str]
    said: str


def sight(tabs: tuple[Page, Page], shows: str) -> Sight:
    """As soon as they agree and it is there; of what is not, after 30 s."""
    for _ in range(300):
        seen = Sight(*map(inventory, tabs), texts(tabs[1]))
        if seen.expected == seen.found and shows in seen.said:
            break
        tabs[0].wait_for_timeout(100)
    return seen


def texts(page: Page) -> str:
    """Everything that can be read, on one line."""
    return " ".join(" ".join(frame.evaluate(TEXTS) for frame in page.frames).split())


def test_every_page_is_walked():
    assert {entry.name for entry in PAGES} == {view.page for view in VIEWS}


def named(view: View) -> str:
    """A view in a few words, of which no two have the same."""
    values = (re.sub(r"\W+", "-", value)[:12] for value in view.query.values())
    return " ".join([view.page, *view.query, *values, *view.opened])


@pytest.mark.parametrize("view", VIEWS, ids=named)
def test_markup_makes_nothing_and_can_be_read(
    tabs: tuple[Page, Page], twins: tuple[Twin, Twin], view: View
) -> None:
    markup = (MARKUP, NAME)
    alike = {name: "nobody" if value in markup else value for name, value in view.query.items()}
    draw(*zip(tabs, twins, (view._replace(query=alike), view), strict=True))
    expected, found, said = sight(tabs, view.shows)

    assert expected == found
    assert view.shows in said
    assert "\\" not in said.replace('\\"', "")  # the escapes are not seen; those of JSON are
    assert ":color[" not in said


def test_the_picture_of_an_overlap_reads_no_names(tab: Page, twins: tuple[Twin, Twin]) -> None:
    draw((tab, twins[1], View("segments", {"do": "compare"})))
    choice = tab.get_by_role("combobox", name="Segments to compare")
    expect(choice).to_be_visible()
    settle(tab)  # its list closes when the page is drawn
    choice.click()
    for name in ("twin", "static"):
        tab.keyboard.type(name)
        tab.keyboard.press("Enter")
        settle(tab)
    tab.keyboard.press("Escape")
    picture = tab.locator(".js-plotly-plot")
    picture.locator(".barlayer .point path").first.hover(force=True)

    expect(picture.locator(".hoverlayer")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(picture.locator("a, image, tspan[style*=weight], .math-group")).to_have_count(0)


def test_an_upload_is_mapped_and_checked_as_it_is(
    tab: Page, twins: tuple[Twin, Twin], tmp_path: Path
) -> None:
    header = MARKUP.replace('"', '""')
    file = tmp_path / f"{FILE}.csv"
    file.write_text(f'Source_id,Birthdate,"{header}"\n0,,"{header}"\n1,"{header}",\n')
    draw((tab, twins[1], View("imports")))
    expected = inventory(tab)["img"]
    tab.locator("input[type=file]").set_input_files(file)
    expect(tab.get_by_text("Why rows would be rejected")).to_be_visible()
    settle(tab)

    assert expected == inventory(tab)["img"]
    assert FILE in texts(tab)
    assert 0 == tab.locator("a[href*=evil], .katex, [src*=evil]").count()
