"""What sets some customers apart from the base: fields by the size of the difference."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import asin, sqrt
from typing import Any

import numpy as np
import polars as pl

from engine.base.answers import Answer
from engine.base.profiles import Profile
from engine.evaluation.columns import FieldColumn
from engine.filters.fields import Field
from engine.filters.kinds import BOOLEAN, NUMBER, STRING
from engine.filters.storage import Bits, Dictionary

FEW = 8_000  # different values of a text: more tell single customers, not groups of them
DEAR = 50_000  # texts or lists that are no codes: to count more takes too long
ASKED = (STRING, NUMBER, BOOLEAN)
LEAST = 0.1  # an effect below it is as good as none
RARE = 0.01  # a value that a smaller share has, here and there, tells of single customers
SEGMENTS = "segments"  # which others somebody is in is told by how these lie to each other


@dataclass(frozen=True, eq=False)
class Contrast:
    """One field: how common a value is among some customers, or what they have on average."""

    field: Field
    value: Any  # the one that is most over- or underrepresented; None: an average of numbers
    inside: float  # a share of them, 0 to 1, or their average
    base: float  # the same of the base
    effect: float  # h of shares, d of averages, as Cohen has them: 0.2 small, 0.5 middle, 0.8 large


@dataclass(frozen=True, eq=False)
class _Group:
    """Some customers of a profile, and how many they are."""

    profile: Profile
    mask: pl.Series | None  # None: everybody
    size: int

    def some(self, values: pl.Series) -> pl.Series:
        return values if self.mask is None else values.filter(self.mask)


def contrasts(found: Answer, hidden: Callable[[Field], bool], most: int = 10) -> list[Contrast]:
    """
    What sets those who were found apart, the largest difference first, one line for each field.

    Shares are of all customers, so that who has no value has another one; averages of those who
    have one, or to whom filters give one, such as no orders. The base is everybody, visitors
    without a name aside.

    Args:
        hidden: whether a field is not to be seen.
    """
    profile = found.profile
    inside = _Group(profile, found.mask, found.count)
    base = _Group(profile, profile.named, profile.size)
    if not inside.size or not base.size:
        return []
    told = [
        contrast
        for field in profile.catalogue.fields()
        if field.table != SEGMENTS and field.kind in ASKED and not hidden(field)
        for contrast in _contrast(field, inside, base)
    ]
    large = (each for each in told if each.effect >= LEAST)
    return sorted(large, key=lambda each: -each.effect)[:most]


def _contrast(field: Field, inside: _Group, base: _Group) -> Iterator[Contrast]:
    column = inside.profile.column(field)
    if column is None:
        return
    if field.kind is NUMBER and not field.many:
        yield from _averages(field, column, inside, base)
        return
    usual = inside.profile.once(f"shares {field.path}", lambda: _shared(column, base))
    if not usual:
        return
    ours = _counts(column, inside)
    shares = {
        value: (ours.get(value, 0) / inside.size, count / base.size)
        for value, count in usual.items()
    }
    shares = {value: each for value, each in shares.items() if max(each) >= RARE}
    if not shares:
        return
    value = max(shares, key=lambda each: _h(*shares[each]))
    yield Contrast(field, value, *shares[value], _h(*shares[value]))


def _shared(column: FieldColumn, group: _Group) -> Mapping[Any, int]:
    """How many have each value that several have; nothing of a text that is each one's own."""
    if column.dear and len(column.values) > DEAR:
        return {}
    counts = {value: count for value, count in _counts(column, group).items() if count > 1}
    return counts if len(counts) <= FEW else {}


def _counts(column: FieldColumn, group: _Group) -> Mapping[Any, int]:
    """How many have each value."""
    storage = column.storage
    if isinstance(storage, Bits) and column.bits is not None:
        numbers = group.some(column.bits).to_numpy()
        return {
            value: int((numbers >> np.uint64(bit) & np.uint64(1)).sum())
            for bit, value in enumerate(storage.vocabulary)
        }
    values = group.some(column.values)
    if values.dtype == pl.Boolean:
        return {True: int(values.sum() or 0)}
    known = (values.list.unique().explode() if values.dtype == pl.List else values).drop_nulls()
    counted = known.value_counts()
    found = counted.to_series(0)
    if isinstance(storage, Dictionary):
        found = storage.categories.gather(found)
    return dict(zip(found.to_list(), counted["count"].to_list(), strict=True))


def _averages(
    field: Field, column: FieldColumn, inside: _Group, base: _Group
) -> Iterator[Contrast]:
    usual = inside.profile.once(
        f"average {field.path}", lambda: _average(field, base.some(column.values))
    )
    ours = _average(field, inside.some(column.values))
    if usual is not None and ours is not None and usual[1]:
        yield Contrast(field, None, ours[0], usual[0], abs(ours[0] - usual[0]) / usual[1])


def _average(field: Field, values: pl.Series) -> tuple[float, float] | None:
    """The average, and how far values lie from it; None where nobody has one."""
    known = values.cast(pl.Float64)
    known = known.drop_nulls() if field.absent is None else known.fill_null(field.absent)
    if not len(known):
        return None
    array = known.to_numpy()
    return float(array.mean()), float(np.std(array))


def _h(share: float, other: float) -> float:
    """Cohen's h: as far apart as two shares can be told."""
    return abs(2 * asin(sqrt(min(share, 1))) - 2 * asin(sqrt(min(other, 1))))
