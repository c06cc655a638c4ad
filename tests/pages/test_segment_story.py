"""What lies behind a saved segment, and what is done with several: moves, versions, overlap."""

from datetime import UTC, date, datetime

import pytest

from engine.changes import undo
from engine.customers.deletion import delete_customer
from engine.imports.history import receipts
from engine.segments import history, library
from engine.segments.course import course
from engine.segments.history import Size
from pages._components.segments.story import size_chart
from pages._components.shell.session import workbench
from pages._components.shell.values import value_text
from tests.pages.conftest import button, drawn, errors, opened, words
from tests.pages.test_customers import BERLIN

ROME = {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}
LATER = 36_500  # days: the pages have our own clock


@pytest.fixture
def romans(seeded):
    """A segment that three customers of Berlin left, and one entered."""
    made = library.create(seeded.workbench, "Moving", BERLIN)
    seeded.later(days=1).csv("Source_id,City\nw-1,Berlin\nw-2,Rome\n")
    seeded.later(days=1)
    library.edit(seeded.workbench, made.id, raw=ROME)
    return made


def test_a_saved_draft_says_who_would_enter_and_leave(seeded):
    made = library.create(seeded.workbench, "Berliners", BERLIN)
    at = opened("segments", segment=made.id)
    key = f"value-{at.session_state['generation']}-1.address.city.$is"
    drawn(at.multiselect(key=key).set_value(["Rome"]).run())

    assert "Saving lets 0 enter and 3 leave." in words(at).replace("*", "")


def test_deleting_what_is_used_says_by_what(seeded):
    made = library.create(seeded.workbench, "Inner", BERLIN)
    outer = {"junction": "and", "segments": {"conditions": {"$is": ["Inner"]}}}
    library.create(seeded.workbench, "Outer", outer)
    at = opened("segments", segment=made.id)
    assert "used in Outer" in words(at)

    at.checkbox(key=f"sure-{made.id}").check().run()
    drawn(button(at, "Delete").click().run())
    assert "is used in `Outer`" in errors(at)[0]


def test_a_segment_is_frozen_as_it_is_now(seeded):
    made = library.create(seeded.workbench, "Berliners", BERLIN)
    at = opened("segments", segment=made.id)
    at.session_state["contrasts"] = True
    at.text_input(key=f"freeze-{made.id}").set_value("Then").run()
    [city] = [row for row in at.dataframe[-1].value.to_dict("records") if "City" in row["What"]]
    assert ("City is Berlin", "100.0%", "75.0%") == tuple(city.values())[:3]
    drawn(button(at, "Freeze").click().run())

    frozen = library.find(seeded.workbench, "Then")
    assert (frozen.type, library.members(seeded.workbench, frozen).count) == ("static", 3)


@pytest.mark.usefixtures("seeded")
def test_a_template_begins_a_draft():
    at = opened("segments")
    drawn(at.button(key="template-new").click().run())

    assert "new" == at.query_params["segment"]
    assert "created_at" in at.code[0].value


@pytest.mark.usefixtures("seeded")
def test_the_address_holds_the_whole_draft():
    made = opened("segments", segment="new")
    key = f"value-{made.session_state['generation']}-1.address.city.$is"
    drawn(made.multiselect(key=key).set_value(["Berlin"]).run())
    shared = made.query_params["draft"]

    again = opened("segments", segment="new", draft=shared)
    assert "3" == again.metric[0].value
    broken = opened("segments", segment="new", draft=shared[:10])
    assert "does not hold a whole draft" in errors(broken)[0]


def test_undoing_an_import_on_its_receipt_moves_the_segment_back(romans, seeded):
    seeded.later(days=LATER)
    run = receipts(seeded.workbench)[0]
    planned = undo.preview(seeded.workbench, undo.number_of_import(seeded.workbench, run.id))
    assert planned.changed["customers"] == 2

    seeded.undo(run)
    assert library.members(seeded.workbench, romans).count == 0
    causes = {entry.cause for entry in history.entries(seeded.workbench, romans)}
    assert "undo" in causes


def test_an_entry_names_its_customer_and_its_file_and_leads_to_both_while_they_are_there(
    romans, seeded
):
    delete_customer(seeded.workbench, "w-4")
    at = opened("segments", segment=romans.id, part="History")
    rows = at.dataframe[0].value.to_dict("records")
    links = {row["Customer"]: row["Profile"] for row in rows}
    [moved] = [row for row in rows if "w-2" in row["Customer"] and row["File"]]
    run = receipts(seeded.workbench)[0]

    assert {"from the start", "entered", "left"} == {row["Direction"] for row in rows}
    assert {"Segment defined · me"} == {
        row["Because of"] for row in rows if row["Direction"] == "from the start"
    }
    profile = f"/customers?customer={seeded.customer('w-2')['id']}&part=Segments"
    assert profile == links["山田 太郎 · w-2"]
    assert "" == links["w-4"]
    assert (run.file_name, f"/imports?import={run.id}") == (moved["Because of"], moved["File"])
    line = f"[{moved['Customer']}]({moved['Profile']}) {moved['Direction']}"
    assert line in words(at)  # as a phone shows it
    assert f"[{run.file_name}](/imports?import={run.id})" in words(at)


def test_versions_differ_in_words_with_amounts_in_the_currency(seeded):
    spent = {"summary.orders.total_amount": {"conditions": {"$more_than": [50_000]}}}
    made = library.create(seeded.workbench, "VIP", spent)
    spent["summary.orders.total_amount"]["conditions"]["$more_than"] = [100_000]
    library.edit(seeded.workbench, made.id, raw=spent)
    at = opened("segments", segment=made.id, part="History")

    was, now = "who spent more than 500.00 EUR", "who spent more than 1,000.00 EUR"
    assert [f"-  {was}\n+  {now}"] == [each.value for each in at.code]


@pytest.mark.usefixtures("seeded")
def test_sizes_are_drawn_in_the_order_of_time_whoever_entered_or_left_first():
    days = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3, 4)]
    moves = [(2, 0, 2), (0, 1, 1), (3, 0, 4), (0, 2, 2)]
    sizes = [Size(at, "import", *move) for at, move in zip(days, moves, strict=True)]
    _, figure = size_chart(course(sizes, UTC))

    assert [text[:10] for text in figure.layout.xaxis.categoryarray] == [
        "2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01",
    ]  # fmt: skip
    assert figure.layout.xaxis.categoryorder == "array"
    assert list(figure.data[-1].y) == [2, 1, 4, 2]


@pytest.mark.usefixtures("seeded")
def test_moments_of_one_day_are_told_apart_by_their_times():
    at = [datetime(2026, 1, 1, 9, 30, tzinfo=UTC), datetime(2026, 1, 1, 17, 5, tzinfo=UTC),
          datetime(2026, 1, 2, tzinfo=UTC)]  # fmt: skip
    sizes = [Size(each, "import", 1, 0, count) for count, each in enumerate(at, 1)]
    _, figure = size_chart(course(sizes, UTC))

    assert list(figure.layout.xaxis.ticktext) == ["2026-01-01", "17:05 UTC", "2026-01-02"]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("summary.orders.total_amount", 44_638, "446.38 EUR"),
        ("summary.orders.total_amount", None, "no value"),
        ("birthdate", date(2026, 11, 2), "2026-11-02"),
        ("created_at", datetime(2026, 11, 2, 9, 30, tzinfo=UTC), "2026-11-02, 09:30 UTC"),
        ("metadata.brands", ["Armani", "Vicini"], "Armani, Vicini"),
        ("name", "Ann", "Ann"),
        ("metadata.vip", True, "yes"),
        ("loyalty.points", 1_200.0, "1,200"),
        ("metadata.size", 41.5, "41.5"),
    ],
)
@pytest.mark.usefixtures("seeded")
def test_what_moved_is_told_in_the_words_of_the_pages(path, value, told):
    assert value_text(workbench().profile().catalogue.find(path), value) == told


@pytest.mark.parametrize(("second", "told"), [("Oslo", "No two of 2 share 90%"), ("Rome", "share")])
def test_the_comparison_begins_with_those_that_are_nearly_the_same(seeded, second, told):
    for name, city in (("First", "Rome"), ("Second", second)):
        document = {"address.city": {"conditions": {"$is": [city]}}}
        library.create(seeded.workbench, name, document)

    assert told in words(opened("segments", do="compare"))


def test_an_open_page_lets_the_clock_move_who_is_due(seeded):
    bench = seeded.workbench
    young = {"created_at": {"conditions": {"$less_than": [LATER]}}}
    fresh = library.create(bench, "Fresh", {"created_at": {"conditions": {"$less_than": [80]}}})
    library.create(bench, "Young", young)
    at = opened("segments")
    told = [(size.cause, size.left, size.count) for size in history.sizes(bench, fresh)]
    drawn(at.run())

    assert told == [("definition", 0, 1), ("clock", 1, 0)]
    assert len(history.sizes(bench, fresh)) == 2  # once
    assert bench.memberships.due() > history.sizes(bench, fresh)[-1].at
    assert "Segments as of" in at.sidebar.caption[0].value
    who = opened("settings", part="Change log").dataframe[-1].value["Who"]
    assert "clock" in set(who)  # it is its own door
