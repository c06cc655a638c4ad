"""Drawn customers as a profile holds them, without a workspace."""

from engine.evaluation.columns import prepared
from engine.evaluation.masks import Masks
from tests import strategies


def masks_of(customers):
    """Masks over these customers, whose fields are those of `strategies.CATALOGUE`."""
    columns = {series.name: prepared(series) for series in strategies.frame(customers)}
    return Masks(
        len(customers), strategies.CATALOGUE, lambda leaf, _clock: columns.get(leaf.field.path)
    )
