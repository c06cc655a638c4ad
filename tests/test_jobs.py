"""Jobs beside the pages: progress, result, failure and cancelling, without a clock."""

import logging
import subprocess
import sys
from threading import Event
from threading import enumerate as running_threads

import pytest

from engine.errors import UsageError
from engine.jobs import CANCELLED, DONE, FAILED, RUNNING, Runner
from engine.journal import Journal


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
    return ended(runner.start("test", "A test", work))


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

    job = runner.start("test", "A test", work)
    told.wait()
    assert (RUNNING, 0.25, [job], job) == (
        job.state,
        job.share,
        runner.active(),
        runner.at_work("test"),
    )
    assert runner.at_work("other") is None
    go.set()
    assert DONE == ended(job).state
    assert runner.at_work("test") is None


def test_the_newest_of_several_jobs_of_a_kind_is_at_work(runner):
    go = Event()
    jobs = [runner.start("test", "A test", lambda _tell: go.wait()) for _ in range(3)]

    assert jobs == runner.active()
    assert runner.at_work("test") is jobs[-1]
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

    job = runner.start("test", "A test", work)
    reached.wait()
    job.stop.set()
    go.set()
    assert CANCELLED == ended(job).state
    assert [] == after
    assert job.error.message == "A test was cancelled: nothing was written"


KILLED = """
import sys
from pathlib import Path
from engine.journal import Journal
journal = Journal(Path(sys.argv[1]))
journal.begin("import", "Import of people.csv")
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
    assert ("import", "Import of people.csv") == (left.kind, left.label)

    runner.journal.end(left.path)
    assert [] == runner.journal.interrupted()


def test_work_that_has_ended_was_not_interrupted(runner, tmp_path):
    run(runner, lambda tell: "result")
    runner.journal.close()
    after = Journal(tmp_path / "jobs")

    assert [] == after.interrupted()
    after.close()
