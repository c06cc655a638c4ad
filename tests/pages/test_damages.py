"""A workspace that cannot be opened is told on every page, and opens once it is put right."""

import pytest

from app import PAGES
from tests.pages.conftest import errors, opened


@pytest.mark.parametrize("name", ["overview", "settings"])
def test_a_lost_database_is_told_and_nothing_is_made_in_its_place(seeded, name):
    seeded.close()
    file, away = seeded.folder / "workbench.db", seeded.folder.with_name("away.db")
    file.rename(away)
    at = opened(name)
    told = errors(at)
    made = file.exists()
    away.rename(file)
    at.run()

    assert "Expected the workbench.db of the workspace" in told[0]
    assert len(told) == 1
    assert not made
    assert errors(at) == []


@pytest.mark.usefixtures("seeded")
def test_a_damaged_note_of_work_leaves_every_page_usable(workspace):
    (workspace / "jobs").mkdir()
    (workspace / "jobs" / "0123456789abcdef-00000000.json").write_bytes(b'{"kind": "imp')
    for entry in PAGES[:2]:
        at = opened(entry.name)
        assert errors(at) == []
        assert any("is damaged" in warning.value for warning in at.warning)
