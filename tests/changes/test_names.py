"""Lines of the log by name: what was written of few records, and whose it is."""

import pytest

from engine.changes.log import LogFilter, in_words, log
from engine.changes.names import FEW, by_names, with_names
from engine.changes.undo import undo
from engine.customers import editing
from engine.customers.events import record_event
from engine.privacy.erasure import erase
from engine.privacy.masks import mask_of
from engine.redemptions.campaigns import create_campaign
from tests.redemptions.counter import TEN, Counter


@pytest.fixture
def shop(base):
    return base.filled(begin)


def begin(base):
    base.csv("Source_id,Name,City\na,Ann Lee,Rome\nb,,Oslo\n")
    Counter(base).voucher("TEN")


def newest(base, mask=None):
    """What the last line of the log says."""
    lines = log(base.workbench, most=1).lines
    return in_words(with_names(base.workbench, lines, *[mask] if mask else ())[0])


def redeemed(base):
    Counter(base).redeem("TEN", who="a")


def rolled_back(base):
    shop = Counter(base)
    shop.roll_back(shop.redeem("TEN", who="a").entries[0].id)


SAID = {
    "a redemption": (redeemed, "Redeemed TEN; customer Ann Lee · a"),
    "a refusal": (
        lambda base: Counter(base).redeem("NONE", who="a"),
        "Could not redeem NONE · not found; customer Ann Lee · a",
    ),
    "a rollback": (rolled_back, "Rolled back TEN; customer Ann Lee · a; Redeemed TEN"),
    "a voucher": (lambda base: Counter(base).voucher("FIVE"), "Voucher FIVE"),
    "a campaign": (
        lambda base: create_campaign(base.workbench, "Spring", TEN),
        "Campaign Spring",
    ),
    "an edit": (
        lambda base: editing.edit(base.workbench, "b", {"address": {"city": "Bern"}}),
        "customer b",
    ),
    "an event": (
        lambda base: record_event(base.workbench, "Opened", {"source_id": "a"}, {}),
        "Opened; customer Ann Lee · a",
    ),
    "an undo": (
        lambda base: [redeemed(base), undo(base.workbench, 3)],
        "change 3; Redeemed TEN; customer Ann Lee · a",
    ),
}


@pytest.mark.parametrize(("deed", "said"), SAID.values(), ids=SAID)
def test_a_line_names_what_was_written_and_whose_it_is(shop, deed, said):
    deed(shop)

    assert newest(shop) == said


@pytest.mark.parametrize(("deed", "said"), SAID.values(), ids=SAID)
def test_a_line_is_found_by_what_it_says(shop, deed, said):
    deed(shop)

    assert found(shop, said.upper()) == [len(log(shop.workbench).lines)]


def found(base, text, *mask):
    """The lines that say a text."""
    wanted = by_names(base.workbench, LogFilter(text=text), *mask)
    return [line.number for line in log(base.workbench, wanted).lines]


def test_a_file_is_found_by_its_name_and_nobody_behind_a_mask(shop):
    redeemed(shop)

    assert found(shop, "customers.csv") == [1]
    assert (found(shop, "Ann Lee"), found(shop, "Ann Lee", mask_of(shop.workbench))) == ([3], [])


def test_behind_a_mask_a_customer_is_an_id(shop):
    redeemed(shop)
    customer = shop.customer("a")["id"]

    assert newest(shop, mask_of(shop.workbench)) == f"Redeemed TEN; customer {customer}"


def test_a_file_goes_by_its_name_and_many_by_their_number(shop):
    [first] = with_names(shop.workbench, log(shop.workbench).lines[-1:])
    create_campaign(shop.workbench, "Spring", TEN, FEW + 1)

    assert first.touched["customers"] == 2
    assert f"{FEW + 1} vouchers" in newest(shop)


def test_whoever_is_erased_is_in_no_line_any_more(shop):
    redeemed(shop)
    erase(shop.workbench, ["a"])
    told = with_names(shop.workbench, log(shop.workbench).lines)

    assert "Ann" not in "; ".join(map(in_words, told))
    assert "Redeemed TEN; customer who is gone" in map(in_words, told)
