"""Brings `workbench.db` to this program's version, by the migrations beside this module."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from engine.errors import StoreError
from engine.store.folder import lost

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, current: str, file: Path) -> None:
    """
    Runs the migrations that a database lacks.

    Args:
        current: the last one that it went through.
        file: the database, for the message.

    Raises:
        StoreError: a newer program wrote it, or another one.
    """
    config = expect_known(file, current)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def expect_known(file: Path, current: str) -> Config:
    """
    Refuses a version that is none of ours; gives what Alembic is set to.

    Raises:
        StoreError: a newer program wrote it, or another one.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    if current not in {row.revision for row in script.walk_revisions()}:
        if not current.isdigit():  # ours are numbers
            raise lost(file.parent, f"the database of another program (its version is {current})")
        raise StoreError(
            f"{file} was written by a newer workbench (its version is {current}, "
            f"this program knows {script.get_current_head()}): update the program"
        )
    return config
