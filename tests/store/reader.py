"""
A second process that opens a workspace over and over and checks what it reads.

Writes a dot for each time it has; the first inconsistency ends it. It ends with its input.
"""

import os
import sys
from collections import Counter
from pathlib import Path
from threading import Thread

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.store.records.latest import latest
from engine.store.results.runs import imports
from engine.store.store import Store


def check(store):
    """Every change set is here whole, up to the snapshot, and nothing else."""
    snapshot = store.snapshot()
    versions = store.versions(CUSTOMERS, snapshot)
    with store.read() as connection:
        runs = [run for run in imports(connection) if (run.change or 0) <= snapshot.change]
    written = {run.change: run.created + run.updated for run in runs if run.change}

    assert Counter(written) == Counter(versions["change"].to_list())
    assert latest(versions).height == sum(run.created for run in runs)


def main(folder):
    os.nice(10)  # it never pauses: the writers go first
    ended = Thread(target=sys.stdin.read, daemon=True)
    ended.start()
    while ended.is_alive():
        store = Store.open(folder, RECORD_TABLES)
        check(store)
        store.close()
        sys.stdout.write(".")
        sys.stdout.flush()


main(Path(sys.argv[1]))
