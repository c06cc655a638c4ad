"""Whoever takes something away as a file is told by the log: when, what, through which door."""

import logging

from engine.errors import DiskError
from engine.workspace.workbench import Access


def note_download(access: Access, what: str, which: int | list[str], *needed: str) -> None:
    """
    Leaves a line; where nothing can be written, what is there can be read.

    Args:
        what: of which kind of thing, in the plural.
        which: their names, or how many they are.
        needed: the rights that it takes beside looking.

    Raises:
        ForbiddenError: whoever acts has not all of them.
    """
    access.expect(*needed)
    try:
        with access.write("download") as (_, act):
            act.touched[what] = which
    except DiskError as error:
        logging.getLogger(__name__).warning("%s were downloaded without a line: %s", what, error)
