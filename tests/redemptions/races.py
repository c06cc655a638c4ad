"""
Two processes redeem the last use of a code at one instant, over and over: one of them wins.

    python -m tests.redemptions.races --races 1000
"""

import argparse
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.redemptions.campaigns import campaign_codes, create_campaign
from engine.store.check import faults
from tests.bases import Base
from tests.forks import Fork
from tests.redemptions.counter import TEN

RACER = Path(__file__).with_name("racer.py").read_text("utf-8")


def raced(folder, races):
    """How each race went, as the two processes tell it; and what the workspace says of it."""
    base = Base(folder, now=datetime.now(UTC))
    create_campaign(base.workbench, "Last uses", {**TEN, "redemption": {"quantity": 1}}, races)
    codes = campaign_codes(base.workbench, "Last uses")["code"].to_list()
    racers = [started(folder, name) for name in ("one", "two")]
    told = []
    for code in codes:
        for racer in racers:  # both are told before either can be done
            racer.tell(f"{code}\n")
        told.append("".join(sorted(racer.stdout.readline().strip() for racer in racers)))
    for racer in racers:
        racer.communicate()
    base.now = datetime.now(UTC)
    uses = base.workbench.profile().activity.uses()
    kept = Counter(uses.of_code(code).times for code in codes)
    records = base.workbench.profile().activity.records("redemptions")
    found = faults(base.workbench.store)
    base.close()
    return Counter(told), kept, Counter(records["result"]), found


def started(folder, name):
    """A process that is ready to redeem."""
    racer = Fork(RACER, folder, name)
    assert racer.stdout.readline() == "ready\n"
    return racer


def main():
    """Prints how many races went which way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--races", type=int, default=1_000)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        Base.new(Path(folder) / "workspace").close()
        told, kept, records, found = raced(Path(folder) / "workspace", asked.races)
    lines = (f"races: {dict(told)}", f"uses of a code: {dict(kept)}",
             f"records: {dict(records)}", f"faults: {found}")  # fmt: skip
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
