"""`export WHAT` of every kind of record, and `exports list`, `show` and `replay`."""

import pytest

from engine.text.counts import counted
from tests.bases import Base
from tests.cli.conftest import Shell, three

ORDERS = "Id,Customer_source_id,Amount,Created_at\no1,a,100,2026-01-02\no2,b,200,2026-01-03\n"
REDEMPTIONS = (
    "Id,Customer_source_id,Date,Result\nr1,a,2026-01-02,SUCCESS\nr2,c,2026-01-03,FAILURE\n"
)
VOUCHERS = "Code,Voucher Type,Value,metadata.shop\nc1,GIFT_VOUCHER,500,Rome\n"
EVENTS = "Id,Event,Customer_source_id,Created_at\ne1,cart,b,2026-01-02\n"

PATHS = ("--headers", "fields")  # and so amounts in cents


@pytest.fixture
def shop(empty):
    """Three customers with what they did."""
    Base.new(empty.folder / "workspace").filled(sell).close()
    return empty


def sell(base):
    three(base)
    files = {"orders": ORDERS, "redemptions": REDEMPTIONS, "events": EVENTS, "vouchers": VOUCHERS}
    shell = Shell(base.folder.parent)
    for kind, text in files.items():
        shell.run("import", kind, shell.file(f"{kind}.csv", text))


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
    [run] = shop.json("export", what, "--to", target, "--fields", fields, *PATHS)

    assert target.read_text().splitlines() == [fields, *lines]
    assert (run["what"], run["rows"]) == (what, len(lines))


def test_vouchers_are_of_no_segment(shop):
    shop.run("segments", "create", "Rome", shop.filter(address__city={"$is": ["Rome"]}))
    words = ("export", "vouchers", "--to", shop.folder / "out.csv", "--segment", "Rome")

    assert "belong to no customer" in shop.run(*words, code=1).stderr


def test_the_records_of_a_segment_go_out_sorted_and_limited(shop):
    shop.run("segments", "create", "Rome", shop.filter(address__city={"$is": ["Rome"]}))
    target = shop.folder / "out.csv"
    command = ("export", "redemptions", "--to", target, "--force", "--fields", "id")
    command = (*command, "--segment", "Rome", "--order", "-date", *PATHS)
    shop.run(*command)
    both = target.read_text().split()
    shop.run(*command, "--limit", "1")

    assert both == ["id", "r2", "r1"]
    assert target.read_text().split() == ["id", "r2"]


def test_a_receipt_is_shown_whole(shop):
    [run] = shop.json("export", "orders", "--to", shop.folder / "out.csv")

    assert shop.json("exports", "show", run["id"]) == [run]
    assert run["file_sha256"] in shop.out("exports", "show", run["id"])
    assert shop.json("exports", "show", "exp_nope", code=1)[0]["error"]["key"] == "not_found"


def test_a_replay_says_identical_or_shows_the_difference(shop):
    words = ("export", "orders", "--to", shop.folder / "out.csv", "--fields", "id,amount", *PATHS)
    [run] = shop.json(*words)
    told = shop.out("exports", "replay", run["id"])
    [same] = shop.json("exports", "replay", run["id"])
    shop.run("import", "orders", shop.file("more.csv", "Id,Amount\no2,250\n"))
    moved = shop.out("exports", "replay", run["id"]).splitlines()
    [other] = shop.json("exports", "replay", run["id"])

    assert told.startswith("identical: 2 rows, sha256 ")
    assert (same["identical"], same["difference"]) == (True, None)
    assert moved[1:] == ["1 line gone, 1 new", "- o2,200", "+ o2,250"]
    assert (other["identical"], other["difference"]["entered"]) == (False, 1)


def test_a_sample_and_a_holdout_are_drawn_and_told(shop):
    target = shop.folder / "out.csv"
    people = "".join(f"cust_{row},x{row}\n" for row in range(1, 5))  # some held out, some not
    shop.run("import", "customers", shop.file("more.csv", "Id,Source_id\n" + people))
    command = ("export", "customers", "--to", target, "--force", "--fields", "source_id", *PATHS)
    drawn = ("--holdout", "50", "--holdout-name", "autumn")
    [others] = shop.json(*command, *drawn, "--held-out-as", "Control")[:1]
    going = target.read_text().split()[1:]
    [held] = shop.json(*command, *drawn, "--held-out")
    members = shop.out("segments", "members", "Control").split()

    assert sorted(going + target.read_text().split()[1:]) == ["a", "b", "c", "x1", "x2", "x3", "x4"]
    assert len(members) == others["held_out"] == held["held_out"] == held["rows"]
    assert others["parameters"]["holdout"] == {"percent": 50, "name": "autumn", "instead": False}
    assert f"{counted(held['rows'], 'customers')} held out" in shop.out(*command, *drawn)
    [sampled] = shop.json(*command, "--sample", "2", "--seed", "x")
    assert sampled["rows"] == 2
    assert shop.out("exports", "replay", sampled["id"]).startswith("identical: 2 rows")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--holdout", "100"), 1, "more than 0 and less than 100 percent, got `100`"),
        (("--sample", "0"), 1, "expected a sample of at least 1, got `0`"),
        (("--seed", "x"), 2, "expected --sample beside the options that say more of it"),
        (("--held-out",), 2, "expected --holdout beside the options that say more of it"),
        (("--held-out-as", "x"), 1, "got one of customers without a holdout"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_nothing_is_written(shop, words, code, told):
    target = shop.folder / "out.csv"

    assert told in shop.run("export", "customers", "--to", target, *words, code=code).stderr
    assert not target.exists()


def test_more_held_out_ones_than_a_static_segment_takes_are_told_before_there_is_a_file(shop):
    target = shop.folder / "out.csv"
    people = "".join(f"cust_{row},x{row}\n" for row in range(1, 20))
    shop.run("import", "customers", shop.file("more.csv", "Id,Source_id\n" + people))
    shop.run("settings", "set", "static_cap", "1")
    words = ("--holdout", "50", "--held-out-as", "Control")
    refused = shop.run("export", "customers", "--to", target, *words, code=1).stderr

    assert "expected at most 1 customer in a static segment" in refused
    assert not target.exists()
    assert shop.json("segments", "list") == shop.json("exports", "list") == []


def test_a_filter_in_a_file_or_on_standard_input_says_what_goes_out(shop):
    shop.run("segments", "create", "Rome", shop.filter(address__city={"$is": ["Rome"]}))
    command = ("export", "customers", "--force", "--fields", "source_id")
    told = []
    for place, (words, more) in enumerate(
        (
            (("--filter", shop.filter(address__city={"$is": ["Rome"]})), {}),
            (("--filter", "-"), {"stdin": '{"segments": {"conditions": {"$is": ["Rome"]}}}'}),
        )
    ):
        target = shop.folder / f"out{place}.csv"
        [run] = shop.json(*command, "--to", target, *words, **more)
        told.append(target.read_text().split()[2:])
        assert run["parameters"]["filter"]
        assert shop.out("exports", "replay", run["id"]).startswith("identical")

    assert told[0] == told[1] == shop.out("segments", "members", "Rome").split()


@pytest.mark.parametrize(
    ("text", "words"),
    [("[]", "expected a filter"), ("{", "JSON"), ('{"nmae": {}}', "nmae")],
)
def test_a_filter_that_cannot_be_read_is_told_and_nothing_is_written(shop, text, words):
    target = shop.folder / "out.csv"
    told = shop.run("export", "customers", "--to", target, "--filter", "-", stdin=text, code=1)

    assert words in told.stderr
    assert not target.exists()


def test_without_a_name_the_file_is_called_by_segment_and_date(shop, monkeypatch):
    monkeypatch.chdir(shop.folder)
    shop.run("segments", "create", "Rome: all", shop.filter(address__city={"$is": ["Rome"]}))
    shop.run("export", "customers", "--segment", "Rome: all")
    folder = shop.folder / "sent"
    folder.mkdir()
    shop.run("export", "orders", "--to", folder, "--format", "excel")

    assert (shop.folder / "Rome all 2026-11-02.csv").exists()
    assert [file.name for file in folder.iterdir()] == ["Orders 2026-11-02.xlsx"]


def test_the_suffix_says_the_format(shop):
    target = shop.folder / "out.jsonl"
    shop.run("export", "orders", "--to", target, "--fields", "id")

    assert target.read_text().splitlines() == ['{"id":"o1"}', '{"id":"o2"}']


def test_a_suffix_in_capitals_is_the_same_one_and_an_unknown_one_is_no_csv(shop):
    target = shop.folder / "OUT.JSONL"
    shop.run("export", "orders", "--to", target, "--fields", "id")
    told = shop.run("export", "orders", "--to", shop.folder / "out.pdf", code=2).stderr

    assert '{"id":"o1"}' in target.read_text()
    assert "ends in .csv, .xlsx, .parquet, .jsonl, or --format, got out.pdf" in told
    assert not (shop.folder / "out.pdf").exists()


@pytest.mark.parametrize("word", ["moves", "entered-and-left"])
def test_who_entered_and_left_goes_out_by_either_name(shop, word):
    shop.run("segments", "create", "Rome", shop.filter(address__city={"$is": ["Rome"]}))
    target = shop.folder / "out.csv"
    [run] = shop.json("export", word, "--segment", "Rome", "--since", "2026-11-01", "--to", target)
    header, *lines = target.read_text().splitlines()

    assert run["what"] == "moves"
    assert run["parameters"]["since"] == "2026-11-01"
    assert header.startswith("When,Segment,Who,Direction,Why")
    assert len(lines) == run["rows"] > 0
