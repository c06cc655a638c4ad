"""The chain of the change log: a line that was changed, taken, put in or moved is named."""

import json

import pytest

from engine.changes.chain import chain_report
from engine.exports.order import Order
from engine.exports.run import download, export_records
from engine.store.results.log_chain import Link, blank, canonical, chained
from engine.workspace.workbench import Workbench
from tests.bases import NOW
from tests.integrity.plants import inserted, reordered
from tests.integrity.shop import sql

LINES = 8


@pytest.fixture
def busy(base):
    return base.filled(fill)


def fill(base):
    base.csv("Source_id,Name\na,Ann\nb,Bob\n")
    for currency in ("PLN", "USD", "EUR", "GBP", "CHF", "SEK", "NOK"):
        base.workbench.configure(currency=currency)


def told(base, expected=None):
    return [str(issue) for issue in chain_report(base.workbench, expected).faults]


def by_number(number):
    return f"change log, line {number}"


def test_a_log_that_nobody_touched_is_whole(busy):
    report = chain_report(busy.workbench)

    assert (report.lines, report.last, report.blanked, report.faults) == (LINES, LINES, 0, [])
    assert len(report.hash) == 64


def test_an_empty_log_is_whole(base):
    assert chain_report(base.workbench).lines == 0


CHANGED = {
    "at": "'2026-11-02 09:31:00.000000'",
    "actor": "'eve'",
    "door": "'HTTP'",
    "cause": "'undo'",
    "touched": "'{}'",
    "before": "NULL",
    "after": """'{"currency": "X"}'""",
    "change": "1",
    "undoes": "1",
    "digests": "'{}'",
    "hash": "'0'",
}


@pytest.mark.parametrize("column", CHANGED)
def test_any_changed_value_of_a_line_is_told_with_the_lines_number(busy, column):
    sql(busy.folder, f'UPDATE change_log SET "{column}" = {CHANGED[column]} WHERE number = 4')
    lines = told(busy)

    assert lines
    # Behind a hash that is another, the next line does not fit either.
    assert all(by_number(4) in line or (column == "hash" and by_number(5) in line)
               for line in lines)  # fmt: skip


@pytest.mark.parametrize(("gone", "said"), [
    ("number = 4", "it is missing @ change log, line 4"),
    ("number IN (4, 5)", "the lines 4 to 5 are missing @ change log, line 4"),
    ("number = 1", "it is missing @ change log, line 1"),
])  # fmt: skip
def test_a_line_that_is_gone_is_named(busy, gone, said):
    sql(busy.folder, f"DELETE FROM change_log WHERE {gone}")

    assert told(busy) == [said]


def test_a_copy_of_a_line_that_is_put_in_is_named(busy):
    inserted(busy.folder)

    assert [line for line in told(busy) if line.startswith("it was put in")]


def test_a_line_put_in_with_a_hash_that_fits_is_named(busy):
    before = sql(busy.folder, "SELECT hash FROM change_log WHERE number = 3")[0][0][0]
    act = {"at": NOW, "actor": "eve", "door": "page", "cause": "setting", "change": None,
           "touched": {}, "before": None, "after": None, "undoes": None}  # fmt: skip
    [forged] = chained([act], Link(3, before))
    inserted(busy.folder)
    sql(busy.folder, (
        "UPDATE change_log SET actor = 'eve', before = NULL, after = NULL, touched = '{}', "
        "door = 'page', cause = 'setting', at = ?, digests = ?, hash = ? WHERE number = 4",
        (f"{NOW:%Y-%m-%d %H:%M:%S.%f}", json.dumps(forged["digests"]), forged["hash"]),
    ))  # fmt: skip

    assert told(busy) == ["it was put in: the lines around it fit without it @ change log, line 4"]


def test_lines_in_another_order_are_named(busy):
    reordered(busy.folder)
    lines = told(busy)

    assert any(by_number(3) in line for line in lines)
    assert any("it was moved" in line for line in lines)


def test_a_tail_that_was_cut_off_is_found_by_a_hash_noted_before(busy):
    noted = chain_report(busy.workbench).hash
    busy.workbench.configure(currency="EUR")
    assert chain_report(busy.workbench, noted[:16].upper()).noted == LINES
    sql(busy.folder, f"DELETE FROM change_log WHERE number >= {LINES}")

    assert told(busy) == []
    assert "cut off" in str(told(busy, noted))


def test_what_is_blanked_leaves_the_chain_whole_and_cannot_be_guessed(busy):
    with busy.workbench.note() as connection:
        blank(connection, 2, {"actor": "erased", "before": None})
    report = chain_report(busy.workbench)
    [(digests,)] = sql(busy.folder, "SELECT digests FROM change_log WHERE number = 2")[0]

    assert (report.faults, report.blanked) == ([], 1)
    assert [name for name, (salt, _) in json.loads(digests).items() if salt is None] == [
        "actor", "before",
    ]  # fmt: skip
    busy.workbench.configure(currency="EUR")
    assert told(busy) == []


def test_emptying_the_workspace_leaves_the_chain_whole(busy):
    with busy.workbench.change_set("clear") as (change, _):
        change.empty()
    report = chain_report(busy.workbench)

    assert (report.faults, report.lines, report.blanked) == ([], LINES + 1, LINES)


def test_a_download_is_a_line(busy):
    run = export_records(busy.workbench, Order(fields=("name",)))
    download(busy.workbench, run.id)
    [(cause, touched)] = sql(
        busy.folder, "SELECT cause, touched FROM change_log ORDER BY number DESC LIMIT 1"
    )[0]

    assert (cause, touched) == ("download", json.dumps({"exports": [run.id]}))


def test_equal_values_are_spelled_alike_whatever_their_order():
    assert canonical({"b": 1, "a": ("é", None)}) == canonical({"a": ["é", None], "b": 1})


def test_lines_of_several_processes_are_one_chain(busy):
    other = Workbench.open(busy.folder, lambda: busy.now).acting(busy.workbench.actor)
    other.configure(currency="USD")
    busy.workbench.configure(currency="PLN")
    other.configure(currency="EUR")
    other.close()

    assert told(busy) == []
