"""
A process that redeems the codes it is told, each for a customer of its own, and says how it went.

`+` for a success, `-` for a refusal because the last use is gone, and a line with anything else.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from engine.actors import Actor
from engine.redemptions.attempt import attempt
from engine.redemptions.redeem import redeem
from engine.workspace.workbench import Workbench


def main(folder, name):
    """Redeems until its input ends."""
    workbench = Workbench.open(Path(folder), lambda: datetime.now(UTC))
    access = workbench.acting(Actor(name, "test"))
    say("ready")
    for line in sys.stdin:
        answer = redeem(access, attempt([line.strip()], customer=name))
        failures = [one.failure_code for one in answer.failed]
        say({(): "+", ("quantity_exceeded",): "-"}.get((*failures,), str(failures)))
    workbench.close()


def say(word):
    """One line to whoever listens."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
