"""Who may what: every cause with every role, whichever way somebody writes."""

import pytest

from engine.accounts.roles import KEYS, PEOPLE, ROLES, rights_of
from engine.actors import PAGE, Actor
from engine.changes import undo
from engine.changes.log import log
from engine.errors import ForbiddenError
from engine.rights import ALL, RIGHTS
from engine.samples import sample_shop
from engine.segments import library
from engine.store.results.causes import CAUSES
from engine.workspace import views
from engine.workspace.views import View
from engine.workspace.workbench import Rehearsal

WAYS = {
    "write": lambda access, cause: entered(access.write(cause)),
    "definitions": lambda access, cause: entered(access.definitions(cause)),
    "settings": lambda access, cause: entered(access.settings(cause)),
    "change_set": lambda access, cause: entered(access.change_set(cause)),
    "write_small": lambda access, cause: access.write_small(cause, lambda change, profile: 1, ()),
    "rehearse": lambda access, cause: access.rehearse(cause, lambda change, profile: 1),
}


def entered(context):
    with context:
        return 1


def somebody(base, *roles):
    return base.workbench.acting(Actor("ann", PAGE, rights_of(roles)))


def does(access, way, cause):
    """Whether somebody may; what is written touches nothing and leaves no line."""
    try:
        done = WAYS[way](access, cause)
    except ForbiddenError:
        return False
    return (done.result if isinstance(done, Rehearsal) else done) == 1


@pytest.mark.parametrize("role", ROLES)
def test_every_cause_is_done_by_whose_role_has_its_right_and_by_nobody_else(base, role):
    access = somebody(base, role)
    expected = {cause for cause, row in CAUSES.items() if row.right in {None, *ROLES[role].rights}}

    assert expected == {cause for cause in CAUSES if does(access, "write", cause)}
    assert not log(base.workbench).lines


@pytest.mark.parametrize("way", WAYS)
def test_no_way_to_write_forgets_to_ask(base, way):
    assert not does(somebody(base, "view"), way, "definition")
    assert does(somebody(base, "build"), way, "definition")


def test_every_right_is_given_by_a_role_of_people_and_asked_for_by_a_cause_or_a_look():
    people = [role.key for role in ROLES.values() if PEOPLE in role.holders]

    assert rights_of(people) == ALL == RIGHTS.keys()
    assert ALL >= {row.right for row in CAUSES.values()} - {None}
    assert all({KEYS, PEOPLE} >= {*role.holders} for role in ROLES.values())


def test_every_role_looks_and_none_at_all_does_not():
    assert all("view" in role.rights for role in ROLES.values())
    assert rights_of(()) == rights_of(["no such role"]) == frozenset()


def test_the_refusal_says_who_may_not_do_what_and_which_role_would(base):
    with pytest.raises(ForbiddenError, match=r"may import files, got .ann.*the role import"):
        somebody(base, "export").change_set("import").__enter__()


def test_to_undo_takes_the_right_of_what_is_undone(base):
    views.save_view(base.workbench, "customer views", "Mine", View(("id",)))
    library.create(base.workbench, "Romans", {"city": {"conditions": {"$is": ["Rome"]}}})
    base.workbench.configure(currency="PLN")
    settings, segment, view = (line.number for line in log(base.workbench).lines)
    builder = somebody(base, "build")

    with pytest.raises(ForbiddenError, match="change segments"):
        undo.undo(somebody(base, "view", "export"), view)
    for number in (view, segment):
        assert undo.undo(builder, number).done
    with pytest.raises(ForbiddenError, match="change settings"):
        undo.undo(builder, settings)
    assert undo.undo(somebody(base, "admin"), settings).done


def test_a_sample_of_many_changes_is_refused_before_the_first(base):
    with pytest.raises(ForbiddenError, match="import files"):
        sample_shop.load(somebody(base, "build"))

    assert not log(base.workbench).lines
