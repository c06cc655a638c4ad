"""What nobody may write can be read through every door, and each write says why it is not done."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from shutil import copytree

import pytest

from engine.accounts import keys
from engine.redemptions.vouchers import create_voucher
from tests.bases import Base
from tests.cli import untouchable

TEN = {"code": "TEN", "discount": {"type": "AMOUNT", "amount_off": 1000}}
SAID = {"forbidden": "there is no permission: ", "read-only": "the disk is read-only: "}
READS = ("count", "check --deep", "subject-access", "look", "overview")
EXPECTED = {"forbidden": {read.split()[0] for read in READS}, "read-only": {"look"}}
REFUSED = {"cli": 1, "http": 503, "clock": 1}


@pytest.fixture(scope="module", params=untouchable.possible())
def tried(request, tmp_path_factory):
    """What was tried, and what lies in the workspace before and behind that."""
    way, place = request.param, tmp_path_factory.mktemp("untouchable")
    folder = filled(place)
    before = contents(folder)
    program = [sys.executable, untouchable.__file__, way, str(folder), str(place)]
    environment = {key: value for key, value in os.environ.items() if key != "WORKBENCH_WORKSPACE"}
    done = subprocess.run(program, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return way, folder, (before, contents(folder)), lines


def filled(place):
    """A workspace, and beside it what is to be written into it."""
    base = Base.new(place / "workspace")
    base.csv("Source_id,Name\na,Ann\nb,Bob\n")
    create_voucher(base.workbench, TEN)
    key = keys.create(base.workbench, "shop")
    base.close()
    (place / "key").write_text(f"{key.app_id} {key.app_token}")
    (place / "more.csv").write_text("Source_id\nz\n")
    (place / "filter.json").write_text('{"created_at": {"conditions": {"$has_value": true}}}')
    with closing(sqlite3.connect(place / "shop.db")) as connection:
        connection.execute("create table people (source_id)")
        connection.commit()
    return place / "workspace"


def contents(folder):
    """What lies there, by its path: of each file what it hashes to."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".db-shm", ".db-wal", ".lock")
    }


def test_everything_can_be_read(tried):
    way, _folder, _before, lines = tried
    done = {what: status for what, _door, status, _said in lines if what.startswith(READS)}

    assert {what.split()[0] for what in done} >= EXPECTED[way]
    assert {*done.values()} <= {0, 200}


def test_each_write_is_refused_with_the_reason_and_the_place(tried):
    way, folder, _before, lines = tried
    writes = [line for line in lines if not line[0].startswith(READS)]

    assert len(writes) >= (20 if way == "forbidden" else 6)
    for what, door, status, said in writes:
        assert status == REFUSED[door], (what, door, status, said)
        assert f"{SAID[way]}{folder}" in said, (what, door, said)
        assert "Traceback" not in said


def test_nothing_is_written_in_the_workspace_nor_beside_it(tried):
    _way, folder, (before, after), _lines = tried

    assert after == before
    assert not (folder.parent / "out.csv").exists()
    assert not (folder.parent / "b.zip").exists()


def test_it_goes_on_where_it_can_be_written_again(tried, tmp_path):
    base = Base(copytree(tried[1], tmp_path / "workspace"))
    base.csv("Source_id\nz\n")

    assert sorted(base.column("source_id")) == ["a", "b", "z"]
    base.close()
