"""Packed bits and bitmaps say the same as plain lists of true and false."""

import numpy as np
import polars as pl
import pytest
from pyroaring import BitMap

from engine.evaluation.bitmaps import Bitmap
from engine.memberships.bitmaps import bitmap, mask_of


@pytest.mark.parametrize("total", [0, 1, 7, 8, 9, 65_535, 65_536, 65_537, 200_001])
@pytest.mark.parametrize("share", [0, 0.001, 0.05, 0.5, 1])
@pytest.mark.parametrize("spread", [1, 3, 50])
def test_the_bitmap_holds_the_rows_whose_bit_is_set(total, share, spread):
    chance = np.random.default_rng(7)
    mask = chance.random(total) < share
    rows = np.sort(chance.choice(total * spread, total, replace=False))
    bits = Bitmap.of(pl.Series(mask, dtype=pl.Boolean))

    assert bitmap(bits, rows) == BitMap(rows[mask].astype(np.uint32))
    assert bitmap(~bits, rows) == BitMap(rows[~mask].astype(np.uint32))
    assert mask_of(bitmap(bits, rows), pl.Series(rows)).to_list() == mask.tolist()
