"""Under which names the server answers, and from which folders a page imports."""

import os
import socket
from pathlib import Path

import pytest

from engine.errors import ImportFileError, UsageError
from engine.workspace.access import (
    Site,
    folders_to_import_from,
    further_sites,
    importable,
    is_plain,
)

ELSEWHERE = Path("/nowhere/workspace")


@pytest.mark.parametrize(
    ("text", "host", "origin"),
    [
        ("crm.example", "crm.example", "https://crm.example"),
        ("https://CRM.example:8443/", "crm.example:8443", "https://crm.example:8443"),
        ("http://crm.example:80", "crm.example", "http://crm.example"),
        ("http://[fd00::1]:9000", "[fd00::1]:9000", "http://[fd00::1]:9000"),
    ],
)
def test_a_further_host_is_read_as_browsers_write_it(text, host, origin):
    [site] = further_sites(f" {text} ,")

    assert (site.host, site.origin) == (host, origin)


def test_several_hosts_are_separated_by_commas_and_none_are_none():
    assert further_sites("a.example, http://b.example:81") == [
        Site("https", "a.example", 443),
        Site("http", "b.example", 81),
    ]
    assert further_sites("") == []


@pytest.mark.parametrize(
    "text", ["*", "a b", "ftp://a.example", "a.example:0", "a.example:65536", "a.example/x", "é"]
)
def test_what_is_no_host_is_told(text):
    with pytest.raises(UsageError, match="expected hosts such as"):
        further_sites(text)


def test_by_default_home_and_the_folder_of_the_start_are_open_until_others_come(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    usual = folders_to_import_from(None, tmp_path / "work", open_to_others=False)

    assert usual == [tmp_path / "home", tmp_path / "work"]
    assert folders_to_import_from(None, tmp_path, open_to_others=True) == []


def test_the_whole_machine_is_open_only_to_who_asks_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/")

    assert folders_to_import_from(None, Path("/"), open_to_others=False) == []
    assert folders_to_import_from("/", tmp_path, open_to_others=True) == [Path("/")]


def test_a_user_without_a_home_has_the_folder_of_the_start(tmp_path, monkeypatch):
    def lost():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", lost)

    assert folders_to_import_from(None, tmp_path, open_to_others=False) == [tmp_path]


def test_folders_that_are_named_win_and_have_to_be_there(tmp_path):
    (tmp_path / "a").mkdir()
    named = os.pathsep.join((str(tmp_path / "a"), str(tmp_path)))

    assert folders_to_import_from(named, Path("/"), open_to_others=True) == [
        tmp_path / "a",
        tmp_path,
    ]
    assert folders_to_import_from("", tmp_path, open_to_others=False) == []
    with pytest.raises(UsageError, match="expected folders to import from, found none at"):
        folders_to_import_from(str(tmp_path / "lost"), tmp_path, open_to_others=False)


@pytest.fixture
def allowed(tmp_path):
    """A folder to import from, beside one that is not."""
    folder = tmp_path / "allowed"
    folder.mkdir()
    (folder / "people.csv").write_text("Source_id\na\n")
    (tmp_path / "secret.csv").write_text("Source_id\nb\n")
    return folder


def test_a_plain_file_below_a_folder_is_importable_however_it_is_written(allowed, monkeypatch):
    monkeypatch.setenv("HOME", str(allowed))
    (allowed / "link.csv").symlink_to(allowed / "people.csv")
    written = ("~/people.csv", f"{allowed}/x/../people.csv", str(allowed / "link.csv"))

    assert {importable(path, [allowed], ELSEWHERE) for path in written} == {allowed / "people.csv"}


@pytest.mark.parametrize("written", ["../secret.csv", "out.csv", "root/etc/passwd", "../allowed2"])
def test_what_lies_elsewhere_is_refused_whether_it_is_there_or_not(allowed, written):
    (allowed / "out.csv").symlink_to(allowed.parent / "secret.csv")
    (allowed / "root").symlink_to("/")

    with pytest.raises(ImportFileError, match=f"expected a file in {allowed} or below"):
        importable(f"{allowed}/{written}", [allowed], ELSEWHERE)


@pytest.mark.parametrize("written", ["loop", "nul\0", "~nobody-here/x", "x" * 5000, "\ud800"])
def test_what_is_no_path_is_told(allowed, written):
    (allowed / "loop").symlink_to(allowed / "loop")

    with pytest.raises(ImportFileError, match="expected"):
        importable(written if written[0] == "~" else f"{allowed}/{written}", [allowed], ELSEWHERE)


def test_the_files_of_the_workspace_itself_are_refused(allowed):
    (allowed / "exports").mkdir()
    (allowed / "exports" / "exp_1.csv").touch()
    (allowed / "link.csv").symlink_to(allowed / "exports" / "exp_1.csv")

    for name in ("exports/exp_1.csv", "link.csv"):
        with pytest.raises(ImportFileError, match="expected a file outside of the workspace"):
            importable(f"{allowed}/{name}", [allowed.parent], allowed / "exports" / "..")


def test_only_plain_files_are_importable(allowed):
    os.mkfifo(allowed / "pipe")
    (allowed / "device").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(allowed / "socket"))

        for name in ("pipe", "device", "socket", ".", "lost"):
            with pytest.raises(ImportFileError, match="a folder, device or pipe is none"):
                importable(f"{allowed}/{name}", [Path("/")], ELSEWHERE)


@pytest.mark.parametrize("path", ["/proc/self/environ", "/sys/kernel/notes", "/proc/version"])
def test_views_of_the_kernel_are_no_plain_files(path):
    assert not is_plain(Path(path))
    with pytest.raises(ImportFileError):
        importable(path, [Path("/")], ELSEWHERE)
