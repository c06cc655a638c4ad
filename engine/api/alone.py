"""The API without pages, as the server's own process loads it."""

import os
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette

from engine.api.app import api, without_pages
from engine.api.origins import ORIGINS
from engine.workspace.access import HOSTS, further_sites
from engine.workspace.jobs import Runner
from engine.workspace.journal import Journal
from engine.workspace.workbench import Workbench


def application() -> Starlette:
    """
    What answers over the workspace of WORKBENCH_WORKSPACE.

    Raises:
        StoreError: it cannot be opened.
    """
    workbench = Workbench.open(Path(os.environ["WORKBENCH_WORKSPACE"]), lambda: datetime.now(UTC))
    runner = Runner(Journal(workbench.store.folder / "jobs"))
    served = api(lambda: workbench, lambda: runner, os.environ.get(ORIGINS, ""))
    return without_pages(lambda: workbench, served, further_sites(os.environ.get(HOSTS, "")))
