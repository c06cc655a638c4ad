"""Jobs beside the pages: progress, result, failure and cancelling, without a clock."""

import errno
import logging
import subprocess
import sys
from dataclasses import replace
from threading import Event
from threading import enumerate as running_threads

import pytest

from engine.actors import Actor
from engine.errors import UsageError
from engine.workspace.jobs import CANCELLED, DONE, FAILED, RUNNING, Runner
from engine.workspace.journal import Journal
from tests.bases import ME


@pytest.fixture
def runner(tmp_path):
    made = Runner(Journal(tmp_path / "jobs"))
    yield made
    made.journal.close()


def ended(job):
    """The job after its thread has ended."""
    for thread in running_threads():
        if thread.name == f"job {job.number}":
            thread.join()
    return job


def run(runner, work):
    return ended(runner.start("test", "A test", work, ME))


def test_a_job_gives_what_its_work_gives(runner):
    job = run(runner, lambda tell: "result")

    assert (DONE, "result", 1.0, None) == (job.state, job.result, job.share, job.error)
    assert [] == runner.active()


def test_a_job_at_work_tells_how_far_it_is(runner):
    told, go = Event(), Event()

    def work(tell):
        tell(0.25)
        told.set()
        go.wait()

    job = runner.start("test", "A test", work, ME)
    told.wait()
    assert (RUNNING, 0.25, [job], job) == (
        job.state,
        job.share,
        runner.active(),
        runner.at_work("test", ME),
    )
    assert runner.at_work("other", ME) is None
    go.set()
    assert DONE == ended(job).state
    assert runner.at_work("test", ME) is None


def test_a_job_is_at_work_for_who_asked_for_it_alone(runner):
    go = Event()
    job = runner.start("test", "A test", lambda _tell: go.wait(), ME)
    others = (Actor("ann", ME.door), Actor(ME.name, "HTTP"))

    assert runner.at_work("test", replace(ME, rights=frozenset())) is job
    assert [runner.at_work("test", other) for other in others] == [None, None]
    go.set()
    ended(job)


def test_the_newest_of_several_jobs_of_a_kind_is_at_work(runner):
    go = Event()
    jobs = [runner.start("test", "A test", lambda _tell: go.wait(), ME) for _ in range(3)]

    assert jobs == runner.active()
    assert runner.at_work("test", ME) is jobs[-1]
    go.set()
    assert {DONE} == {ended(job).state for job in jobs}
    assert 3 == len({job.number for job in jobs})


def test_what_a_user_can_mend_is_kept_with_the_job(runner):
    error = UsageError("expected one thing, got another")

    def work(_tell):
        raise error

    job = run(runner, work)
    assert (FAILED, error, None) == (job.state, job.error, job.result)


def test_a_fault_of_the_program_is_logged_and_not_shown(runner, caplog):
    def work(_tell):
        raise ZeroDivisionError("secret")

    with caplog.at_level(logging.ERROR):
        job = run(runner, work)
    assert FAILED == job.state
    assert "A test failed by a fault of the program" in job.error.message
    assert "secret" not in str(job.error)
    assert "secret" in caplog.text


def test_cancelling_ends_the_work_where_it_tells_next(runner):
    reached, go = Event(), Event()
    after = []

    def work(tell):
        reached.set()
        go.wait()
        tell(0.5)
        after.append("more work")

    job = runner.start("test", "A test", work, ME)
    reached.wait()
    job.stop.set()
    go.set()
    assert CANCELLED == ended(job).state
    assert [] == after
    assert job.error.message == "A test was cancelled: nothing was written"


KILLED = """
import sys
from pathlib import Path
from engine.actors import Actor
from engine.workspace.journal import Journal
journal = Journal(Path(sys.argv[1]))
journal.begin("import", "Import of people.csv", Actor("ann", "page"))
print("begun", flush=True)
sys.stdin.read()
"""


def test_work_that_a_killed_process_had_begun_was_interrupted(runner, tmp_path):
    folder = str(tmp_path / "jobs")
    command = [sys.executable, "-c", KILLED, folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert [] == runner.journal.interrupted()
        process.kill()
        process.wait()
        [left] = runner.journal.interrupted()
    assert ("import", "Import of people.csv", "ann (page)") == (left.kind, left.label, left.by)

    runner.journal.end(left.path)
    assert [] == runner.journal.interrupted()


def test_work_that_has_ended_was_not_interrupted(runner, tmp_path):
    run(runner, lambda tell: "result")
    runner.journal.close()
    after = Journal(tmp_path / "jobs")

    assert [] == after.interrupted()
    after.close()


BROKEN = {"empty": b"", "half": b'{"kind": "imp', "no text": b"\xff\xfe", "other keys": b'{"a": 1}',
          "a list": b"[]", "deep": b"[" * 100_000}  # fmt: skip


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_damaged_note_is_told_and_hides_no_other(runner, tmp_path, content):
    folder = tmp_path / "jobs"
    (folder / "0123456789abcdef-00000000.json").write_bytes(content)
    good = '{"kind": "import", "label": "Import of x"}'
    (folder / "0123456789abcdef-00000001.json").write_text(good)
    damaged, whole = runner.journal.interrupted()

    assert (damaged.damaged, whole.damaged, whole.label) == (True, False, "Import of x")
    assert "0123456789abcdef-00000000.json is damaged" in damaged.label
    runner.journal.end(damaged.path)
    assert runner.journal.interrupted() == [whole]


def test_a_folder_in_the_place_of_a_note_is_set_aside(runner, tmp_path):
    (tmp_path / "jobs" / "0123456789abcdef-00000000.json" / "below").mkdir(parents=True)
    [told] = runner.journal.interrupted()
    runner.journal.end(told.path)

    assert told.damaged
    assert runner.journal.interrupted() == []
    assert (tmp_path / "jobs" / "0123456789abcdef-00000000.json.set-aside" / "below").is_dir()


def test_a_job_that_cannot_be_noted_says_why_and_is_over(tmp_path):
    (tmp_path / "jobs").write_text("a file")
    runner = Runner(Journal(tmp_path / "jobs"))
    job = run(runner, lambda tell: "result")

    assert (FAILED, None, []) == (job.state, job.result, runner.active())
    assert "expected a folder" in job.error.message
    assert [] == runner.journal.interrupted()


class PanicException(BaseException):
    """No Exception."""


def test_a_job_that_ends_in_a_panic_is_over(runner):
    def work(_tell):
        raise PanicException("called unwrap")

    assert FAILED == run(runner, work).state


def test_a_job_on_a_full_disk_says_so(runner):
    def work(_tell):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "the disk is full" in run(runner, work).error.message


def test_jobs_that_are_over_are_not_kept(runner):
    for _ in range(30):
        run(runner, lambda tell: "result")

    assert runner._jobs == []


def test_the_locks_of_processes_that_are_gone_do_not_pile_up(tmp_path):
    for _ in range(3):
        Journal(tmp_path / "jobs").close()
    last = Journal(tmp_path / "jobs")

    assert len(list((tmp_path / "jobs").glob("*.lock"))) == 1
    last.close()
