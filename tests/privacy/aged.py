"""A shop with records of long ago, and rules by which they go."""

from engine.integrity.checks import examined
from engine.privacy import retention
from engine.privacy.retention_rules import (
    RetentionRule,
    set_rule,
)
from engine.segments import library
from engine.store.check import faults
from tests.memberships.law import check

BUYERS = {"summary.orders.total_count": {"conditions": {"$more_than": [0]}}}
LAPSED = {"summary.orders.total_count": {"conditions": {"$is": [0]}}}
PEOPLE = (
    "Source_id,Name,Email,Created_at\n"
    "old-buyer,Olga Dawna,olga@old.example,2020-01-05T00:00:00Z\n"
    "old-idle,Ida Bez-Zakupu,ida@idle.example,2020-01-06T00:00:00Z\n"
    "new-idle,Nina Nowa,nina@new.example,2026-10-01T00:00:00Z\n"
    "undated,Una Bezdat,una@new.example,\n"
)
ORDERS = (
    "Source_id,Customer_source_id,Status,Amount,Created_at,gift\n"
    "order-from-2021,old-buyer,PAID,100,2021-03-01T00:00:00Z,a photo of 2021\n"
    "order-from-2026,old-buyer,PAID,200,2026-09-01T00:00:00Z,a photo of 2026\n"
    "order-of-2022,new-idle,PAID,50,2022-03-01T00:00:00Z,a photo of 2022\n"
)
ORDER_RULE = RetentionRule("orders", 3 * 365, "created_at")
IDLE_RULE = RetentionRule("customers", 3 * 365, "created_at", "without-orders")
HISTORY_RULE = RetentionRule("history", 30)


def shop(base):
    """Customers and orders, some of long ago, and who ever bought."""
    base.csv(PEOPLE)
    base.later(seconds=1)
    base.csv(ORDERS, kind="orders")
    library.create(base.workbench, "Buyers", BUYERS)
    library.create(base.workbench, "Lapsed", LAPSED)
    library.create_static(base.workbench, "Invited", ["old-idle", "new-idle"])
    base.later(days=1)


def kept(base, *wanted):
    """Sets rules and applies them."""
    for rule in wanted:
        set_rule(base.workbench, rule)
    return retention.run(base.workbench)


def whole(base):
    """The workspace is whole, and all that is kept in memory or stored equals a rebuild."""
    assert faults(base.workbench.store) == []
    assert examined(base.workbench) == []
    check(base)
    now, rebuilt = base.workbench.profile(), base.workbench.memberships.rebuilt()
    for field in rebuilt.catalogue.fields():
        if field.activity:
            assert now.values(field).equals(rebuilt.values(field)), field.path
