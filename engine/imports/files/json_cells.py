"""Values of JSON records, gathered by key: a batch of records costs a call a key, not a value."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl


@dataclass
class GivenCells:
    """Values of one key in some records of a batch, with the place of each record in it."""

    places: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def put(self, place: int, value: Any) -> None:
        self.places.append(place)
        self.values.append(value)

    def extend(self, places: Iterable[int], values: Iterable[Any]) -> None:
        self.places += places
        self.values += values

    def by_type(self) -> Mapping[type, "GivenCells"]:
        """Those of each type, in their order; mostly there is one."""
        types = set(map(type, self.values))
        if len(types) == 1:
            return {types.pop(): self}
        return self.divided(type)

    def divided(self, part: Callable[[Any], Any]) -> Mapping[Any, "GivenCells"]:
        """Those of which `part` says the same."""
        found: dict[Any, GivenCells] = defaultdict(GivenCells)
        for place, value in zip(self.places, self.values, strict=True):
            found[part(value)].put(place, value)
        return found

    def by_key(self) -> Mapping[Any, "GivenCells"]:
        """What objects hold, by its key; records are mostly alike, and taken apart as one."""
        shapes = {tuple(each) for each in self.values}
        alike = {shapes.pop(): self} if len(shapes) == 1 else self.divided(tuple)
        found: dict[Any, GivenCells] = defaultdict(GivenCells)
        for keys, objects in alike.items():
            columns = zip(*map(dict.values, objects.values), strict=True)
            for key, values in zip(keys, columns, strict=False):
                found[key].extend(objects.places, values)
        return found


class SparseColumn:
    """A column of the frame: the values of a batch that some of its records have."""

    def __init__(self, name: str, dtype: Any) -> None:
        self.name, self.dtype = name, dtype
        self.batch = GivenCells()

    def put(self, places: Iterable[int], values: Iterable[Any]) -> None:
        """Adds values of the batch at hand."""
        self.batch.extend(places, values)

    def take(self, every: list[int]) -> pl.Series:
        """
        Each value of a batch, null where a record has none; it begins anew.

        Args:
            every: the places of all records of the batch.
        """
        places, values = self.batch.places, self.batch.values
        self.batch = GivenCells()
        if places == every:
            return pl.Series(self.name, values, dtype=self.dtype)
        order = np.full(len(every), len(values))
        order[places] = np.arange(len(values))
        return pl.Series(self.name, [*values, None], dtype=self.dtype).gather(order)
