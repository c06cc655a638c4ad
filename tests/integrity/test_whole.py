"""A workspace that nobody has damaged has no damage, whatever was done with it."""

from engine.store.results.checksums import COUNTED
from tests.integrity.shop import fill, sql, told


def test_a_workspace_with_something_of_everything_is_whole(base):
    base.filled(fill)
    counts = {name: sql(base.folder, f'SELECT count(*) FROM "{name}"')[0][0][0] for name in COUNTED}

    assert told(base) == []
    assert [name for name, count in counts.items() if not count] == []
