"""`import` and `imports`: files come in, and what became of them."""

import json
from dataclasses import replace
from pathlib import Path

import click

from engine.cli.door import Door, command, progress, read_text
from engine.cli.import_check import document, lines
from engine.display import quoted
from engine.errors import ConflictError, Issue, UsageError
from engine.formulas import csv_text
from engine.imports import history
from engine.imports.check import Check, check_file
from engine.imports.commit import import_file
from engine.imports.mapping import ImportMapping, parse_mapping
from engine.imports.table import TABLES
from engine.imports.undo import Conflict, Undone, preview, undo_import
from engine.store.runs import ImportRun

SUMMARY = ("id", "kind", "created", "updated", "unchanged", "rejected", "seconds")

imports = click.Group("imports", help="Receipts of imports.")


@command("import")
@click.argument("kind", type=click.Choice(sorted(TABLES)))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mapping", "mapping_file", help="JSON file: which column goes where.")
@click.option("--dry-run", is_flag=True, help="Say what each file would do, and write nothing.")
@click.option(
    "--replace", "replaces", is_flag=True, help="Empty cells clear; metadata is replaced."
)
def import_command(
    door: Door,
    kind: str,
    files: tuple[Path, ...],
    mapping_file: str | None,
    *,
    dry_run: bool,
    replaces: bool,
) -> None:
    """Import files of records, each as one change set."""
    mapping = ImportMapping() if mapping_file is None else _mapping(mapping_file)
    mapping = replace(mapping, replace=mapping.replace or replaces)
    with door.open() as workbench:
        for file in files:
            if dry_run:
                found = check_file(workbench, TABLES[kind], file, mapping, progress(file.name))
                _tell_checked(door, found)
                continue
            run = import_file(workbench, TABLES[kind], file, mapping, progress(file.name))
            same = history.earlier(workbench, run)
            again = [f"the same file was imported before, as {same.id}"] if same else []
            door.tell(_summary(run), *_lines(run), *again)


@command("list")
def list_command(door: Door) -> None:
    """Every import, newest first."""
    with door.open() as workbench:
        for run in history.receipts(workbench):
            door.tell(_summary(run), f"{run.at:%Y-%m-%d %H:%M}  {_lines(run)[0]}")


@command("show")
@click.argument("run_id")
def show(door: Door, run_id: str) -> None:
    """One receipt, whole."""
    with door.open() as workbench:
        run = history.receipt(workbench, run_id)
        details = {**vars(run), "at": run.at.isoformat()}
        door.tell(details, *_lines(run), *(f"{key}: {value}" for key, value in details.items()))


@command("rejected")
@click.argument("run_id")
def rejected(door: Door, run_id: str) -> None:
    """The rejected rows as CSV, with the reason beside the original columns."""
    with door.open() as workbench:
        frame = history.rejected(workbench, history.receipt(workbench, run_id))
        if door.json:
            for row in frame.iter_rows(named=True):
                door.tell(row)
        else:
            click.echo(csv_text(frame), nl=False)


@command("undo")
@click.argument("run_id")
@click.option("--preview", "only_told", is_flag=True, help="Say what it would do, and do nothing.")
@click.option("--force", is_flag=True, help="Undo in spite of conflicts; later values stay.")
@click.option("--take", type=click.Choice(["later", "earlier"]), help="Which values of conflicts.")
def undo(door: Door, run_id: str, *, only_told: bool, force: bool, take: str | None) -> None:
    """Take an import back; fields that were written again since are conflicts."""
    with door.open() as workbench:
        told = preview(workbench, run_id)
        open_conflicts = told.conflicts and not force and take is None
        if not only_told and open_conflicts:
            raise ConflictError(
                f"{len(told.conflicts):,} values were written again since: say --force, or "
                "--take later or --take earlier",
                [
                    Issue(f"{one.table} {one.record} {one.path}", _choice(one))
                    for one in told.conflicts
                ],
            )
        if not only_told:
            told = undo_import(workbench, run_id, told.conflicts if take == "earlier" else ())
        _tell_undone(door, told)


for row in (list_command, show, rejected, undo):
    imports.add_command(row)


def _mapping(file: str) -> ImportMapping:
    try:
        return parse_mapping(json.loads(read_text(file)))
    except (ValueError, RecursionError) as error:  # an integer of 5,000 digits is a ValueError
        raise UsageError(f"expected a mapping in JSON in {quoted(file)}, got: {error}") from None


def _choice(conflict: Conflict) -> str:
    return f"later {quoted(conflict.later)}, earlier {quoted(conflict.earlier)}"


def _tell_undone(door: Door, told: Undone) -> None:
    document = {
        "id": told.run.id,
        "change": told.change,
        "deleted": told.deleted,
        "changed": told.changed,
        "conflicts": [vars(conflict) for conflict in told.conflicts],
    }
    would = "would be " if told.change is None else ""
    lines = [f"{count:,} {table} {would}deleted" for table, count in told.deleted.items()]
    lines += [f"{count:,} {table} {would}changed back" for table, count in told.changed.items()]
    lines += [f"conflict: {one.record} {one.path}: {_choice(one)}" for one in told.conflicts]
    door.tell(document, *(lines or ["nothing changes"]))


def _tell_checked(door: Door, found: Check) -> None:
    summary = {**_summary(found.run), "id": None, "customers_created": found.run.customers_created}
    told = (_counts(found.run), *_misfits(found.run), *lines(found), "nothing was written")
    door.tell({**summary, **document(found)}, *told)


def _summary(run: ImportRun) -> dict[str, object]:
    return {key: getattr(run, key) for key in SUMMARY}


def _lines(run: ImportRun) -> list[str]:
    lines = [f"{_counts(run)} in {run.seconds:.1f} s ({run.id})"]
    if run.customers_created:
        lines.append(
            f"{run.customers_created:,} customers created who were named for the first time"
        )
    if run.change is None:
        lines.append("nothing changed")
    if run.rejected:
        lines.append(f"`workbench imports rejected {run.id}` lists the rejected rows")
    return lines + _misfits(run)


def _counts(run: ImportRun) -> str:
    return (
        f"{run.file_name}: {run.created:,} created, {run.updated:,} updated, "
        f"{run.unchanged:,} unchanged, {run.rejected:,} rejected"
    )


def _misfits(run: ImportRun) -> list[str]:
    return [
        f"{field}: {count:,} values kept that do not fit its type, missing for filters"
        for field, count in run.misfits.items()
    ]
