"""Saved views: kept by name, per table, in the workspace."""

import pytest

from engine.errors import UsageError
from engine.workspace.views import View, delete_view, of_exports, of_grid, save_view, views

CUSTOMERS, EXPORTS = of_grid("customers"), of_exports("customers")
ROMANS = View(("name", "email"), ("-name",), {"city": {"type": "equals", "filter": "Rome"}})


def test_a_view_is_kept_whole_and_by_its_name_and_table(base):
    save_view(base.workbench, CUSTOMERS, " Romans ", ROMANS)
    save_view(base.workbench, EXPORTS, "Short", View(("id",)))

    assert views(base.workbench, CUSTOMERS) == {"Romans": ROMANS}
    assert views(base.workbench, EXPORTS) == {"Short": View(("id",))}


def test_a_name_holds_one_view_until_it_is_deleted(base):
    save_view(base.workbench, CUSTOMERS, "50%_", ROMANS)
    save_view(base.workbench, CUSTOMERS, "50%_", View(("id",)))
    save_view(base.workbench, CUSTOMERS, "50xx", ROMANS)

    assert views(base.workbench, CUSTOMERS)["50%_"] == View(("id",))
    delete_view(base.workbench, CUSTOMERS, "50%_")
    assert list(views(base.workbench, CUSTOMERS)) == ["50xx"]
    delete_view(base.workbench, CUSTOMERS, "never there")


@pytest.mark.parametrize(("name", "view"), [(" ", ROMANS), ("Empty", View(()))])
def test_a_view_has_a_name_and_columns(base, name, view):
    with pytest.raises(UsageError):
        save_view(base.workbench, CUSTOMERS, name, view)
