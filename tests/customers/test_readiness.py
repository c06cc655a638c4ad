"""What the first caller would wait for is there before."""

from engine.base.kinds.registry import owned_kinds
from engine.customers import readiness
from engine.workspace.tracking import tokens


def test_all_tables_and_indexes_are_there_and_find_the_same(base):
    base.csv("Source_id,Name\nann,Ann\nbob,Bob\n")
    token = tokens(base.workbench).of("bob")
    readiness.prepare(base.workbench)
    profile = base.workbench.profile()
    loaded = profile.activity.loaded()

    assert {kind.name for kind in owned_kinds()} <= loaded.keys()
    assert loaded["redemptions"].uses
    assert profile.indexes.pays("keys")
    assert profile.indexes.pays("tokens")
    assert tokens(base.workbench).owner(profile, token) == base.column("source_id").index("bob")


def test_an_empty_workspace_is_ready(base):
    readiness.prepare(base.workbench)

    assert base.workbench.profile().total == 0
