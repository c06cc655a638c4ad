"""Temporary folders: gone at the end, and after a kill at the next start."""

import subprocess
import sys
import tempfile

import pytest

from engine.store.folder import SCRATCH
from engine.system import scratch
from engine.system.scratch import sweep
from tests.bases import Base

HOLDER = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from engine.system.scratch import scratch_folder
(scratch_folder("upload") / "customers.csv").write_text("Source_id")
print("made", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_what_a_killed_process_left_goes_and_what_a_living_one_needs_stays(place):
    command = [sys.executable, "-c", HOLDER, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        sweep()
        assert [file.name for file in place.glob("*/*")] == ["customers.csv"]
        process.kill()
        process.wait()
    sweep()

    assert list(place.iterdir()) == []


def test_uploads_beside_which_nobody_lives_go_and_all_else_stays(place):
    (place / "workbench-upload-abc").mkdir()
    (place / "workbench-upload-abc" / "customers.csv").touch()
    (place / "somebody").mkdir()
    (place / "workbench-upload-link").symlink_to(place / "somebody")
    sweep()

    assert sorted(file.name for file in place.iterdir()) == ["somebody", "workbench-upload-link"]


def test_whoever_opens_a_workspace_removes_what_a_killed_upload_left(tmp_path):
    base = Base.new(tmp_path / "workspace")
    base.close()
    left = base.folder / SCRATCH / "workbench-upload-0123-4567"
    left.mkdir(parents=True)
    (left / "customers.csv").write_text("Source_id")
    Base(base.folder).close()

    assert not left.exists()


@pytest.mark.usefixtures("place")
def test_a_folder_to_work_in_is_gone_at_the_end():
    with scratch.scratch("demo") as folder:
        (folder / "file").touch()
        sweep()
        assert (folder / "file").exists()

    assert not folder.exists()
