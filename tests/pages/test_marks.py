"""Icons and colours mean the same on every page: one table has them all."""

import ast
import re
import tomllib
from pathlib import Path

import polars as pl
import pytest

from app import PAGES
from pages._components.charts.chart import bars, steps
from pages._components.shell import marks

ROOT = Path(__file__).parents[2]
SOURCES = [
    file.read_text("utf-8")
    for file in (*(ROOT / "pages").rglob("*.py"), ROOT / "app.py")
    if file.name != "marks.py"
]
LOOK = (ROOT / "data/assets/look.css").read_text("utf-8")
CONFIG = (ROOT / ".streamlit/config.toml").read_text("utf-8")
NAMED = re.compile(r":material/(\w+):")
TOUR = (ROOT / "pages/_components/overview/tour.py").read_text("utf-8")
STEPS = re.findall(r'"(\w+)", "(?:segments|customers|imports|exports)",', TOUR)


def test_every_icon_of_a_page_is_a_row_of_the_table():
    used = {icon for source in SOURCES for icon in NAMED.findall(source)}

    assert len(STEPS) == 5
    assert used | {entry.icon for entry in PAGES} | set(STEPS) <= marks.ICONS.keys()


def test_every_row_of_the_table_is_used():
    used = {icon for icon in marks.ICONS for source in SOURCES if re.search(rf"\b{icon}\b", source)}

    assert used == marks.ICONS.keys()


def test_no_toast_is_lost_to_the_drawing_behind_it():
    assert [] == [lost for source in SOURCES for lost in toasts_lost(source)]


def toasts_lost(source):
    """The lines of `st.toast` in whose block `st.rerun` follows."""
    blocks = [
        [one for one in block if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
        for node in ast.walk(ast.parse(source))
        for block in (getattr(node, "body", []), getattr(node, "orelse", []))
        if isinstance(block, list)
    ]
    for block in blocks:
        called = [ast.unparse(one.value.func) for one in block]
        if "st.toast" in called and "st.rerun" in called[called.index("st.toast") :]:
            yield block[called.index("st.toast")].lineno


def test_no_two_icons_mean_the_same():
    assert len(set(marks.ICONS.values())) == len(marks.ICONS)


def test_no_page_has_a_colour_of_its_own():
    assert [] == [
        colour for source in SOURCES for colour in re.findall(r"#[0-9A-Fa-f]{6}\b", source)
    ]


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return sum(share * each for share, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("place", "theme"), [(0, "light"), (1, "dark")])
def test_what_is_marked_in_code_can_be_read(place, theme):
    behind = tomllib.loads(CONFIG)["theme"][theme]["codeBackgroundColor"]
    marked = re.findall(r"\.token.*\n.*light-dark\((#\w{6}), (#\w{6})\)", LOOK)

    assert len(marked) == 6
    assert all(contrast(colours[place], behind) >= 4.5 for colours in marked)


def test_what_is_drawn_alone_has_one_colour_in_every_chart():
    frame = pl.DataFrame({"Month": ["May"], "Customers": [1]})

    assert marks.DRAWN == bars(frame).data[0].marker.color == steps(frame).data[0].line.color
