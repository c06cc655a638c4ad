"""Files that people name are plain ones: nothing that never ends is read."""

import os
import socket
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.limits import DOCUMENT
from engine.system import plain_files
from engine.system.plain_files import check_plain, plain_bytes


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/dev/null", "a device"),
        ("/dev/zero", "a device"),
        ("/proc/version", "a file of the system"),
        ("/proc/self/environ", "a file of the system"),
        ("/", "a folder"),
        ("/nowhere/at/all", "No such file"),
        ("/tmp/" + "x" * 5000, "too long"),
        ("a\0b", "null"),
    ],
)
def test_what_is_no_plain_file_is_refused_by_name(path, said):
    with pytest.raises(UsageError, match=said):
        check_plain(Path(path))


def test_a_pipe_and_a_socket_are_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")

        for name in ("pipe", "socket"):
            with pytest.raises(UsageError, match=f"a {name}"):
                plain_bytes(Path(name))


def test_an_empty_file_is_a_plain_one_and_a_large_document_is_not_read(tmp_path, monkeypatch):
    file = tmp_path / "empty"
    file.touch()
    small = type(DOCUMENT)(**{**vars(DOCUMENT), "most": 3})
    monkeypatch.setattr(plain_files, "DOCUMENT", small)

    assert plain_bytes(file) == b""
    file.write_bytes(b"abcd")
    with pytest.raises(UsageError, match="at most 3 bytes"):
        plain_bytes(file)
