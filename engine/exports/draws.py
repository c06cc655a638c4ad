"""
Who is drawn: a control group that stays out, and a sample.

A draw is a number that the id of a record, what it is drawn for and a word of the analyst make
alone. So the same records are drawn again, in any order; an import changes only the draw of whom
it brings or takes; and another word draws others. Python's own generators and the hash of Polars
promise no such thing from one version to the next.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import polars as pl

from engine.base.profiles import Profile
from engine.base.records import RecordColumns
from engine.errors import UsageError
from engine.evaluation.recent import Recent
from engine.lists.listings import Listing

KEPT = 4  # of 8 bytes for each record


@dataclass(frozen=True)
class Holdout:
    """A control group: the customers whose draw is below a share."""

    percent: float  # about so many of 100 customers; a larger share holds the same and more
    name: str = "control"  # another name draws other customers
    instead: bool = False  # the held-out ones go out, and not the others

    def __post_init__(self) -> None:
        if not 0 < self.percent < 100:
            raise UsageError(
                "expected a holdout of more than 0 and less than 100 percent, got "
                f"`{self.percent:g}`"
            )


@dataclass(frozen=True)
class Sample:
    """An exact number of records: those with the lowest draws."""

    size: int
    seed: str = "1"  # another seed draws other records

    def __post_init__(self) -> None:
        if self.size < 1:
            raise UsageError(f"expected a sample of at least 1, got `{self.size}`")


def held_out(holdout: Holdout, listing: Listing, profile: Profile) -> pl.Series:
    """
    True for each record of a list whose customer is held out.

    Raises:
        UsageError: the records belong to no customer.
    """
    draws = _draws(profile, f"holdout\0{holdout.name}")
    return listing.of_customers(profile, draws < holdout.percent / 100)


def draw_sample(
    sample: Sample, listing: Listing, profile: Profile, positions: pl.Series
) -> pl.Series:
    """Of some positions in a list as many as the sample has or all, in the order they come in."""
    draws = _draws(listing.of(profile), f"sample\0{sample.seed}")
    lowest = draws.gather(positions).arg_sort().head(min(sample.size, len(positions)))
    return positions.gather(lowest.sort())


def _draws(records: RecordColumns, purpose: str) -> pl.Series:
    """A number from 0 to 1 for each record, kept for a while: a million take 1.5 s."""
    kept = records.once("draws", lambda: Recent[str, pl.Series](KEPT))
    draws = kept.get(purpose)
    if draws is None:
        draws = _drawn(records.ids, purpose)
        kept.keep(purpose, draws)
    return draws


def _drawn(ids: pl.Series, purpose: str) -> pl.Series:
    start = blake2b(f"{purpose}\0".encode(), digest_size=8)
    hashes = bytearray()
    for name in ids:
        each = start.copy()
        each.update(name.encode())
        hashes += each.digest()
    return pl.Series(np.frombuffer(hashes, ">u8") / 2**64)
