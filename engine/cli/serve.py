"""`serve`: the workbench in the browser, on this machine only."""

import os
import sys
from pathlib import Path
from runpy import run_module

import click

from engine.cli.door import Door, command
from engine.errors import UsageError
from engine.exports.run import UNFINISHED
from engine.exports.unfinished import remove_unfinished
from engine.samples import sample_shop
from engine.text.display import quoted
from engine.workspace.access import FOLDERS, HOSTS, folders_to_import_from, further_sites

APP = Path(__file__).parents[2] / "app.py"
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
@click.option("--empty", is_flag=True, help="Do not load the sample into a new workspace.")
def serve(
    door: Door, port: int, host: str, allowed_hosts: str, import_folders: str | None, *, empty: bool
) -> None:
    """
    Open the workbench in the browser.

    A new workspace starts with the sample shop.
    """
    if host not in LOOPBACK:
        raise UsageError(
            f"expected a loopback host, got {quoted(host)}: there are no keys to guard it"
        )
    access = _access(allowed_hosts, import_folders)
    _prepare(door, empty=empty)
    name = f"[{host}]" if ":" in host else host
    click.echo(f"Workbench: http://{name}:{port}  (workspace {door.workspace}; Ctrl+C ends it)")
    sys.stdout.flush()
    os.environ |= {"WORKBENCH_WORKSPACE": str(door.workspace.absolute()), **access}
    options = [f"--server.port={port}", f"--server.address={host}"]
    os.chdir(APP.parent)  # Streamlit reads its settings from there
    # In this process, where the engine is loaded already: another would load it for 3 s again.
    sys.argv = ["streamlit", "run", str(APP), *options]
    run_module("streamlit", run_name="__main__", alter_sys=True)


def _access(hosts: str, folders: str | None) -> dict[str, str]:
    """What the pages read of it: every fault is told before the server starts."""
    allowed = folders_to_import_from(
        os.environ.get(FOLDERS) if folders is None else folders,
        Path.cwd(),
        open_to_others=bool(further_sites(hosts)),
    )
    return {HOSTS: hosts, FOLDERS: os.pathsep.join(map(str, allowed))}


def _prepare(door: Door, *, empty: bool) -> None:
    with door.open() as workbench:
        remove_unfinished(workbench.store.folder / UNFINISHED)
        if workbench.store.new and not empty:
            click.echo("New workspace: the sample shop comes in", err=True)
            sample_shop.load(workbench)
            click.echo(f"{workbench.profile().size:,} sample customers", err=True)
