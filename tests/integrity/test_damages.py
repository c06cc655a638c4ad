"""Every kind of damage is told in a line of its own, and what can be made anew is."""

from shutil import copytree

import pytest
from sqlalchemy import create_engine

from engine.errors import WorkbenchError
from engine.integrity.checks import CHECKS
from engine.integrity.damages import ROWS
from engine.integrity.repair import repair, repoint
from engine.store.results import moves
from engine.store.results.checksums import COUNTED
from tests.bases import ME, Base
from tests.integrity.plants import ACCEPT, ALONE, CHANGED, LOST, REPAIR, TOGETHER
from tests.integrity.shop import fill, lines, sql, told


@pytest.fixture(scope="module", autouse=True)
def _full_blocks():
    """Strokes as if there were many: they stand in the index of segments."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moves, "BLOCK", 2)
        yield


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The folder of a workspace with something of everything, and its clock; closed."""
    base = Base.new(tmp_path_factory.mktemp("shop") / "workspace").filled(fill)
    base.close()
    database = create_engine(f"sqlite:///{base.folder / 'workbench.db'}")
    with database.begin() as connection:
        moves.rewrite_index(connection)
    database.dispose()
    return base


@pytest.fixture
def copy(shop, tmp_path):
    """A copy to damage."""
    copytree(shop.folder, tmp_path / "workspace")
    return tmp_path / "workspace"


@pytest.fixture(scope="module", params=TOGETHER, ids=lambda group: group[0].name.split()[0])
def many(request, shop, tmp_path_factory):
    """Many damages in one copy, and the lines about all of them."""
    folder = tmp_path_factory.mktemp("many") / "workspace"
    copytree(shop.folder, folder)
    for plant in request.param:
        plant.do(folder)
    return request.param, found_in(folder, shop.now)


def found_in(folder, now, *, repairs=False, accept=False):
    """Every line about a folder, once it was repaired where that is asked for."""
    if repairs:
        repoint(folder, ME, lambda: now)
    try:
        base = Base(folder, now)
    except WorkbenchError as error:
        return [" ".join(str(error).split())]
    try:
        return lines(repair(base.workbench, accept=accept).left) if repairs else told(base)
    except WorkbenchError as error:
        return [" ".join(str(error).split())]
    finally:
        base.close()


def test_there_are_enough_kinds_of_damage():
    assert len(ALONE) + sum(map(len, TOGETHER)) >= 64


def test_every_table_is_changed_and_loses_rows():
    assert set(COUNTED) == set(CHANGED) == set(LOST) == set(ROWS)


def test_each_of_many_damages_has_a_line_of_its_own(many):
    plants, found = many

    assert [one.name for one in plants if not any(one.told in line for line in found)] == []


@pytest.mark.parametrize("plant", ALONE, ids=lambda plant: plant.name)
def test_a_damage_is_told_and_repaired_if_it_can_be(shop, copy, plant):
    plant.do(copy)
    found = found_in(copy, shop.now)

    assert any(plant.told in line for line in found), found
    assert not any("Traceback" in line or "\n" in line for line in found)
    if plant.helps == REPAIR:
        assert found_in(copy, shop.now, repairs=True) == []
        assert found_in(copy, shop.now) == []


@pytest.mark.parametrize("name", ["a changed stroke", "a missing line of the log",
                                  "a swapped member of a list"])  # fmt: skip
def test_what_is_nowhere_else_is_left_until_somebody_accepts_it(shop, copy, name):
    plant = next(one for one in ALONE if one.name == name)
    plant.do(copy)

    assert plant.helps == ACCEPT
    assert any(plant.told in line for line in found_in(copy, shop.now, repairs=True))
    assert found_in(copy, shop.now, repairs=True, accept=True) == []
    assert found_in(copy, shop.now) == []
    [(after,)] = sql(copy, "SELECT after FROM change_log ORDER BY number DESC LIMIT 1")[0]
    assert plant.told in after


def test_a_repair_is_a_line_of_the_log_and_a_whole_workspace_gets_none(shop, copy):
    before = sql(copy, "SELECT count(*) FROM change_log")
    found_in(copy, shop.now, repairs=True)
    assert sql(copy, "SELECT count(*) FROM change_log") == before
    sql(copy, "DELETE FROM stroke_customer")
    found_in(copy, shop.now, repairs=True)

    [(cause, touched)] = sql(
        copy, "SELECT cause, touched FROM change_log ORDER BY number DESC LIMIT 1"
    )[0]
    assert (cause, touched) == ("repair", '{"repairs": ["Entries and exits by customer"]}')


def test_what_takes_nothing_away_is_told_and_is_no_damage(shop, copy):
    stray = copy / "tables" / "customers" / "part-left-by-a-killed-writer.parquet"
    stray.write_bytes(b"half")
    next((copy / "exports").iterdir()).unlink()
    base = Base(copy, shop.now)
    found = [one.check.key for one in repair(base.workbench).left]
    base.close()

    assert found == ["absent"]
    assert not stray.exists()


def test_a_counter_in_memory_that_is_another_is_told_and_dropped(shop, copy):
    base = Base(copy, shop.now)
    activity = base.workbench.profile().activity
    activity.uses()
    base.workbench.profile().customers[0, "name"] = "Eve"
    found = told(base)
    repair(base.workbench)
    again = told(base)
    base.close()

    assert any(line.startswith("customers in memory") for line in found)
    assert again == []


def test_every_row_says_what_to_do():
    assert [row.key for row in CHECKS.values() if not (row.label and row.advice)] == []
    # What can be repaired is not offered to be accepted.
    assert [row.key for row in CHECKS.values() if row.accept and (row.remedy or row.tidy)] == []
