"""
What a line of the change log is about, by name: the log itself keeps only how many records.

So names are read where they stand, at the time of reading: whoever is erased is in no line.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import polars as pl

from engine.base.kinds.registry import CUSTOMERS, KINDS
from engine.base.profiles import Profile
from engine.changes.log import FURTHER, IMPORTS, RECORDS, in_words, log, with_files
from engine.privacy.masks import MASK, OPEN, Mask
from engine.store.records.tables import OWNER
from engine.store.records.versions import among
from engine.store.results.change_log import LogFilter, LogLine
from engine.workspace.workbench import Workbench

FEW = 5  # records of a line that are named; of more it says how many
NAMES = ("name", "source_id")  # what tells a customer from others
Versions = Mapping[str, pl.DataFrame]  # by record table, one row a version


def with_names(workbench: Workbench, lines: Iterable[LogLine], mask: Mask = OPEN) -> list[LogLine]:
    """
    The lines, of which those that wrote few records say which in place of how many.

    Args:
        mask: of what is not told; a customer is an id then.
    """
    told = list(lines)
    wrote = {line.number: line.change for line in told if line.change and _few(line)}
    profile = workbench.profile()
    versions = _versions(workbench, profile, told, wrote)
    people = _people(profile, versions, mask)
    named = _in_words(workbench, versions, people)
    return [
        replace(line, touched=_touched_by_name(line, named.get(wrote.get(line.number, 0), {})))
        for line in told
    ]


def by_names(workbench: Workbench, wanted: LogFilter, mask: Mask = OPEN) -> LogFilter:
    """
    The filter, whose text is found in lines as they are shown too: in names of files and records.

    Args:
        mask: of what is not told, and so not found.
    """
    if not wanted.text:
        return wanted
    others = log(workbench, replace(wanted, text="")).lines
    told = with_names(workbench, with_files(workbench, others), mask)
    text = wanted.text.casefold()
    saying = (line.number for line in told if text in in_words(line).casefold())
    return replace(wanted, numbers=tuple(saying))


def _few(line: LogLine) -> bool:
    """Whether all its records can be named; what a file brought goes by the file."""
    counts = [what for kind, what in line.touched.items() if kind in KINDS and what]
    few = [what for what in counts if isinstance(what, int) and what <= FEW]
    return bool(counts) and counts == few and IMPORTS not in line.touched


def _versions(
    workbench: Workbench, profile: Profile, lines: list[LogLine], wrote: Mapping[int, int]
) -> Versions:
    """What these change sets have written; each table is read once, and only for those in it."""
    found = {}
    for name, kind in KINDS.items():
        changes = [wrote[line.number] for line in lines if line.number in wrote
                   and name in line.touched]  # fmt: skip
        if changes:
            only = among("change", pl.Series(changes))
            found[name] = workbench.store.versions(kind.table, profile.snapshot, only=only)
    return found


def _people(profile: Profile, versions: Versions, mask: Mask) -> dict[int, str]:
    """Those who are still customers, by their row."""
    rows = [
        frame["row" if name == CUSTOMERS.name else OWNER]
        for name, frame in versions.items()
        if name == CUSTOMERS.name or KINDS[name].owned
    ]
    if not rows:
        return {}
    known = profile.customers["row"].is_in(pl.concat(rows).unique().implode()).arg_true()
    shown = mask.over(profile)
    names = [shown.values(profile.catalogue.field(path), known) for path in NAMES]
    texts = zip(*(each.to_list() for each in names if each is not None), strict=True)
    ids = profile.ids.gather(known).to_list()
    return {
        row: " · ".join(text for text in said if text and text != MASK) or customer
        for row, customer, said in zip(
            profile.customers["row"].gather(known), ids, texts, strict=True
        )
    }


def _in_words(
    workbench: Workbench, versions: Versions, people: Mapping[int, str]
) -> dict[int, dict[str, list[str]]]:
    """By change set its records as the timeline tells them; behind the first, whose they are."""
    records: dict[int, list[str]] = defaultdict(list)
    owners: dict[int, dict[int, None]] = defaultdict(dict)  # rows of customers, each once
    for name in reversed(KINDS):  # what it was about comes before what came of it
        wrote = versions.get(name)
        if wrote is None:
            continue
        owner = "row" if name == CUSTOMERS.name else OWNER
        if owner in wrote.columns:
            for change, row in wrote.select("change", owner).drop_nulls().iter_rows():
                owners[change][row] = None
        if name != CUSTOMERS.name:
            for change, text in _texts(workbench, name, wrote):
                records[change].append(text)
    theirs = {
        change: [people.get(row, "who is gone") for row in rows] for change, rows in owners.items()
    }
    return {
        change: _said(records[change], theirs.get(change, [])) for change in {*records, *theirs}
    }


def _said(records: list[str], theirs: list[str]) -> dict[str, list[str]]:
    said = {RECORDS: records[:1], "customers": theirs, FURTHER: records[1:]}
    return {kind: names for kind, names in said.items() if names}


def _texts(workbench: Workbench, name: str, wrote: pl.DataFrame) -> Iterator[tuple[int, str]]:
    """Each record with its change set, the newest first."""
    kind = KINDS[name]
    derived = [value.alias(column) for column, value in kind.derived.items()]
    newest_first = wrote.sort("row", descending=True).with_columns(derived)
    for record in newest_first.iter_rows(named=True):
        yield record["change"], kind.describe(record, workbench.project.money)


def _touched_by_name(
    line: LogLine, named: Mapping[str, list[str]]
) -> Mapping[str, int | list[str]]:
    """What the line touched, its records by name; all else as the log has it."""
    if not named:
        return line.touched
    return {**named, **{kind: what for kind, what in line.touched.items() if kind not in KINDS}}
