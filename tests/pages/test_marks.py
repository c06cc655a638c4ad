"""Icons and colours mean the same on every page: one table has them all."""

import re
from pathlib import Path

from app import PAGES
from pages._components.shell import marks

ROOT = Path(__file__).parents[2]
SOURCES = [
    file.read_text("utf-8")
    for file in (*(ROOT / "pages").rglob("*.py"), ROOT / "app.py")
    if file.name != "marks.py"
]
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


def test_no_two_icons_mean_the_same():
    assert len(set(marks.ICONS.values())) == len(marks.ICONS)


def test_no_page_has_a_colour_of_its_own():
    assert [] == [
        colour for source in SOURCES for colour in re.findall(r"#[0-9A-Fa-f]{6}\b", source)
    ]
