"""Who writes at the same time shares a commit, where several have just done so."""

from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import pytest

from engine.customers.editing import upsert
from engine.store.results.change_log import log_lines
from engine.workspace import writes

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
