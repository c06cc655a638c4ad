"""The law of summaries: any history leaves what a model of the rules says, built up or afresh."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.activity import Activity
from engine.base.kinds.registry import owned_kinds
from engine.store.check import faults
from tests.bases import NOW, Base
from tests.strategies import examples

customers = st.sampled_from(["ann", "bob", "eve"])
instants = st.sampled_from(["2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z", "2026-11-01T00:00:00Z"])
orders = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "c", "d"]), "customer_source_id": customers},
    optional={
        "status": st.sampled_from(["CREATED", "PAID", "CANCELED", "FULFILLED"]),
        "amount": st.sampled_from([1, 2, 5]),
        "discount_amount": st.sampled_from([0, 1]),
        "total_amount": st.sampled_from([7, None]),
        "created_at": instants,
    },
)
redemptions = st.fixed_dictionaries(
    {"id": st.sampled_from(["r", "s", "t", "u"]), "customer_source_id": customers},
    optional={
        "result": st.sampled_from(["SUCCESS", "FAILURE"]),
        "status": st.sampled_from(["SUCCEEDED", "ROLLED_BACK"]),
        "object": st.sampled_from(["redemption", "redemption_rollback"]),
        "voucher_code": st.sampled_from(["card", "cord", "unknown"]),
        "gift_amount": st.sampled_from([10, 20, None]),
        "date": instants,
    },
)
events = st.fixed_dictionaries(
    {"id": st.sampled_from(["x", "y"]), "customer_source_id": customers,
     "event": st.sampled_from(["visit", "leave"])},
    optional={"created_at": instants},
)  # fmt: skip
vouchers = st.fixed_dictionaries(
    {"code": st.sampled_from(["card", "cord"])},
    optional={"type": st.sampled_from(["GIFT_VOUCHER", "DISCOUNT_VOUCHER"]),
              "value": st.sampled_from([50, 100])},
)  # fmt: skip
KINDS = {"orders": orders, "redemptions": redemptions, "events": events, "vouchers": vouchers}
files = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(KINDS[kind], min_size=1, max_size=4))
)
HAPPENED = {"orders": "created_at", "redemptions": "date", "events": "created_at"}
FIELDS = [
    *(field.path for kind in owned_kinds() for field in kind.summaries),
    *(f"events.{name}.{part}" for name in ("visit", "leave")
      for part in ("count", "first_occurred", "last_occurred")),
]  # fmt: skip


class Model:
    """The records as dicts, and the contract's rules on them."""

    def __init__(self):
        self.records = {kind: {} for kind in KINDS}

    def bring(self, kind, file, now):
        for row in file:
            key = row.get("id") or row["code"]
            known = self.records[kind].setdefault(key, {"key": key})
            known.update(row)
        for record in self.records[kind].values():
            record.setdefault(HAPPENED.get(kind, "none"), now)

    def of(self, customer):
        """Every field of one customer that has a record."""
        found = {}
        for kind, add in (("orders", self.orders), ("redemptions", self.redemptions),
                          ("events", self.events)):  # fmt: skip
            mine = [r for r in self.records[kind].values() if r["customer_source_id"] == customer]
            found |= add(mine)
        return found

    def orders(self, mine):
        paid = [one for one in mine if one.get("status") in ("PAID", "FULFILLED")]
        if not paid:
            return {}
        paid.sort(key=lambda one: (one["created_at"], one["id"]))
        amounts = [total(one) for one in paid]
        known = [amount for amount in amounts if amount is not None]
        found = {
            "total_amount": sum(known),
            "total_count": len(paid),
            "average_amount": int(sum(known) / len(paid) + 0.5),
            "last_order_amount": amounts[-1],
            "last_order_date": paid[-1]["created_at"],
            "first_order_date": paid[0]["created_at"],
        }
        return {f"summary.orders.{name}": value for name, value in found.items()}

    def redemptions(self, mine):
        sides = defaultdict(list)
        for one in mine:
            sides[one.get("object") == "redemption_rollback"].append(one)
        found = {}
        if sides[False]:
            good, bad = (sum(result(one) == word for one in sides[False])
                         for word in ("SUCCESS", "FAILURE"))  # fmt: skip
            found |= {"total_redeemed": good + bad, "total_succeeded": good, "total_failed": bad}
            found["last_redemption_date"] = max(one["date"] for one in sides[False])
        if sides[True]:
            good, bad = (sum(result(one) == word for one in sides[True])
                         for word in ("SUCCESS", "FAILURE"))  # fmt: skip
            found |= {"total_rolled_back": good + bad, "total_rollback_succeeded": good,
                      "total_rollback_failed": bad}  # fmt: skip
        gifts = [one for one in mine if gift(one)]
        if gifts:
            found["gift.redeemed_amount"] = sum(map(spent, gifts))
        codes = {one["voucher_code"] for one in gifts if one.get("voucher_code")}
        if codes:
            found["gift.amount_to_go"] = sum(map(self.balance, codes))
        return {f"summary.redemptions.{name}": value for name, value in found.items()}

    def balance(self, code):
        card = self.records["vouchers"].get(code, {})
        if card.get("type") != "GIFT_VOUCHER" or "value" not in card:
            return 0
        used = [one for one in self.records["redemptions"].values()
                if gift(one) and one.get("voucher_code") == code]  # fmt: skip
        return card["value"] - sum(map(spent, used))

    def events(self, mine):
        found = {}
        for name in {one["event"] for one in mine}:
            dates = [one["created_at"] for one in mine if one["event"] == name]
            parts = (len(dates), min(dates), max(dates))
            words = ("count", "first_occurred", "last_occurred")
            found |= {f"events.{name}.{w}": part for w, part in zip(words, parts, strict=True)}
        return found


def total(order):
    if order.get("total_amount") is not None:
        return order["total_amount"]
    return order["amount"] - order.get("discount_amount", 0) if "amount" in order else None


def result(one):
    derived = {"SUCCEEDED": "SUCCESS", "ROLLED_BACK": "SUCCESS"}.get(one.get("status"))
    return one.get("result") or derived


def gift(one):
    kind = one.get("object", "redemption") == "redemption"
    return kind and result(one) == "SUCCESS" and one.get("gift_amount") is not None


def spent(one):
    return 0 if one.get("status") == "ROLLED_BACK" else one["gift_amount"]


def shown(value):
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def stored(profile):
    """Every field of everybody, by source id."""
    sources = profile.customers["source_id"].to_list()
    found = {source: {} for source in sources}
    for path in FIELDS:
        field = profile.catalogue.field(path)
        values = profile.values(field)
        assert (values is None) is not field.known  # an event nobody has had yet
        for source, value in zip(sources, [] if values is None else values, strict=field.known):
            if value is not None:
                found[source][path] = shown(value)
    return found


@settings(max_examples=examples(6, fuzzed=400))
@given(st.lists(files, min_size=1, max_size=6))
def test_any_history_leaves_what_the_rules_say_built_up_or_afresh(history):
    with TemporaryDirectory() as folder:
        base, model = Base.new(Path(folder) / "workspace"), Model()
        for place, (kind, file) in enumerate(history):
            base.now = (NOW + timedelta(minutes=place)).astimezone(UTC)
            base.json(*file, kind=kind)
            model.bring(kind, file, shown(base.now))
            profile = base.workbench.profile()
            expected = {
                name: {path: value for path, value in model.of(name).items() if value is not None}
                for name in profile.customers["source_id"]
            }

            assert expected == stored(profile)
            afresh = Activity(base.workbench.store, profile.snapshot)
            for path in FIELDS:
                field = profile.catalogue.field(path)
                if not field.known:
                    continue
                rebuilt = profile.spread(afresh.summary(field))
                assert profile.values(field).to_list() == rebuilt.to_list()
            assert faults(base.workbench.store) == []
        base.close()
