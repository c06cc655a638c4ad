"""What is kept is read again where somebody has written, and only there."""

from sqlalchemy import event

from engine.base.kinds.registry import RECORD_TABLES
from engine.store.database import Driver
from engine.store.kept_results import KeptResults
from engine.store.results.change_log import Act
from engine.store.results.settings import save_setting, settings
from engine.store.store import Store
from tests.bases import ME, NOW


def test_what_another_process_sets_counts_at_once_and_is_read_once(tmp_path):
    ours, theirs = (Store.open(tmp_path / "workspace", RECORD_TABLES) for _ in range(2))
    asked = []
    event.listen(ours._database, "begin", asked.append)
    try:
        for value in ("EUR", "USD"):
            with theirs.write(lambda: Act(ME, "setting", NOW)) as (connection, _):
                save_setting(connection, "project", "currency", value)

            assert ours.kept.of(settings, "project") == {"currency": value}
            assert ours.kept.of(settings, "project") == {"currency": value}
        assert len(asked) == 2
    finally:
        ours.close()
        theirs.close()


def test_a_file_that_can_only_be_read_is_read_each_time(tmp_path, monkeypatch):
    store = Store.open(tmp_path / "workspace", RECORD_TABLES)
    monkeypatch.setattr(Driver, "reads_only", True)
    kept = KeptResults(store._database)

    assert kept.of(settings, "project") == {}
    assert kept._watch is None
    store.close()
