"""
One import in a process of its own, or the base alone as an import leaves it:

    python -m tests.measuring.import_once WORKSPACE [FILE]
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from engine.actors import Actor
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.workspace.workbench import Workbench


def main(folder: str, *files: str) -> None:
    """Prints how many customers there are, and the seconds that the import and processors took."""
    workbench = Workbench.open(Path(folder), lambda: datetime.now(UTC))
    access = workbench.acting(Actor("benchmark", "test"))
    began, worked = perf_counter(), process_time()
    for file in files:
        import_file(access, TABLES["customers"], Path(file), ImportMapping())
    took = {"seconds": perf_counter() - began, "cpu": process_time() - worked}
    sys.stdout.write(json.dumps({"customers": workbench.profile().total, **took}))
    workbench.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
