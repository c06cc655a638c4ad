"""What a commit wrote is alone in its memory, whatever it was cut from."""

import polars as pl
import pytest

from engine.store.records.fresh import apart

ROWS = 1_000
VALUES = {
    "text": [f"a text of more than twelve signs {row}" for row in range(ROWS)],
    "list": [[f"brand {row}", "an element of more than twelve signs"] for row in range(ROWS)],
    "numbers": [[row, row + 1] for row in range(ROWS)],
    "number": [*range(ROWS)],
    "missing": [None if row % 2 else [str(row)] for row in range(ROWS)],
}


def held(series):
    """Bytes of all buffers, those of elements too, as they lie there."""
    array = series.to_arrow(compat_level=pl.CompatLevel.newest())
    return sum(buffer.size for buffer in array.buffers() if buffer is not None)


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_few_rows_hold_no_others(values, rows):
    whole = pl.DataFrame({"value": values})
    few = whole[500 : 500 + rows]

    alone = apart(few)

    assert alone.equals(few)
    assert held(alone["value"]) <= 200 * rows + 100
