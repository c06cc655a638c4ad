"""Who writes at the same time shares a commit, where several have just done so."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import pytest

from engine.api.resources.customers import customers_of_changes
from engine.customers.deletion import delete_customer
from engine.customers.editing import CustomerChange, upsert
from engine.store.results.change_log import log_lines
from engine.workspace import writes
from engine.workspace.writes import Base

BEFORE = 20  # writes of one commit
MISSING = (BEFORE - writes.FEW) // 2 - 1  # beside the first, so that half of those have come


@pytest.fixture
def pauses(monkeypatch):
    """How often somebody waited for others; what `meanwhile` names happens at each time."""
    waited, meanwhile = [], []

    def sleep(_seconds):
        waited.append(1)
        for each in meanwhile:
            each()

    monkeypatch.setattr(writes, "sleep", sleep)
    return waited, meanwhile


def shared(base):
    """How many change sets each commit had, in order; a group's have one instant."""
    with base.workbench.store.read() as connection:
        lines = sorted(log_lines(connection), key=lambda line: line.number)
    return [len([*group]) for _, group in groupby(lines, key=lambda line: line.at)]


def write(base, source):
    """Of a group all have its instant, so each write moves the clock."""
    base.later(seconds=1)
    return upsert(base.workbench, {"source_id": source})


def test_those_who_wrote_together_a_moment_ago_are_waited_for(base, pauses, monkeypatch):
    monkeypatch.setattr(writes, "PAUSES", 10**9)  # however busy the machine
    base.workbench._writes._last.extend([BEFORE, BEFORE])
    missing, coming = [f"other {n}" for n in range(MISSING)], []

    with ThreadPoolExecutor(MISSING) as threads:

        def others_come():
            while missing:
                coming.append(threads.submit(write, base, missing.pop()))

        pauses[1].append(others_come)
        assert write(base, "first").created

    assert [each.result().created for each in coming] == [True] * MISSING
    assert shared(base) == [1 + MISSING]


@pytest.mark.parametrize("before", [[0, 0], [1, 1], [writes.FEW + 2, 1]])
def test_nobody_is_waited_for_where_few_write(base, pauses, before):
    base.workbench._writes._last.extend(before)

    assert write(base, "alone").created
    assert pauses[0] == []


def test_those_who_stay_away_are_waited_for_twice_and_not_for_long(base, pauses):
    base.workbench._writes._last.extend([BEFORE, BEFORE])

    assert [write(base, f"s{n}").created for n in range(3)] == [True] * 3
    assert len(pauses[0]) == 2 * writes.PAUSES
    assert shared(base) == [1, 1, 1]


def test_whoever_is_stopped_while_they_wait_for_others_keeps_nobody_back(base, pauses):
    base.workbench._writes._last.extend([BEFORE, BEFORE])

    def stopped():
        pauses[1].clear()
        raise KeyboardInterrupt

    pauses[1].append(stopped)
    with pytest.raises(KeyboardInterrupt):
        write(base, "first")

    assert write(base, "second").created
    assert base.column("source_id") == ["second"]


class Reader:
    """Makes answers of changes, and remembers of how many at a time."""

    def __init__(self, fault=None):
        self.sizes, self.fault = [], fault

    def __call__(self, base: Base, changes: Sequence[CustomerChange]):
        profile = base()
        self.sizes.append(len(changes))
        assert {change.id for change in changes} <= {*profile.ids}, "nobody was committed"
        found = [f"{change.source_id} of {profile.change}" for change in changes]
        return self.fault(found) if self.fault else found


def together(base, pauses, monkeypatch, readers):
    """What comes of as many writes in one commit, each with a reader of its own."""
    monkeypatch.setattr(writes, "PAUSES", 10**9)
    base.workbench._writes._last.extend([2 * len(readers) + writes.FEW] * 2)
    left, coming = [*enumerate(readers)], []

    def write(one):
        base.later(seconds=1)
        try:
            return upsert(base.workbench, {"source_id": f"s{one[0]}"}, read=one[1])
        except Exception as error:  # noqa: BLE001 - an outcome like any
            return type(error)

    with ThreadPoolExecutor(len(readers)) as threads:

        def others_come():
            while left:
                coming.append(threads.submit(write, left.pop()))

        pauses[1].append(others_come)
        first = write(left.pop(0))
    base.workbench._writes._last.extend([0, 0])
    return [first, *(each.result() for each in reversed(coming))]


def test_those_who_share_a_commit_and_a_reader_are_answered_in_one_go(base, pauses, monkeypatch):
    one, other = Reader(), Reader()

    found = together(base, pauses, monkeypatch, [one, other, one, one, other, one])

    assert found == [f"s{place} of 6" for place in range(6)]
    assert (one.sizes, other.sizes) == ([4], [2])
    assert shared(base) == [6]


@pytest.mark.parametrize(
    ("fault", "told"), [(lambda found: found[0] / 0, TypeError), (lambda found: [], ValueError)]
)
def test_a_reader_that_fails_fails_for_those_who_have_it_and_keeps_nobody_waiting(
    base, pauses, monkeypatch, fault, told
):
    right, wrong = Reader(), Reader(fault)

    found = together(base, pauses, monkeypatch, [wrong, right, wrong, right])

    assert found == [told, "s1 of 4", told, "s3 of 4"]
    assert sorted(base.column("source_id")) == ["s0", "s1", "s2", "s3"], "all are committed"
    assert upsert(base.workbench, {"source_id": "next"}).created


def test_where_nobody_makes_an_answer_the_base_is_not_loaded():
    assert writes.AS_WRITTEN(lambda: pytest.fail("it was"), ["done"]) == ["done"]


def test_a_customer_whom_somebody_deletes_at_once_is_answered_by_the_ids(base):
    there, gone = (upsert(base.workbench, {"source_id": name}) for name in ("there", "gone"))
    delete_customer(base.workbench, gone.id)

    answers = customers_of_changes(base.workbench.profile, [gone, there])

    assert answers[0] == {"id": gone.id, "source_id": "gone", "object": "customer"}
    assert (answers[1]["id"], answers[1]["object"]) == (there.id, "customer")
    assert customers_of_changes(base.workbench.profile, [gone]) == answers[:1]
