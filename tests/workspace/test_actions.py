"""What came of long work is there with its change, or neither, whenever the process is killed."""

import random
from pathlib import Path

import pytest

from engine.imports.outcomes import outcome
from engine.store.results.actions import AsyncAction, add_action, change_action, find_action
from engine.workspace.actions import DONE, FAILED, INTERRUPTED, index
from engine.workspace.jobs import Runner
from engine.workspace.journal import Journal
from tests.bases import NOW, Base
from tests.forks import Fork
from tests.store.steps import NEVER, drawn, program
from tests.store.test_killed import killed
from tests.strategies import examples

KILLS = examples(3, fuzzed=50)
WRITER = program(
    "from tests.workspace.test_actions import import_in_a_thread",
    "import_in_a_thread(access, who)",
)


def import_in_a_thread(access, name):
    """An import as the API begins one, followed to its end."""
    from engine.imports.columns.mapping import ImportMapping
    from engine.imports.columns.table import TABLES
    from engine.imports.commit import import_file
    from engine.workspace.actions import begin

    path = Path(access.store.folder.parent, "people.csv")

    def work(run):
        import_file(
            *(access, TABLES["customers"], path, ImportMapping(), run.tell, name),
            also=lambda connection, made: run.done(
                connection, {"done_count": outcome(connection, made).done}
            ),
        )

    runner = Runner(Journal(access.store.folder / "jobs"))
    begin(access, runner, "CUSTOMERS.IMPORT_CSV", name, name, work)
    for job in runner.active():
        job.ended.wait()


@pytest.mark.hypothesis
def test_after_kills_each_import_is_done_with_its_result_or_has_written_nothing(tmp_path):
    folder = tmp_path / "workspace"
    Base.new(folder).close()
    (tmp_path / "people.csv").write_text("Source_id,Name\na,Ann\n,nobody\n")
    at, said = NOW.isoformat(), {}
    most = killed(Fork(WRITER, folder), NEVER, f"{at} first")
    said["first"] = DONE
    for turn, step in enumerate(drawn(random.Random(55), most, KILLS)):
        killed(Fork(WRITER, folder), step, f"{at} turn-{turn}")
        said |= told_after(folder, set(said))

    assert {*said.values()} == {DONE, FAILED}


def told_after(folder, known):
    """What is told of work that was not known yet; it has a receipt where it is done."""
    base = Base(folder)
    runner = Runner(Journal(folder / "jobs"))
    found = index(base.workbench, runner, None, 100).actions
    with base.workbench.store.read() as connection:
        imported = {*connection.exec_driver_sql("SELECT file_name FROM import_run").scalars()}
    runner.journal.close()
    base.close()
    new = {one.request_id: one for one in found if one.request_id not in known}

    assert {one.request_id for one in found if one.status == DONE} == imported
    assert all(one.result == {"done_count": 1} for one in found if one.status == DONE)
    assert all(one.result == {"error": {"message": INTERRUPTED}}
               for one in new.values() if one.status == FAILED)  # fmt: skip
    return {name: one.status for name, one in new.items()}


@pytest.mark.parametrize("status", [DONE, FAILED])
def test_what_is_over_stays_as_it_ended(base, status):
    asked = AsyncAction("aa_1", "X", status, 100, NOW, None, "r", "me", {"done_count": 1})
    with base.workbench.note() as connection:
        add_action(connection, asked)
        change_action(connection, "aa_1", status="IN_PROGRESS", result=None)
        found = find_action(connection, "aa_1")

    assert found == asked
