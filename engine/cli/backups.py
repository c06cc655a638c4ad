"""`backup` and `restore`: all of a workspace in one file, and back."""

from pathlib import Path

import click

from engine.cli.door import Door, command, progress
from engine.integrity.backups import back_up
from engine.integrity.restoring import restore

FILE = click.Path(dir_okay=True, path_type=Path)


@command("backup")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def backup(door: Door, file: Path, *, force: bool) -> None:
    """
    Write the whole workspace to one file, also while it is open.

    The file is a zip archive with the hash of each file in it; `restore` takes it.
    """
    with door.open() as workbench:
        made = back_up(workbench, file, progress("backup"), force=force)
        document = {"file": str(file), "files": len(made.files), "bytes": made.bytes,
                    "customers": made.customers, "change": made.change}  # fmt: skip
        door.tell(document, f"backed up to {file}: {made.in_words}")


@command("restore")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Take the place of the workspace that is there.")
def restore_command(door: Door, file: Path, *, replace: bool) -> None:
    """
    Make a workspace from a backup, in an empty folder or a new one.

    Everything is compared with its hash before anything is replaced. With --replace the workspace
    that is there is kept beside, in a folder of its own.
    """
    told = progress("restore")
    done = restore(file, door.workspace, door.who(), door.clock, told, replace=replace)
    made, before = done.manifest, done.before
    document = {"customers": made.customers, "change": made.change, "of": made.at,
                "before": before and str(before)}  # fmt: skip
    kept = [f"what was there is kept in {before}"] if before else []
    door.tell(document, f"restored: {made.in_words}", *kept)
