"""A static segment takes as many customers as the setting says, and not one more, however made."""

import pytest

from engine.errors import ConflictError
from engine.exports.draws import Holdout
from engine.exports.order import Order, held_out_customers
from engine.imports import history
from engine.lists.selection import Selection, selected_customers
from engine.segments import library, versions

CAP, OTHERS = 3, 20
HOLDOUT = Holdout(50)


def by_names(base, names):
    library.create_static(base.workbench, "Fixed", names)


def by_filter(base, names):
    library.create(base.workbench, "Fixed", among(names), "static")


def by_freezing(base, names):
    library.create(base.workbench, "Living", among(names))
    versions.freeze(base.workbench, "Living", "Fixed")


def by_import(base, names):
    city = f"city {len(names)}"  # else those of the last time are unchanged
    run = base.csv("Source_id,City\n" + "".join(f"{name},{city}\n" for name in names))
    library.fix(base.workbench, "Fixed", history.written_customers(base.workbench, run))


def by_list(base, names):
    chosen = selected_customers(base.workbench, Selection(filter=among(names)))
    library.fix(base.workbench, "Fixed", chosen)


def by_adding(base, names):
    library.create_static(base.workbench, "Fixed", names[:1])
    versions.edit_members(base.workbench, "Fixed", "they asked", add=names[1:])


def by_exchange(base, names):
    library.create_static(base.workbench, "Fixed", ["other", *names[1:CAP]])
    adding = {"add": [names[0], *names[CAP:]], "remove": ["other"]}
    versions.edit_members(base.workbench, "Fixed", "they asked", **adding)


def by_holdout(base, names):
    out = held_out_customers(base.workbench, Order(holdout=HOLDOUT, filter=among(names)))
    library.fix(base.workbench, "Fixed", out)


WAYS = (
    *(by_names, by_filter, by_freezing, by_import, by_list),
    *(by_adding, by_exchange, by_holdout),
)


def among(names):
    """The filter that only these customers fit."""
    return {"source_id": {"conditions": {"$in": list(names)}}}


@pytest.fixture
def names(base):
    """More customers than fit, all of them held out; beside them `other`."""
    rows = "".join(f"cust_{row},x{row}\n" for row in range(OTHERS))
    base.csv("Id,Source_id\n" + rows + "cust_other,other\n")
    base.workbench.configure(static_cap=CAP)
    out = held_out_customers(base.workbench, Order(holdout=HOLDOUT))
    names = [name for name in members(out) if name != "other"]
    assert len(names) > CAP
    return names


def members(answer):
    return answer.profile.customers["source_id"].gather(answer.positions).to_list()


def fixed(base):
    """Who is in the segment that was made; nobody where there is none."""
    found = [one for one in library.saved(base.workbench) if one.name == "Fixed"]
    return [name for one in found for name in members(library.members(base.workbench, one))]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_as_many_as_the_limit_are_accepted_and_one_more_is_refused(base, names, way):
    way(base, names[:CAP])

    assert sorted(fixed(base)) == sorted(names[:CAP])

    library.delete(base.workbench, "Fixed")
    if way is by_freezing:
        library.delete(base.workbench, "Living")
    with pytest.raises(ConflictError, match=f"at most {CAP} customers .* got {CAP + 1}: "):
        way(base, names[: CAP + 1])

    assert names[CAP] not in fixed(base)
