"""A workspace whose `workbench.db` is lost goes on with the records that are there."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from engine.errors import DiskError, StoreError
from engine.store.adoption import Adoption as Adoption  # for the doors
from engine.store.adoption import adopt as adopt
from engine.store.adoption import expect_adoptable
from engine.workbench import Workbench


def is_whole(folder: Path, now: Callable[[], datetime]) -> bool:
    """
    Whether a workspace opens and nothing in it is damaged.

    Raises:
        StoreError: it is none, a newer program wrote it, or the disk refuses.
    """
    expect_adoptable(folder)
    try:
        workbench = Workbench.open(folder, now)
    except DiskError:
        raise
    except StoreError:
        return False
    try:
        return not workbench.faults()
    except DiskError:
        raise
    except StoreError:
        return False
    finally:
        workbench.close()
