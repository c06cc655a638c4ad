"""
A process to which a workspace is read-only: it tries to write through every door, and tells of it.

    python untouchable.py WAY FOLDER INPUT    ways: read-only, forbidden

Root may write everywhere, so the process gives that up first, or lays a read-only mount over the
folder. It prints a line of JSON for each try: what, through which door, the status, what is said.
"""

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

DROP_FROM_BOUNDS = 24  # PR_CAPBSET_DROP: what is not in them, a program that root begins lacks
CAPABILITIES = 64
MOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
READY = "ready"


def forbidden(folder, command):
    """Goes on as a process that may do what the files say; only root has to give something up."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    kernel = ctypes.CDLL(None)
    for one in range(CAPABILITIES):
        kernel.prctl(DROP_FROM_BOUNDS, one, 0, 0, 0)
    os.execv(command[0], command)


def read_only(folder, command):
    """Goes on in a world of its own, where the folder is mounted read-only; root alone may."""
    os.execvp("unshare", ["unshare", "--mount", "sh", "-c", MOUNT, str(folder), *command])


class Way(NamedTuple):
    """How a process loses what it may, and the doors that it tries then."""

    go: Callable[[Path, list[str]], None]
    doors: tuple[str, ...]


WAYS = {
    "forbidden": Way(forbidden, ("by_command", "by_http", "by_pages")),
    # the system says another word; the rest is the same, and a process costs seconds
    "read-only": Way(read_only, ("by_http",)),
}


def possible():
    """The ways that there are here: in some containers nothing can be mounted."""
    tried = ["unshare", "--mount", "mount", "--bind", "/tmp", "/tmp"]
    mounts = shutil.which("unshare") and not subprocess.run(tried, capture_output=True).returncode
    return [way for way in WAYS if mounts or way != "read-only"]


def commands(given):
    """What is tried on the command line."""
    bad, people = str(given / "more.csv"), str(given / "filter.json")
    return (
        ("count", people),
        ("check", "--deep"),
        ("subject-access", "a", "--to", str(given / "a.html")),
        ("import", "customers", bad),
        ("import", "customers", "--from", f"sqlite:///{given}/shop.db", "--table", "people"),
        ("event", "seen", "--customer", "a"),
        ("segments", "create", "All", people),
        ("redeem", "TEN", "--customer", "a"),
        ("export", "customers", "--to", str(given / "out.csv")),
        ("backup", str(given / "b.zip")),
        ("settings", "set", "currency", "PLN"),
        ("retention", "set", "orders", "--older-than", "9"),
        ("erase", "a", "--yes"),
        ("suppressions", "add", "a", "--reason", "asked"),
        ("keys", "create", "--name", "shop"),
        ("people", "add", "ann", "--role", "admin", "--no-password", "--email", "ann@example.com"),
        ("undo", "1"),
        ("clear", "--yes"),
    )


def by_command(folder, given):
    """The command line."""
    from click.testing import CliRunner

    from engine.cli.main import main

    for words in commands(given):
        done = CliRunner().invoke(main, [*words, "--workspace", str(folder)])
        odd = "" if isinstance(done.exception, SystemExit | None) else repr(done.exception)
        tell(" ".join(words[:2]), "cli", done.exit_code, done.stderr + odd)


def by_http(folder, given):
    """Programs, the clock and sign-in."""
    from datetime import UTC, datetime

    from starlette.testclient import TestClient

    from engine.actors import CLOCK
    from engine.api.app import api
    from engine.errors import WorkbenchError
    from engine.workspace.jobs import Runner
    from engine.workspace.journal import Journal
    from engine.workspace.workbench import Workbench

    bench = Workbench.open(folder, lambda: datetime(2030, 1, 1, tzinfo=UTC))
    runner = Runner(Journal(folder / "jobs"))
    app_id, token = (given / "key").read_text().split()
    headers = {"X-App-Id": app_id, "X-App-Token": token}
    served = api(lambda: bench, lambda: runner, "")
    client = TestClient(served, "http://127.0.0.1:8501", raise_server_exceptions=False)
    for what, method, path, body in (
        ("look", "GET", "/v1/customers", {}),
        ("upsert", "POST", "/v1/customers", {"json": {"source_id": "z"}}),
        ("redeem", "POST", "/v1/vouchers/TEN/redemption", {"json": {"customer": "a"}}),
        ("import", "POST", "/v1/customers/importCSV", {"files": {"file": ("x.csv", "Id\nz\n")}}),
        ("export", "POST", "/v1/exports", {"json": {"exported_object": "customer"}}),
        ("erase", "POST", "/v1/customers/a/permanent-deletion", {}),
    ):
        answer = client.request(method, path, headers=headers, **body)
        tell(what, "http", answer.status_code, answer.text)
    try:
        bench.acting(CLOCK).refresh()
        tell("refresh", "clock", 0, "")
    except WorkbenchError as error:
        tell("refresh", "clock", 1, str(error))


def by_pages(folder, _given):
    """Whoever looks at the pages."""
    os.environ["WORKBENCH_WORKSPACE"] = str(folder)
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.testing.v1 import AppTest

    PagesManager.uses_pages_directory = False
    at = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=60).run()
    tell("overview", "pages", len(at.exception), " ".join(each.value for each in at.exception))
    tell("overview said", "pages", len(at.error), " ".join(each.value for each in at.markdown))


def tell(*words):
    """One line."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    way, place, given, *doors = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:]
    if way != READY:
        WAYS[way].go(place, [sys.executable, __file__, READY, *sys.argv[2:], *WAYS[way].doors])
    for door in doors:
        globals()[door](place, given)
