"""The inventory names every place where somebody may stand, and erasure reaches each of them."""

import pytest

from engine.base.kinds.registry import RECORD_TABLES
from engine.privacy import erasure
from engine.privacy.access_file import SECTIONS
from engine.privacy.inventory import (
    ALL_GOES,
    BLANKED,
    DATABASE,
    FILE_GOES,
    FILES,
    MARKED,
    PLACES,
    PROFILE_GOES,
    RECORDS,
    ROW_GOES,
    lacking,
    place_of_file,
    places,
)
from engine.store.results.texts import text_columns
from tests.privacy.everywhere import KEY

REACHED = [
    *places(DATABASE, MARKED, BLANKED, ROW_GOES),
    *places(RECORDS, MARKED, PROFILE_GOES),
    *places(FILES, FILE_GOES, ALL_GOES),
]


def test_every_column_that_can_hold_text_has_a_line():
    assert lacking(text_columns()) == []


def test_every_line_of_a_column_is_one_of_the_database():
    known = {place.key for place in PLACES.values() if place.kind == DATABASE}

    assert known - {*text_columns()} == set()


def test_every_record_table_has_a_line():
    assert {place.key for place in places(RECORDS)} == {*RECORD_TABLES}


def test_every_file_of_a_full_workspace_has_a_line(everywhere):
    folder = everywhere.folder
    files = [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()]

    assert [file for file in files if place_of_file(file) is None] == []


def test_a_file_of_another_kind_has_none():
    assert place_of_file("copies/ann.csv") is None
    assert place_of_file("workbench.db.bak") is None


@pytest.fixture(scope="module")
def foreseen(everywhere):
    return erasure.preview(everywhere.workbench, [KEY]).counts


@pytest.mark.parametrize("place", REACHED, ids=lambda place: place.key)
def test_the_person_stands_in_every_place_and_the_preview_counts_it(place, foreseen):
    assert foreseen.get(place.key, 0) > 0


def test_what_subject_access_prints_has_a_section():
    printed = {place.key for place in PLACES.values() if place.printed}

    assert {key for section in SECTIONS for key in section.of} == printed
