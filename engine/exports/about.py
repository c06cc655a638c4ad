"""What an export is, in words: for the sheet about it, its receipt, and the name of its file."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.exports.contents import Contents
from engine.exports.formats import find_format
from engine.exports.order import EXPORTED, MOVES, Order
from engine.segments import library
from engine.store.results.runs import ExportRun
from engine.text.counts import counted
from engine.text.display import visible
from engine.workspace.workbench import Workbench

EVERYBODY = "All customers"
# What some system does not take in the name of a file, and what nobody sees there.
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f‹›]+')
LONGEST = 120  # bytes of a name without date and suffix: systems take 255
BOTH = "entries and exits"
NARROWED = ("filter", "search", "customers")


@dataclass(frozen=True)
class Requester:
    """Who asked for an export, and when."""

    name: str
    at: datetime


def title(workbench: Workbench, order: Order) -> str:
    """Whose records go out: the name of the segment now, or all customers."""
    return library.find(workbench, order.segment).name if order.segment else EVERYBODY


def about(
    workbench: Workbench, content: Contents, who: Requester
) -> Sequence[tuple[str, str | int]]:
    """What a file is, by topic; the same again from the same data, order and asker."""
    return list(_topics(workbench, content, who))


def _topics(
    workbench: Workbench, content: Contents, who: Requester
) -> Iterator[tuple[str, str | int]]:
    order, found = content.order, content.extract.found
    yield "What", EXPORTED[order.what]
    if order.segment:
        yield "Segment", title(workbench, order)
        yield "Definition", _definition(workbench, order.segment)
    else:
        yield "Segment", "none: all customers"
    yield from _filters(order)
    zone = ZoneInfo(str(order.time_zone))
    yield "As of", who.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    yield "Data version", found.records.change
    yield "Rows", content.rows
    yield "Columns", len(content.fields)
    if content.extract.held_out is not None:
        yield "Held out", content.extract.held_out
    yield "Exported by", who.name
    yield "Time zone", str(order.time_zone)
    yield "Amounts", workbench.project.currency if content.layout.currency else "cents"


def _definition(workbench: Workbench, segment: str) -> str:
    saved = library.find(workbench, segment)
    if saved.filter is None:
        return "a fixed list of customers"
    return library.in_words(workbench, library.accepted(workbench, saved.filter))


def _filters(order: Order) -> Iterator[tuple[str, str]]:
    told = {
        "Filter": json.dumps(order.filter, ensure_ascii=False) if order.filter else None,
        "Search": order.search or None,
        "Chosen": ", ".join(order.customers) or None,
        "Visitors": "those without a name too" if order.visitors else None,
        "Suppressed": "people who are not to be written to, too" if order.suppressed else None,
        "Masked": "what names a person" if order.masked else None,
        "Since": order.since,
        "Limit": None if order.limit is None else f"{order.limit:,}",
        "Order": order.sort,
        "Sample": order.sample and f"{order.sample.size:,} at random, seed {order.sample.seed}",
        "Holdout": order.holdout
        and f"{order.holdout.percent:g} % of the customers "
        f"{'alone' if order.holdout.instead else 'left out'}, drawn as {order.holdout.name}",
    }
    return ((name, said) for name, said in told.items() if said)


def words(run: ExportRun, zone: ZoneInfo, days: str = "%Y-%m-%d") -> str:
    """
    A receipt as a sentence: "4,210 customers of Lapsed VIPs, as of …, 12 columns, CSV".

    Args:
        days: how a day is written, for Python's clock.
    """
    asked = run.parameters
    named = asked.get("title") or asked.get("segment")
    at = run.at.astimezone(zone)
    of = f" of {visible(str(named))}" if asked.get("segment") else ""
    narrowed = ", filtered" if any(asked.get(part) for part in NARROWED) else ""
    parts = [
        f"{counted(run.rows, BOTH if run.what == MOVES else run.what)}{of}{narrowed}",
        f"as of {at:{days}} {at:%H:%M %Z}",
        counted(len(asked["fields"]), "columns"),
        find_format(asked["format"]).label,
    ]
    if run.held_out is not None:
        parts.append(f"{counted(run.held_out, run.what)} held out")
    if back := asked.get("held_back"):
        parts.append(f"{back:,} held back: unsubscribed, or on the suppression list")
    if asked.get("masked") and (names := asked.get("names")):
        parts.append(f"masked: {', '.join(names)}")
    if cut := asked.get("cut"):
        parts.append(f"{counted(cut, 'texts')} cut to what a cell holds")
    return ", ".join(parts)


def file_name(workbench: Workbench, order: Order, at: datetime) -> str:
    """What a file is called unless somebody says: "Lapsed VIPs 2026-11-27.csv"."""
    name = title(workbench, order) if order.segment else None
    return _file_name(name, order.what, order.format, at.astimezone(workbench.zone))


def download_name(run: ExportRun, zone: ZoneInfo) -> str:
    """What the file of a receipt is called when it is taken away."""
    asked = run.parameters
    name = asked.get("title") if asked.get("segment") else None
    return _file_name(name, run.what, asked["format"], run.at.astimezone(zone))


def _file_name(segment: str | None, what: str, form: str, at: datetime) -> str:
    alone = segment and what == "customers"
    named = f"{segment}" if alone else " ".join(filter(None, (segment, EXPORTED[what].lower())))
    safe = UNSAFE.sub(" ", visible(named))
    safe = " ".join(safe.split()).strip(". ")
    safe = safe.encode()[:LONGEST].decode("utf-8", "ignore").strip(". ")
    words = safe[:1].upper() + safe[1:] if not segment else safe
    return f"{words or 'Export'} {at:%Y-%m-%d}{find_format(form).suffix}"
