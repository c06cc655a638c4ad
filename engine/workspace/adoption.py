"""A workspace whose `workbench.db` is lost goes on with the records that are there."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from engine.actors import Actor
from engine.base.kinds.registry import RECORD_TABLES
from engine.errors import DiskError, StoreError
from engine.store import adoption
from engine.store.adoption import Adoption as Adoption  # for the doors
from engine.store.adoption import expect_adoptable
from engine.workspace.workbench import Workbench


def adopt(folder: Path, actor: Actor, now: datetime) -> Adoption:
    """
    Makes a `workbench.db` anew from the records beside it, as `store.adoption.adopt` says.

    Raises:
        StoreError: there are no records, or nothing can be written.
    """
    return adoption.adopt(folder, RECORD_TABLES.values(), actor, now)


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
