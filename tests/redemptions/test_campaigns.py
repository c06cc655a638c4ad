"""Campaigns, and the codes that are drawn for them."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.accounts.roles import rights_of
from engine.actors import PAGE, Actor
from engine.changes.log import log
from engine.changes.undo import undo
from engine.errors import ConflictError, NotFoundError, UsageError
from engine.privacy.masks import MASK
from engine.redemptions.campaigns import (
    add_codes,
    campaign_codes,
    campaigns,
    create_campaign,
    delete_campaign,
    download_codes,
    edit_campaign,
    find_campaign,
    to_object,
)
from engine.redemptions.codes import CodePattern, draw
from engine.redemptions.vouchers import find_voucher
from engine.segments import library
from tests.redemptions.counter import HALF

ROMANS = {"address.city": {"conditions": {"$is": ["Rome"]}}}


def nobodys(codes):
    return pl.Series([False] * len(codes))


def test_a_campaign_has_codes_by_its_pattern(counter):
    made = create_campaign(
        counter.workbench, "Spring", {**HALF, "code": {"pattern": "SP-##-##", "charset": "01"}}, 9
    )
    codes = campaign_codes(counter.workbench, "Spring")["code"].to_list()

    assert len({*codes}) == 9
    assert all(re.fullmatch("SP-[01]{2}-[01]{2}", code) for code in codes)
    assert (made.codes, made.redeemed) == (9, 0)
    assert to_object(made)["discount"] == {"type": "PERCENT", "percent_off": 50}
    assert counter.redeem(codes[0], who="a", amount=500).order["total_amount"] == 250
    assert find_campaign(counter.workbench, made.record["id"]).redeemed == 1


def test_all_of_a_campaign_is_one_change_which_an_undo_takes_back(counter):
    create_campaign(counter.workbench, "Spring", HALF, 3)
    [line] = log(counter.workbench, most=1).lines
    undo(counter.workbench, line.number)

    assert line.touched == {"campaigns": 1, "vouchers": 3}
    assert campaigns(counter.workbench) == []
    assert counter.records("vouchers", "id") == []


def test_more_codes_are_new_ones_until_there_is_no_room(counter):
    said = {**HALF, "code": {"pattern": "#", "charset": "abcd"}}
    create_campaign(counter.workbench, "Tiny", said, 2)
    more = add_codes(counter.workbench, "Tiny", 2)
    with pytest.raises(UsageError, match="room for 1 new codes, got one for 0 of 4"):
        add_codes(counter.workbench, "Tiny", 1)

    assert sorted(campaign_codes(counter.workbench, "Tiny")["code"]) == [*"abcd"]
    assert {*more} < {*"abcd"}


def test_personal_codes_are_for_each_member_alone(counter):
    counter.base.csv("Source_id,Name,Email,City\na,Ann,a@x,Rome\nb,Bob,,Oslo\nc,Cid,,Rome\n")
    library.create(counter.workbench, "Romans", ROMANS)
    create_campaign(counter.workbench, "Yours", HALF, personal_for="Romans")
    codes = campaign_codes(counter.workbench, "Yours")
    by_source = dict(codes.select("source_id", "code").iter_rows())

    assert sorted(codes.select("source_id", "name", "email").rows()) == [
        ("a", "Ann", "a@x"),
        ("c", "Cid", None),
    ]
    somebody = counter.workbench.acting(Actor("eve", PAGE, rights_of(["export"]), masked=True))
    taken = download_codes(somebody, "Yours")
    assert taken["code"].to_list() == codes["code"].to_list()
    assert {*taken.select("source_id", "name", "email").rows()} == {
        (MASK, MASK, MASK),
        (MASK, MASK, None),
    }
    assert counter.refused(by_source["a"], who="c", amount=9) == ["customer_rules_violated"]
    assert counter.refused(by_source["a"], who="a", amount=9) == []


def test_a_name_is_there_once_and_a_pattern_can_be_drawn_from(counter):
    create_campaign(counter.workbench, "Spring", HALF)
    with pytest.raises(ConflictError):
        create_campaign(counter.workbench, "Spring", HALF)
    with pytest.raises(UsageError) as told:
        create_campaign(
            counter.workbench, "Other", {**HALF, "code": {"pattern": "X", "charset": "a"}}
        )
    with pytest.raises(NotFoundError):
        create_campaign(counter.workbench, "Other", HALF, personal_for="nobody's")

    assert len(told.value.issues) == 2
    assert [view.record["name"] for view in campaigns(counter.workbench)] == ["Spring"]


def test_a_campaign_goes_with_its_codes_and_what_was_redeemed_stays(counter):
    create_campaign(counter.workbench, "Spring", HALF, 2)
    counter.voucher("TEN")
    code = campaign_codes(counter.workbench, "Spring")["code"][0]
    counter.redeem(code, who="a", amount=100)
    gone = delete_campaign(counter.workbench, "Spring")
    refused = counter.refused(code, who="a", amount=100)
    [_, line] = log(counter.workbench, most=2).lines
    undo(counter.workbench, line.number)

    assert (gone.codes, gone.redeemed) == (2, 1)
    assert refused == ["not_found"]
    assert find_voucher(counter.workbench, code).redeemed == 1
    assert find_campaign(counter.workbench, "Spring").codes == 2


def test_a_gift_campaign_gives_each_code_its_own_balance(counter):
    create_campaign(counter.workbench, "Cards", {"gift": {"amount": 500}}, 2)
    first, second = campaign_codes(counter.workbench, "Cards")["code"]
    counter.redeem(first, who="a", amount=200)

    assert (counter.use(first), counter.use(second)) == ((1, 300), (0, 500))


def test_an_edit_of_a_campaign_clears_what_is_null(counter):
    create_campaign(counter.workbench, "Spring", {**HALF, "minimum_amount": 100}, 1)
    [code] = campaign_codes(counter.workbench, "Spring")["code"]
    edited = edit_campaign(counter.workbench, "Spring", {"minimum_amount": None})

    assert edited.record["minimum_amount"] is None
    assert counter.refused(code, who="a", amount=1) == []


def test_all_faults_of_a_campaign_are_told_at_once(counter):
    with pytest.raises(UsageError) as found:
        create_campaign(counter.workbench, " ", {"discount": {"type": "AMOUNT"}})
    assert ["$.name", "$.discount.amount_off"] == [issue.path for issue in found.value.issues]
    assert [] == campaigns(counter.workbench)


@given(
    st.integers(0, 60),
    st.text("#-x", min_size=1, max_size=6).filter(lambda text: "#" in text),
    st.sampled_from(["01", "abc", "0123456789"]),
)
def test_codes_are_all_different_or_there_is_no_room(count, pattern, charset):
    how = CodePattern(pattern, charset, "P-", "!")
    if count > how.room:
        with pytest.raises(UsageError):
            draw(count, how, nobodys)
        return
    codes = draw(count, how, nobodys)

    assert len(codes) == codes.n_unique() == count
    shape = re.escape("P-" + pattern + "!").replace(r"\#", f"[{charset}]")
    assert all(re.fullmatch(shape, code) for code in codes)


def test_every_sign_is_drawn_alike():
    every = draw(3**6, CodePattern("######", "abc"), nobodys)
    some = draw(3_000, CodePattern("#" * 20, "abc"), nobodys)
    counts = [codes.str.split("").explode().value_counts()["count"] for codes in (every, some)]

    assert set(counts[0]) == {2 * 3**6}
    assert all(19_000 < count < 21_000 for count in counts[1])
