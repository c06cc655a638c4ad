"""`vouchers`, `campaigns`, `validate`, `redeem` and `rollback`."""

import pytest

ORDER = {"amount": 20050, "items": [{"product_id": "p", "quantity": "2", "price": 10000}]}


@pytest.fixture
def till(shell):
    shell.run("vouchers", "create", "TEN", "--amount-off", "10.00", "--limit", 2)
    return shell


def redemption(shell, *words, **options):
    [found] = shell.json("redeem", *words, **options)
    return found


def test_a_voucher_is_created_shown_edited_and_listed(shell):
    words = ("--percent-off", "12.5", "--at-most", "500", "--per-customer", 1, "--minimum", "1000")
    [made] = shell.json("vouchers", "create", "SPRING", *words, "--metadata", '{"shop": "Rome"}')
    [edited] = shell.json("vouchers", "edit", "SPRING", "--limit", 9, "--clear", "minimum_amount")

    assert made["discount"] == {"type": "PERCENT", "percent_off": 12.5, "amount_limit": 500}
    assert (made["customer_limit"], made["minimum_amount"]) == (1, 1000)
    assert made["metadata"] == {"shop": "Rome"}
    assert edited["redemption"] == {"quantity": 9, "redeemed_quantity": 0}
    assert "minimum_amount" not in edited
    assert shell.json("vouchers", "show", "SPRING") == [edited]
    assert shell.json("vouchers", "list") == [edited]
    assert shell.out("vouchers", "list") == "SPRING  redeemed 0 of 9\n"


def test_a_gift_card_is_filled_up(shell):
    shell.run("vouchers", "create", "CARD", "--gift", "50.00")
    [more] = shell.json("vouchers", "balance", "CARD", "1000")
    [less] = shell.json("vouchers", "balance", "CARD", "5.00", "--take")
    [refused] = shell.json("vouchers", "balance", "CARD", "100.00", "--take", code=1)

    assert more["gift"] == {"amount": 6000, "balance": 6000}
    assert less["gift"]["balance"] == 5500
    assert refused["error"]["key"] == "invalid_usage"
    assert shell.out("vouchers", "list") == "CARD  redeemed 0  55.00 EUR left\n"


def test_a_voucher_is_disabled_and_enabled(till):
    till.run("vouchers", "disable", "TEN")
    [asked] = till.json("validate", "TEN")
    till.run("vouchers", "enable", "TEN")

    assert asked["codes"][0]["failure"] == {
        "key": "voucher_disabled",
        "message": "the voucher TEN is disabled",
    }
    assert till.json("validate", "TEN")[0]["valid"]


def test_all_faults_of_a_voucher_are_told(shell):
    words = ("--percent-off", 10, "--effect", "ADD_NEW_ITEMS", "--segment", "nope")
    [told] = shell.json("vouchers", "create", "X", *words, code=1)

    assert [issue["path"] for issue in told["error"]["issues"]] == [
        "$.segments",
        "$.discount.effect",
    ]
    shell.run("vouchers", "create", "X", "--amount-off", "much", code=2)
    shell.run("vouchers", "create", "X", "--percent-off", "101", code=2)
    assert shell.json("vouchers", "list") == []


def test_codes_are_redeemed_for_a_customer_and_an_order(till):
    order = till.file("order.json", ORDER)
    found = redemption(till, "TEN", "--customer", "a", "--order", order)
    [customer] = till.json("members", till.filter(source_id={"$is": ["a"]}))

    assert found["succeeded"]
    assert found["customer_id"] == customer["id"]
    assert found["order"]["total_amount"] == 19050
    assert found["order"]["items"][0]["quantity"] == 2
    assert redemption(till, "TEN", "--customer", customer["id"])["customer_id"] == customer["id"]


def test_a_customer_may_be_json_and_an_amount_is_cents_or_currency(till):
    who = '{"source_id": "new", "name": "Nea", "metadata": {"size": 7}}'
    found = redemption(till, "TEN", "--customer", who, "--amount", "20.50")
    said = till.out("redeem", "TEN", "--customer", "b", "--amount", "2050")

    assert found["order"]["total_amount"] == 1050
    assert "redeemed: 10.00" in said
    assert till.out("members", till.filter(metadata__size={"$is": [7]})) == "new\n"


def test_a_refusal_ends_with_1_and_says_why(till):
    told = till.run("redeem", "NOPE", "--customer", "a", code=1)
    [found] = till.json("redeem", "NOPE", "--customer", "a", code=1)

    assert "error: no voucher has the code NOPE (not_found)" in told.stderr
    assert found["entries"][0]["failure_code"] == "not_found"
    assert found["entries"][0]["id"].startswith("rf_")
    assert not found["succeeded"]


def test_validating_says_what_the_order_comes_to_and_changes_nothing(till):
    before = till.out("log")
    [found] = till.json("validate", "TEN", "NOPE", "--order", '{"amount": 3000}')
    said = till.out("validate", "TEN", "--amount", "30.00", "--tracking-id", "me")

    assert not found["valid"]
    assert found["order"]["total_amount"] == 2000
    assert found["tracking_id"].startswith("track_")
    assert "TEN  applies: 10.00 EUR off" in said
    assert "to pay: 20.00 EUR of 30.00 EUR" in said
    assert till.out("log") == before


def test_a_redemption_is_rolled_back_once(till):
    done = redemption(till, "TEN", "--customer", "a", "--amount", 3000)
    key = done["entries"][0]["id"]
    [back] = till.json("rollback", key, "--reason", "wrong order")
    again = till.run("rollback", key, code=1)

    assert back["order"]["status"] == "CANCELED"
    assert back["entries"][0]["reason"] == "wrong order"
    assert "already_rolled_back" in again.stderr
    assert till.out("vouchers", "list") == "TEN  redeemed 0 of 2\n"
    till.run("rollback", "r_nowhere", code=1)


def test_the_same_key_is_done_once(till):
    first = redemption(till, "TEN", "--customer", "a", "--key", "k")
    again = redemption(till, "TEN", "--customer", "a", "--key", "k")
    [refused] = till.json("redeem", "TEN", "--customer", "b", "--key", "k", code=1)

    assert again == {**first, "replayed": True}
    assert refused["error"]["key"] == "conflict"


def test_a_campaign_has_codes_to_hand_out(shell):
    words = ("--count", 3, "--percent-off", 10, "--pattern", "SP-####")
    [made] = shell.json("campaigns", "create", "Spring", *words)
    shell.run("campaigns", "codes", "Spring", "--add", 2)
    codes = shell.out("campaigns", "codes", "Spring").split()
    redemption(shell, codes[0], "--customer", "a", "--amount", 1000)

    assert (made["vouchers_count"], len({*codes})) == (3, 5)
    assert all(code.startswith("SP-") for code in codes)
    assert shell.json("campaigns", "list")[0]["redeemed_quantity"] == 1
    shell.run("campaigns", "edit", "Spring", "--inactive")
    [asked] = shell.json("validate", codes[1])
    assert asked["codes"][0]["failure"]["key"] == "voucher_disabled"
    [gone] = shell.json("campaigns", "delete", "Spring")
    assert gone["vouchers"] == 5
    shell.run("campaigns", "show", "Spring", code=1)


def test_personal_codes_say_whose_they_are(shell):
    shell.run("segments", "create", "Romans", shell.filter(address__city={"$is": ["Rome"]}))
    shell.run("campaigns", "create", "Yours", "--personal", "Romans", "--amount-off", 500)
    lines = shell.out("campaigns", "codes", "Yours").splitlines()
    found = shell.json("campaigns", "codes", "Yours")

    assert sorted(line.split()[1] for line in lines) == ["a", "c"]
    assert {one["name"] for one in found} == {"Ann", "=Cid"}


@pytest.mark.parametrize(
    "words",
    [
        ("--order", "{not json"),
        ("--order", '["a list"]'),
        ("--order", "no such file.json"),
        ("--amount", "twelve"),
        ("--metadata", "3"),
    ],
)
def test_what_is_no_json_or_amount_is_wrong_use(till, words):
    till.run("redeem", "TEN", "--customer", "a", *words, code=2)


def test_what_does_not_fit_in_an_order_is_told_all_at_once(till):
    order = '{"amount": "x", "items": [{"price": -1}]}'
    [told] = till.json("redeem", "TEN", "--customer", "a", "--order", order, code=1)

    assert [issue["path"] for issue in told["error"]["issues"]] == [
        "$.order.items[0].price",
        "$.order.amount",
    ]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("vouchers", "create"), 2, "expected what it gives: --amount-off"),
        (("campaigns", "create", "A"), 2, "expected what it gives: --amount-off"),
        (("vouchers", "create", "--fixed", "5", "--units", "1"), 2, "got --fixed, --units"),
        (("vouchers", "create", "--units", "1"), 1, "got nothing @ --of"),
        (("vouchers", "create", "--fixed", "5", "--effect", "X"), 1, "@ --effect"),
        (("campaigns", "create", " ", "--fixed", "5"), 1, "@ NAME"),
        (("redeem", "A", "--amount", "-4"), 1, "got -4 @ --amount"),
        (("event", "Visited"), 1, "@ --customer or --tracking-id"),
    ],
)
def test_a_fault_stands_at_the_option_that_it_is_of(till, words, code, told):
    assert told in till.run(*words, code=code).stderr
