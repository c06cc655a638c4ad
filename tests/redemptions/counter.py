"""A shop with vouchers, and what its people do with them in one line each."""

from engine.redemptions.attempt import attempt
from engine.redemptions.redeem import redeem
from engine.redemptions.rollback import roll_back
from engine.redemptions.validation import validate
from engine.redemptions.vouchers import create_voucher, find_voucher

# The guide's own, byte for byte.
GUIDE = {
    "customer": {
        "source_id": "[email protected]",
        "name": "Alice Morgan",
        "email": "[email protected]",
        "metadata": {
            "locale": "en-GB",
            "shoeSize": 5,
            "favourite_brands": ["Armani", "L’Autre Chose", "Vicini"],
        },
    },
    "order": {
        "amount": 20050,
        "items": [
            {"product_id": "prod_anJ03RZZq74z4v", "quantity": "2", "price": 10000},
            {"sku_id": "sku_0KtP4rvwEECQ2U", "quantity": "1"},
        ],
    },
    "metadata": {"locale": "en-GB"},
}
TEN = {"discount": {"type": "AMOUNT", "amount_off": 1000}}
HALF = {"discount": {"type": "PERCENT", "percent_off": 50}}


class Counter:
    """Where codes are handed in; each call is a second later."""

    def __init__(self, base):
        self.base, self.workbench = base, base.workbench

    def voucher(self, code, document=None, **terms):
        """Creates one; ten off unless said otherwise."""
        said = {**(document or ({} if "gift" in terms else TEN)), **terms, "code": code}
        return create_voucher(self.workbench, said)

    def redeem(self, *codes, amount=None, who=None, key=None, **more):
        self.base.later(seconds=1)
        return redeem(self.workbench, asked(*codes, amount=amount, who=who, **more), key)

    def validate(self, *codes, amount=None, who=None, **more):
        return validate(self.workbench, asked(*codes, amount=amount, who=who, **more))

    def roll_back(self, redemption, reason=None, **more):
        self.base.later(seconds=1)
        return roll_back(self.workbench, redemption, reason, **more)

    def refused(self, *codes, **more):
        """Why codes are not redeemed: the keys of the failures."""
        return [one.failure_code for one in self.redeem(*codes, **more).failed]

    def use(self, code):
        """How often a voucher counts as redeemed, and what is left on it."""
        found = find_voucher(self.workbench, code)
        return found.redeemed, found.balance

    def records(self, table, *columns):
        return self.workbench.profile().activity.records(table).select(columns).rows()

    def summary(self, who):
        """What the records of a customer come to."""
        return self.base.customer(who)["summary"]


def asked(*codes, amount=None, who=None, **more):
    """A request; `who` is a source id, `amount` that of an order with nothing else."""
    if amount is not None:
        more["order"] = {**more.get("order", {}), "amount": amount}
    return attempt(codes, customer=more.pop("customer", who), **more)
