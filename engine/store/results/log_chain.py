"""
The chain of the change log: each line carries a hash of what it says and of the hash before it.

A line that was changed, taken away, put in or moved no longer fits; a tail that was cut off does,
so the last hash is to be noted down elsewhere. What names people stands in the hash by a salted
digest alone: blanked, with its salt, it leaves the chain as it was, and cannot be guessed from it.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, select, update

from engine.store.results.tables import change_log

# What is blanked when a person is erased, or the workspace emptied; all else says only what was
# done and when.
BLANKABLE = ("actor", "change", "touched", "before", "after")
NEIGHBOURS = 2_000  # lines among which the right place of one is looked for: 10 ms
LAST = select(change_log.c.number, change_log.c.hash).order_by(change_log.c.number.desc()).limit(1)
Digests = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True)
class Link:
    """The place of a line in the chain."""

    number: int = 0
    hash: str = ""  # before the first line


@dataclass
class Chain:
    """What a walk along the chain has found."""

    lines: int = 0
    blanked: int = 0  # lines of which something was blanked
    last: Link = field(default_factory=Link)
    faults: list[tuple[int, str]] = field(default_factory=list)  # the line's number, and what
    hashes: dict[str, int] = field(default_factory=dict)  # the number of each line by its hash


def last_link(connection: Connection) -> Link:
    """The end of the chain."""
    found = connection.execute(LAST).first()
    return Link(found.number, found.hash) if found else Link()


def chained(rows: Iterable[Mapping[str, Any]], last: Link) -> list[dict[str, Any]]:
    """The lines with their numbers, digests and hashes; 20 µs each."""
    found = []
    for row in rows:
        digests = {name: digest(row[name]) for name in BLANKABLE if row.get(name) is not None}
        link = Link(last.number + 1, hash_of(row, digests, last.hash, 1))
        found.append({**row, "number": link.number, "digests": digests, "hash": link.hash})
        last = link
    return found


def digest(value: Any) -> tuple[str, str]:
    """A fresh salt, and the digest of a value with it."""
    salt = secrets.token_hex(16)
    return salt, digested(value, salt)


def digested(value: Any, salt: str) -> str:
    """The digest of a value with a salt."""
    return sha256(f"{salt}{canonical(value)}".encode()).hexdigest()


def hash_of(row: Mapping[str, Any], digests: Digests, before: str, step: int) -> str:
    """
    The hash of a line.

    Args:
        before: the hash of the line before.
        step: from its number to this one's.
    """
    at: datetime = row["at"]
    said = [step, at.astimezone(UTC).isoformat(timespec="microseconds"), row["door"], row["cause"]]
    kept = {name: each[1] for name, each in digests.items()}
    content = canonical([before, *said, row["undoes"], kept])
    return sha256(content.encode()).hexdigest()


def canonical(value: Any) -> str:
    """A value in the one spelling that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def blank(connection: Connection, number: int, left: Mapping[str, Any]) -> None:
    """
    Blanks something that one line says, with its salt; the chain stays right.

    Args:
        left: what stands in its place, by the column, one of BLANKABLE.
    """
    line = change_log.c.number == number
    connection.execute(update(change_log).where(line).values(_unsalted(left) | dict(left)))


def blank_all(connection: Connection, columns: Iterable[str]) -> None:
    """Blanks some columns, which may be null, of every line."""
    left = dict.fromkeys(columns)
    connection.execute(update(change_log).values(_unsalted(left) | left))


def chain_anew(connection: Connection) -> None:
    """Chains the lines as they are; what was blanked stays so."""
    last = Link()
    rows = connection.execute(select(change_log).order_by(change_log.c.number)).all()
    for row in (dict(one._mapping) for one in rows):
        digests = _renewed(row)
        step = row["number"] - last.number
        last = Link(row["number"], hash_of(row, digests, last.hash, step))
        line = change_log.c.number == last.number
        connection.execute(update(change_log).where(line).values(digests=digests, hash=last.hash))


def _renewed(row: Mapping[str, Any]) -> Digests:
    known = row["digests"] if _is_chain(row["digests"]) else {}
    changed = {*_changed(row, known)}
    given = {name: digest(row[name]) for name in changed if row[name] is not None}
    kept = {name: pair for name, pair in known.items() if name not in changed}
    return {**kept, **given}


def _unsalted(names: Iterable[str]) -> dict[str, Any]:
    salts = [part for name in names for part in (f"$.{name}[0]", None)]
    return {"digests": func.json_replace(change_log.c.digests, *salts)}


def walked(connection: Connection) -> Chain:
    """Every line of the chain, looked at."""
    chain, asked = Chain(), select(change_log).order_by(change_log.c.number)
    for row in connection.execute(asked):
        _look(connection, chain, dict(row._mapping))
        chain.last = Link(row.number, row.hash)
        chain.hashes[row.hash] = row.number
        chain.lines += 1
    return chain


def _look(connection: Connection, chain: Chain, row: Mapping[str, Any]) -> None:
    number, digests = row["number"], row["digests"]
    if not _is_chain(digests):
        chain.faults.append((number, "it was changed: its digests are not readable"))
        return
    chain.blanked += any(salt is None for salt, _ in digests.values())
    for name in _changed(row, digests):
        chain.faults.append((number, f"its {name} was changed"))
    step = number - chain.last.number
    if hash_of(row, digests, chain.last.hash, step) != row["hash"]:
        chain.faults += _misfits(connection, chain.last, row)


def _is_chain(digests: Any) -> bool:
    return isinstance(digests, dict) and all(
        isinstance(pair, list) and len(pair) == 2 for pair in digests.values()
    )


def _changed(row: Mapping[str, Any], digests: Digests) -> Iterator[str]:
    """What a line says otherwise than when it was written."""
    for name in BLANKABLE:
        salt, kept = digests.get(name, ("", None))
        value = row[name]
        if salt is None:  # blanked
            continue
        if (kept is None) != (value is None) or (
            kept is not None and digested(value, str(salt)) != kept
        ):
            yield name


def _misfits(
    connection: Connection, last: Link, row: Mapping[str, Any]
) -> Iterator[tuple[int, str]]:
    """Why a line does not fit behind the one before it: by the line that it does fit behind."""
    number = row["number"]
    behind = _fitting(connection, row)
    gap = number - last.number > 1
    if behind is not None and behind.number < last.number:
        for each in _between(connection, behind.number, number):
            yield each, "it was put in: the lines around it fit without it"
    elif behind is not None and behind != last:
        yield number, f"it was moved: it belongs behind line {behind.number}"
    elif gap and number - last.number == 2:
        yield number - 1, "it is missing"
    elif gap:
        yield last.number + 1, f"the lines {last.number + 1} to {number - 1} are missing"
    else:
        yield number, "it was changed, or lines before it were taken away"


def _fitting(connection: Connection, row: Mapping[str, Any]) -> Link | None:
    """The line that one was written behind, if it is near."""
    near = change_log.c.number.between(row["number"] - NEIGHBOURS, row["number"] + NEIGHBOURS)
    links = [Link(), *(Link(*found) for found in connection.execute(
        select(change_log.c.number, change_log.c.hash).where(near)
    ))]  # fmt: skip
    fits = (link for link in links if hash_of(row, row["digests"], link.hash, 1) == row["hash"])
    return next(fits, None)


def _between(connection: Connection, low: int, high: int) -> list[int]:
    number = change_log.c.number
    asked = select(number).where(number > low, number < high).order_by(number)
    return list(connection.scalars(asked))
