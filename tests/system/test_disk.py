"""What the system refuses is told in words, whichever library heard it."""

import errno
import sqlite3

import pytest

from engine.errors import DiskError, UsageError
from engine.system.disk import refusal, refusals_told, replaced

SAID = {
    "Python": (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
    "Rust": (Exception("Generic error: No space left on device (os error 28)"), "the disk is full"),
    "panic": (Exception("called unwrap on Os { } (os error 30)"), "the disk is read-only"),
    "forbidden": (PermissionError(errno.EACCES, "Permission denied"), "there is no permission"),
    "quota": (OSError(errno.EDQUOT, "Disk quota exceeded"), "your quota of the disk is used up"),
    "files": (OSError(errno.EMFILE, "Too many open files"), "too many files are open"),
    "memory": (MemoryError(), "there is not enough memory"),
}


@pytest.mark.parametrize(("error", "reason"), SAID.values(), ids=SAID)
def test_a_refusal_has_a_reason_and_a_remedy(error, reason, tmp_path):
    found = refusal(error, tmp_path)

    assert found.reason == reason
    assert found.remedy


def test_what_is_no_refusal_stays_what_it_is(tmp_path):
    assert refusal(FileNotFoundError(errno.ENOENT, "gone"), tmp_path) is None
    assert refusal(ValueError("os errors"), tmp_path) is None
    assert refusal(sqlite3.IntegrityError("twice"), tmp_path) is None


def test_the_folder_and_what_was_kept_are_told(tmp_path):
    with pytest.raises(DiskError) as told, refusals_told(tmp_path, "The import was taken back"):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert f"the disk is full: {tmp_path}. The import was taken back" in told.value.message


def test_the_folder_that_refuses_is_told_where_the_error_names_a_file_of_another(tmp_path):
    other = tmp_path / "other"
    with pytest.raises(DiskError) as told, refusals_told(tmp_path / "work"):
        raise OSError(errno.EROFS, "Read-only file system", str(other / "note"))

    assert f"the disk is read-only: {other}. Nothing" in told.value.message


def test_errors_of_ours_pass(tmp_path):
    with pytest.raises(UsageError), refusals_told(tmp_path):
        raise UsageError("expected one thing, got another")


def test_a_small_file_is_there_whole_or_as_it_was(tmp_path):
    file = tmp_path / "note.json"
    replaced(file, "one")
    with pytest.raises(UnicodeEncodeError):
        replaced(file, "\ud800")

    assert file.read_text() == "one"
    assert [file] == list(tmp_path.iterdir())
