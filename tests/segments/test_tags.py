"""Tags: kept with their segment, told in the log, and taken back with it."""

import pytest

from engine.changes import undo
from engine.changes.log import EVERYTHING, log
from engine.errors import UsageError
from engine.segments import library, tags

BERLIN = {"junction": "and", "address.city": {"conditions": {"$is": ["Berlin"]}}}


@pytest.fixture
def berlin(base):
    base.csv("Source_id,City\nw-1,Berlin\n")
    return library.create(base.workbench, "In Berlin", BERLIN)


def test_tags_are_added_and_taken_off_whatever_their_case(base, berlin):
    bench = base.workbench
    tags.tag(bench, berlin.name, [" Loyalty ", "spring", "LOYALTY"])
    assert ("Loyalty", "spring") == library.find(bench, berlin.id).tags
    assert ["Loyalty", "spring"] == tags.known_tags(bench)
    assert tags.has(library.find(bench, berlin.id), "loyalty")

    tags.tag(bench, berlin.name, ["autumn"], ["SPRING"])
    assert ("Loyalty", "autumn") == library.find(bench, berlin.id).tags


def test_tags_change_neither_the_version_nor_the_members(base, berlin):
    tagged = tags.tag(base.workbench, berlin.id, ["spring"])

    assert (berlin.version, berlin.filter) == (tagged.version, tagged.filter)
    assert 1 == library.members(base.workbench, tagged).count


def test_tags_stay_when_a_segment_is_renamed_and_edited(base, berlin):
    tags.tag(base.workbench, berlin.id, ["spring"])
    rome = {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}
    edited = library.edit(base.workbench, berlin.id, raw=rome, new_name="In Rome")

    assert ("spring",) == edited.tags == library.find(base.workbench, edited.id).tags


def test_a_tag_is_told_in_the_log_and_undone(base, berlin):
    bench = base.workbench
    tags.tag(bench, berlin.id, ["spring"])
    [line] = log(bench, EVERYTHING, 1).lines
    assert ("tags" in line.before, line.after["tags"]) == (False, ["spring"])

    undo.undo(bench, line.number)
    assert () == library.find(bench, berlin.id).tags


def test_what_changes_nothing_leaves_no_line(base, berlin):
    tags.tag(base.workbench, berlin.id, ["spring"])
    before = log(base.workbench, EVERYTHING, 1).total
    tags.tag(base.workbench, berlin.id, ["Spring"])

    assert before == log(base.workbench, EVERYTHING, 1).total


@pytest.mark.parametrize(
    ("add", "remove", "said"),
    [
        ([" "], [], "expected a tag, got nothing"),
        (["x" * 41], [], "at most 40 characters, got 41"),
        (["a\nb"], [], "one line of text"),
        ([f"tag {number}" for number in range(21)], [], "at most 20 tags on one segment, got 21"),
        ([], ["autumn"], "expected tags that `In Berlin` has, got `autumn`"),
    ],
)
def test_a_tag_that_does_not_fit_says_why(base, berlin, add, remove, said):
    with pytest.raises(UsageError) as refused:
        tags.tag(base.workbench, berlin.id, add, remove)

    assert said in refused.value.message
    assert () == library.find(base.workbench, berlin.id).tags
