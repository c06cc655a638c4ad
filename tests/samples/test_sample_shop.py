"""The sample as it opens: half a year of history that ends today, whenever today is."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from shutil import copytree

import polars as pl
import pytest

from engine.base.kinds.registry import RECORD_TABLES
from engine.changes.undo import number_of_import, preview
from engine.exports.replay import replay
from engine.exports.run import log
from engine.imports.history import receipts
from engine.samples import half_year, sample_shop
from engine.samples.files import ShopFiles, weeks_until
from engine.segments import history, library
from tests.bases import NOW, Base

A_YEAR_ON = datetime(2027, 11, 12, 17, 5, tzinfo=UTC)  # a Friday


@pytest.fixture(scope="module", params=[NOW, A_YEAR_ON], ids=["today", "a year on"])
def shop(request, sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop") / "workspace"
    if request.param == NOW:
        base = Base(copytree(sample, folder))
    else:
        base = Base.new(folder, request.param)
        sample_shop.load(base.workbench)
    yield base
    base.close()


@pytest.mark.parametrize(
    ("table", "instant"),
    [
        ("customers", "created_at"),
        ("orders", "created_at"),
        ("redemptions", "date"),
        ("events", "created_at"),
    ],
)
def test_something_happened_in_the_last_week_and_nothing_after_now(shop, table, instant):
    at = shop.workbench.profile().records(RECORD_TABLES[table])[instant]

    assert at.max() <= shop.now
    assert (at > shop.now - timedelta(weeks=1)).sum() > 0


def test_six_segments_have_somebody_and_months_of_history(shop):
    segments = library.saved(shop.workbench)

    assert half_year.SEGMENTS.keys() == {segment.name for segment in segments}
    for segment in segments:
        past = history.sizes(shop.workbench, segment)
        assert past[-1].count > 0
        assert past[0].at < shop.now - timedelta(weeks=25)
        assert len({size.count for size in past}) >= 3
    causes = {size.cause for each in segments for size in history.sizes(shop.workbench, each)}
    assert {"import", "clock", "definition"} <= causes


def test_as_of_answers_for_every_month(shop):
    lapsed = library.find(shop.workbench, half_year.LAPSED)
    counts = {
        library.members(shop.workbench, lapsed, shop.now - timedelta(days=30 * months)).count
        for months in range(6)
    }

    assert len(counts) == 6
    assert min(counts) > 0


def test_two_segments_overlap_and_one_reads_another(shop):
    names = [half_year.LAPSED, "Win back by newsletter"]
    lapsed, both = (
        library.members(shop.workbench, library.find(shop.workbench, name)) for name in names
    )

    assert 0 < both.count < lapsed.count
    assert (both.mask & lapsed.mask).sum() == both.count


def test_one_list_went_out_less_a_control_group_and_a_replay_tells_who_moved_since(shop):
    [run] = log(shop.workbench)

    assert run.rows > 0
    assert run.held_out > 0
    difference = replay(shop.workbench, run.id).difference
    assert difference is not None
    # Of two who left, the draw of the control group may have kept both out of the list.
    assert difference.entered > 0


def test_a_mistake_waits_to_be_taken_back(shop):
    run = receipts(shop.workbench)[0]
    undone = preview(shop.workbench, number_of_import(shop.workbench, run.id))

    assert not undone.conflicts
    assert (run.file_name, run.rejected) == (half_year.CORRECTION, 0)
    assert run.updated > 0
    assert {row.rejected for row in receipts(shop.workbench)} == {0}


@pytest.mark.parametrize("shop", [NOW], indirect=True, ids=["today"])
def test_the_sample_comes_back_after_it_was_cleared_and_nothing_is_dated_back(shop, workspace):
    base = Base(copytree(shop.folder, workspace), shop.now)
    before = {run.id for run in receipts(base.workbench)}
    sample_shop.clear(base.workbench)
    assert not sample_shop.is_loaded(base.workbench)

    sample_shop.load(base.later(hours=1).workbench)
    assert sample_shop.is_loaded(base.workbench)
    assert base.workbench.faults() == []
    assert base.workbench.profile().total == 2_000
    new = [run for run in receipts(base.workbench) if run.id not in before]
    assert {run.at for run in new} == {shop.now}  # of the last change
    assert len(library.saved(base.workbench)) == 6
    base.close()


@pytest.mark.parametrize(
    ("today", "weeks"),
    [
        (date(2026, 11, 1), 0),
        (date(2026, 11, 2), 0),
        (date(2026, 11, 3), 1),
        (date(2026, 11, 9), 1),
        (date(2026, 10, 26), -1),
    ],
)
def test_days_move_by_the_fewest_weeks_after_which_today_is_told(today, weeks):
    assert weeks_until(today, date(2026, 11, 2)) == weeks


def test_what_happens_later_is_not_told_yet():
    shop = ShopFiles.read(sample_shop.SAMPLES, 3)
    until = date(2026, 6, 1)
    known = shop.delivery("customers", None, until)
    news = shop.delivery("customers", until, date(2026, 7, 1))

    dates = ("Created_at", "Updated_at", "last_store_visit", "app_last_seen")
    assert known.select(pl.max_horizontal(dates).str.head(10).max()).item() < "2026-06-01"
    assert news.select(pl.max_horizontal(dates).str.head(10).min()).item() >= "2026-06-01"
    assert (news["Created_at"] < "2026-06-01").any()  # somebody known has news
    assert shop.delivery("vouchers", until, date(2026, 7, 1)).is_empty()


def test_a_demo_that_ends_on_a_day_is_the_same_each_time(tmp_path):
    shops = []
    for name in ("one", "two"):
        base = Base.new(tmp_path / name, A_YEAR_ON)
        runs = sample_shop.demo(base.workbench, 300, date(2027, 3, 10))
        last = base.workbench.profile().records(RECORD_TABLES["orders"])["created_at"].max()
        assert datetime(2027, 3, 3, tzinfo=UTC) < last < datetime(2027, 3, 10, tzinfo=UTC)
        shops.append([run.file_sha256 for run in runs])
        base.close()
    assert shops[0] == shops[1]


@pytest.mark.parametrize("shop", [NOW], indirect=True, ids=["today"])
def test_a_sample_that_was_ended_in_the_middle_becomes_the_same_shop(base, shop):
    far = count(1)

    def told(_share):
        if next(far) == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample_shop.load(base.workbench, told)
    assert sample_shop.is_unfinished(base.workbench)
    sample_shop.load(base.workbench)

    assert not sample_shop.is_unfinished(base.workbench)
    assert base.workbench.faults() == shop.workbench.faults() == []
    assert history_of(base) == history_of(shop)


def test_what_was_cleared_does_not_go_on(base):
    with pytest.raises(ZeroDivisionError):
        sample_shop.load(base.workbench, lambda _share: 1 / 0)
    sample_shop.clear(base.workbench)

    assert not sample_shop.is_unfinished(base.workbench)


def history_of(base):
    """What came in and when, but for ids that are drawn, and how the segments grew."""
    runs = [(run.at, run.file_name, run.file_sha256, run.created, run.updated)
            for run in receipts(base.workbench)]  # fmt: skip
    sizes = {one.name: [(size.at, size.count) for size in history.sizes(base.workbench, one)]
             for one in library.saved(base.workbench)}  # fmt: skip
    return runs, sizes
