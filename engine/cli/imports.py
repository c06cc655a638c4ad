"""`import` and `imports`: files come in, and what became of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from engine.changes.undo import number_of_import
from engine.cli.commands import Commands
from engine.cli.door import Door, command, progress, read_text, warning
from engine.cli.import_check import document, lines
from engine.cli.lines import lines_of
from engine.cli.undo import take_back, tell_undone, undo_command
from engine.errors import UsageError
from engine.imports import history
from engine.imports.checks.check import Check, check_file
from engine.imports.columns.mapping import ImportMapping, parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.imports.files.database import address, query_result, select
from engine.imports.history import ImportRun
from engine.text.counts import counted
from engine.text.display import quoted
from engine.workspace.workbench import Workbench

SUMMARY = ("id", "kind", "created", "updated", "unchanged", "rejected", "suppressed",
           "seconds")  # fmt: skip

imports = Commands("imports", help="Receipts of imports.")


@command("import")
@click.argument("kind", type=click.Choice(sorted(TABLES)))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--mapping", "mapping_file", help="JSON file: which column goes where.")
@click.option("--dry-run", is_flag=True, help="Say what each file would do, and write nothing.")
@click.option(
    "--replace", "replaces", is_flag=True, help="Empty cells clear; metadata is replaced."
)
@click.option("--sheet", help="The sheet to read of a workbook.")
@click.option("--member", help="The file to read of a zip archive.")
@click.option(
    "--from",
    "url",
    help="A database instead of files: postgresql://USER@HOST/DATABASE or sqlite:///FILE. The "
    "password is best in PGPASSWORD, ~/.pgpass or a service: others see what stands here.",
)
@click.option("--query", help="What to read of the database, in SQL; it can write nothing.")
@click.option("--table", "table_name", help="The table to read of the database, all of it.")
def import_command(
    door: Door,
    kind: str,
    files: tuple[Path, ...],
    mapping_file: str | None,
    sheet: str | None,
    member: str | None,
    *,
    url: str | None,
    query: str | None,
    table_name: str | None,
    dry_run: bool,
    replaces: bool,
) -> None:
    """
    Import files, or a query, each as one change.

    The exit status is 1 where all rows of one failed.
    """
    failed = False
    mapping = ImportMapping() if mapping_file is None else _mapping(mapping_file)
    mapping = replace(mapping, replace=mapping.replace or replaces)
    mapping = replace(mapping, sheet=sheet or mapping.sheet, member=member or mapping.member)
    _expect_one_source(files, url, query or table_name)
    with (
        door.open() as workbench,
        _sources(workbench, files, url, query, table_name) as named,
    ):
        for file, name in named:
            told = progress(name)
            if dry_run:
                found = check_file(workbench, TABLES[kind], file, mapping, told, name)
                _tell_checked(door, found)
                failed |= found.run.failed
                continue
            run = import_file(workbench, TABLES[kind], file, mapping, told, name)
            same = history.earlier(workbench, run)
            again = [f"the same file was imported before, as {same.id}"] if same else []
            failed |= run.failed
            door.tell(_summary(run), *_lines(run), *again)
    if failed:
        raise SystemExit(1)


@command("list")
def list_command(door: Door) -> None:
    """Every import, newest first."""
    with door.open() as workbench:
        undone = history.undone(workbench)
        for run in history.receipts(workbench):
            gone = " (undone)" if run.change in undone else ""
            door.tell(_summary(run), f"{run.at:%Y-%m-%d %H:%M}  {_lines(run)[0]}{gone}")


@command("show")
@click.argument("run_id")
def show(door: Door, run_id: str) -> None:
    """One receipt, whole."""
    with door.open() as workbench:
        run = history.receipt(workbench, run_id)
        details = {**vars(run), "at": run.at.isoformat()}
        door.tell(details, *_lines(run), *lines_of({**details, "notes": None}))


@command("rejected")
@click.argument("run_id")
def rejected(door: Door, run_id: str) -> None:
    """The rejected rows as CSV, with the reason beside the original columns."""
    with door.open() as workbench:
        run = history.receipt(workbench, run_id)
        if door.json:
            for row in history.rejected(workbench, run).iter_rows(named=True):
                door.tell(row)
        else:
            click.echo(history.rejected_text(workbench, run), nl=False)


@undo_command("run_id")
def undo(door: Door, run_id: str, **how: Any) -> None:
    """Take an import back; fields that were written again since are conflicts."""
    with door.open() as workbench:
        told = take_back(workbench, number_of_import(workbench, run_id), **how)
        tell_undone(door, told, id=run_id)


for row in (list_command, show, rejected, undo):
    imports.add_command(row)


def _expect_one_source(files: tuple[Path, ...], url: str | None, asked: str | None) -> None:
    if (not files) == (url is None):
        raise click.UsageError("expected either files or a database with `--from`")
    if url is None and asked:
        raise click.UsageError("`--query` and `--table` ask a database: name it with `--from`")


@contextmanager
def _sources(
    workbench: Workbench,
    files: tuple[Path, ...],
    url: str | None,
    query: str | None,
    table: str | None,
) -> Iterator[list[tuple[Path, str]]]:
    """What is to be imported, each with its name."""
    if url is None:
        yield [(file, file.name) for file in files]
        return
    database = address(url, workbench.store.folder)
    if database.secrets:
        warning("others on this machine can see the password here: use PGPASSWORD or ~/.pgpass")
    with query_result(database, select(query, table), workbench.scratch) as found:
        yield [(found.path, found.name)]


def _mapping(file: str) -> ImportMapping:
    try:
        return parse_mapping(json.loads(read_text(file)))
    except (ValueError, RecursionError) as error:  # an integer of 5,000 digits is a ValueError
        raise UsageError(f"expected a mapping in JSON in {quoted(file)}, got: {error}") from None


def _tell_checked(door: Door, found: Check) -> None:
    summary = {**_summary(found.run), "id": None, "customers_created": found.run.customers_created}
    told = (
        _counts(found.run),
        *(["nothing would come in: every row fails"] if found.run.failed else []),
        *_notes(found.run),
        *_misfits(found.run),
        *lines(found),
        "nothing was written",
    )
    door.tell({**summary, **document(found)}, *told)


def _summary(run: ImportRun) -> dict[str, object]:
    summary = {key: getattr(run, key) for key in SUMMARY}
    return {**summary, "set_aside": len(run.set_aside), "notes": list(run.notes)}


def _lines(run: ImportRun) -> list[str]:
    lines = [f"{_counts(run)} in {run.seconds:.1f} s ({run.id})"]
    if run.failed:
        lines.append("nothing came in: every row failed")
    if run.customers_created:
        lines.append(
            f"{counted(run.customers_created, 'customers')} created, named for the first time"
        )
    if run.change is None:
        lines.append("nothing changed")
    if run.rejected:
        lines.append(f"`workbench imports rejected {run.id}` lists the rejected rows")
    return lines + _notes(run) + _misfits(run)


def _counts(run: ImportRun) -> str:
    return (
        f"{run.file_name}: {run.created:,} created, {run.updated:,} updated, "
        f"{run.unchanged:,} unchanged, {run.rejected:,} rejected"
        + (f", {len(run.set_aside):,} set aside" if run.set_aside else "")
        + (f", {run.suppressed:,} suppressed: of people who were erased" if run.suppressed else "")
    )


def _notes(run: ImportRun) -> list[str]:
    return [note["text"] for note in run.notes]


def _misfits(run: ImportRun) -> list[str]:
    return [
        f"{field}: {count:,} values kept that do not fit its type, missing for filters"
        for field, count in run.misfits.items()
    ]
