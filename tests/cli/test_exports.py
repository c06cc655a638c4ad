"""`export WHAT` of every kind of record, and `exports list`, `show` and `replay`."""

import pytest

ORDERS = "Id,Customer_source_id,Amount,Created_at\no1,a,100,2026-01-02\no2,b,200,2026-01-03\n"
REDEMPTIONS = (
    "Id,Customer_source_id,Date,Result\nr1,a,2026-01-02,SUCCESS\nr2,c,2026-01-03,FAILURE\n"
)
VOUCHERS = "Code,Voucher Type,Value,metadata.shop\nc1,GIFT_VOUCHER,500,Rome\n"
EVENTS = "Id,Event,Customer_source_id,Created_at\ne1,cart,b,2026-01-02\n"


@pytest.fixture
def shop(shell):
    """Three customers with what they did."""
    files = {"orders": ORDERS, "redemptions": REDEMPTIONS, "events": EVENTS, "vouchers": VOUCHERS}
    for kind, text in files.items():
        shell.run("import", kind, shell.file(f"{kind}.csv", text))
    return shell


@pytest.mark.parametrize(
    ("what", "fields", "lines"),
    [
        ("orders", "id,customer.source_id,amount", ["o1,a,100", "o2,b,200"]),
        ("redemptions", "id,outcome,customer.name", ["r1,Succeeded,Ann", "r2,Failed,'=Cid"]),
        ("vouchers", "code,type,value,metadata.shop", ["c1,GIFT_VOUCHER,500,Rome"]),
        ("events", "event,customer.source_id,created_at", ["cart,b,2026-01-02T00:00:00.000Z"]),
    ],
)
def test_every_kind_of_record_goes_out(shop, what, fields, lines):
    target = shop.folder / "out.csv"
    [run] = shop.json("export", what, "--to", target, "--fields", fields)

    assert target.read_text().splitlines() == [fields, *lines]
    assert (run["what"], run["rows"]) == (what, len(lines))


def test_vouchers_are_of_no_segment(shop):
    shop.run("segments", "create", "Rome", shop.filter(address__city={"$is": ["Rome"]}))
    words = ("export", "vouchers", "--to", shop.folder / "out.csv", "--segment", "Rome")

    assert "belong to no customer" in shop.run(*words, code=1).stderr


def test_the_records_of_a_segment_go_out_sorted_and_limited(shop):
    shop.run("segments", "create", "Rome", shop.filter(address__city={"$is": ["Rome"]}))
    target = shop.folder / "out.csv"
    command = ("export", "redemptions", "--to", target, "--fields", "id", "--segment", "Rome")
    shop.run(*command, "--order", "-date")
    both = target.read_text().split()
    shop.run(*command, "--order", "-date", "--limit", "1")

    assert both == ["id", "r2", "r1"]
    assert target.read_text().split() == ["id", "r2"]


def test_a_receipt_is_shown_whole(shop):
    [run] = shop.json("export", "orders", "--to", shop.folder / "out.csv")

    assert shop.json("exports", "show", run["id"]) == [run]
    assert run["file_sha256"] in shop.out("exports", "show", run["id"])
    assert shop.json("exports", "show", "exp_nope", code=1)[0]["error"]["key"] == "not_found"


def test_a_replay_says_identical_or_shows_the_difference(shop):
    [run] = shop.json("export", "orders", "--to", shop.folder / "out.csv", "--fields", "id,amount")
    told = shop.out("exports", "replay", run["id"])
    [same] = shop.json("exports", "replay", run["id"])
    shop.run("import", "orders", shop.file("more.csv", "Id,Amount\no2,250\n"))
    moved = shop.out("exports", "replay", run["id"]).splitlines()
    [other] = shop.json("exports", "replay", run["id"])

    assert told.startswith("identical: 2 rows, sha256 ")
    assert (same["identical"], same["difference"]) == (True, None)
    assert moved[1:] == ["1 lines are gone, 1 are new", "- o2,200", "+ o2,250"]
    assert (other["identical"], other["difference"]["entered"]) == (False, 1)
