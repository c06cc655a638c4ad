"""`serve`: the workbench in the browser and its API; beyond this machine behind a sign-in."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from runpy import run_module

import click
import uvicorn

from engine.accounts import keys
from engine.accounts.entrance import ALWAYS, SIGN_IN
from engine.accounts.people import has_anybody
from engine.cli.door import Door, command
from engine.errors import DiskError, Issue, UsageError
from engine.exports.run import remove_leftovers
from engine.samples import sample_shop
from engine.text.display import quoted
from engine.workspace.access import FOLDERS, HOSTS, folders_to_import_from, further_sites
from engine.workspace.workbench import Access

APP = Path(__file__).parents[2] / "app.py"
FIRST = "first"  # the key that a workspace without any gets
# Seconds that a connection stays open unused, longer than a proxy's 60: who sends a request just as
# the server closes, which by default is after 5, is hung up on.
IDLE = 75
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@command("serve")
@click.option("--port", type=click.IntRange(1, 65535), envvar="WORKBENCH_PORT", default=8501)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--allowed-hosts",
    metavar="HOSTS",
    envvar=HOSTS,
    default="",
    help=f"Further hosts, of a reverse proxy: https://crm.example,… (or {HOSTS}).",
)
@click.option(
    "--import-folders",
    metavar="FOLDERS",
    help=f"Folders to import from by path, as in PATH; '' for none (or {FOLDERS}).",
)
@click.option("--no-pages", is_flag=True, help="Serve the HTTP API alone.")
@click.option("--empty", is_flag=True, help="Do not load the sample into a new workspace.")
def serve(
    door: Door,
    port: int,
    host: str,
    allowed_hosts: str,
    import_folders: str | None,
    *,
    no_pages: bool,
    empty: bool,
) -> None:
    """
    Open the workbench in the browser, with its HTTP API.

    A new workspace starts with the sample shop, and with a key of the API, which is shown once.
    """
    access = reach(allowed_hosts, import_folders, host)
    if not door.workspace.exists():
        _check_reach(None, host, pages=not no_pages)  # a refusal makes no workspace
    with door.open() as workbench:
        _check_reach(workbench, host, pages=not no_pages)
        _prepare(workbench, empty=empty)
    name = f"[{host}]" if ":" in host else host
    what = "API" if no_pages else "Workbench"
    click.echo(f"{what}: http://{name}:{port}  (workspace {door.workspace}; Ctrl+C ends it)")
    sys.stdout.flush()
    os.environ |= {"WORKBENCH_WORKSPACE": str(door.workspace.absolute()), **access}
    if host not in LOOPBACK:
        os.environ[SIGN_IN] = ALWAYS
    if no_pages:
        # By its name: one door does not know the other.
        served = "engine.api.alone:application"
        uvicorn.run(
            served,
            factory=True,
            host=host,
            port=port,
            log_level="warning",
            timeout_keep_alive=IDLE,
        )
        return
    options = [f"--server.port={port}", f"--server.address={host}"]
    if host not in LOOPBACK:  # to greet, Streamlit asks the internet for the address of the machine
        options.append("--logger.hideWelcomeMessage=true")
    os.chdir(APP.parent)  # Streamlit reads its settings from there
    # In this process, where the engine is loaded already: another would load it for 3 s again.
    sys.argv = ["streamlit", "run", str(APP), *options]
    run_module("streamlit", run_name="__main__", alter_sys=True)


def reach(hosts: str, folders: str | None, host: str) -> dict[str, str]:
    """
    Who reaches the pages, and what these reach, as they read it of the environment.

    Raises:
        UsageError: a host or a folder is none; so it is told before the server starts.
    """
    allowed = folders_to_import_from(
        os.environ.get(FOLDERS) if folders is None else folders,
        Path.cwd(),
        open_to_others=bool(further_sites(hosts)) or host not in LOOPBACK,
    )
    return {HOSTS: hosts, FOLDERS: os.pathsep.join(map(str, allowed))}


def _check_reach(workbench: Access | None, host: str, *, pages: bool) -> None:
    """Whatever other machines reach has to be guarded; all that is lacking is told at once."""
    lacking = [] if host in LOOPBACK else [*_unguarded(workbench, pages=pages)]
    if lacking:
        raise UsageError(f"expected a loopback host, got {quoted(host)}", lacking)


def _unguarded(workbench: Access | None, *, pages: bool) -> Iterator[Issue]:
    if not (workbench and keys.has_living(workbench)):
        told = "there is no key to guard it: `workbench keys create --name NAME` makes one"
        yield Issue("the API", told)
    if pages and not (workbench and has_anybody(workbench)):
        yield Issue(
            "the pages",
            "there is nobody who could sign in: `workbench people add NAME --role admin` adds "
            "somebody, and `--no-pages` serves the API alone",
        )


def _prepare(workbench: Access, *, empty: bool) -> None:
    remove_leftovers(workbench)
    known = keys.keys(workbench)
    begun = sample_shop.is_unfinished(workbench)  # by a process that was ended in the middle of it
    if begun or (workbench.store.new and not empty):
        told = "The rest of the" if begun else "New workspace: the"
        click.echo(f"{told} sample shop comes in", err=True)
        sample_shop.load(workbench)
        click.echo(f"{workbench.profile().size:,} sample customers", err=True)
    if not known:
        with suppress(DiskError):  # where nothing can be written, there is a look at the pages
            _first_key(workbench)


def _first_key(workbench: Access) -> None:
    made = keys.create(workbench, FIRST)
    click.echo("A key of the API was made; its tokens are shown this once:")
    for name, value in vars(made).items():
        click.echo(f"  {name}: {value}")
