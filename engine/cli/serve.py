"""`serve`: the workbench in the browser, on this machine only."""

import os
import sys
from pathlib import Path
from runpy import run_module

import click

from engine import samples
from engine.cli.door import Door, command
from engine.errors import UsageError

APP = Path(__file__).parents[2] / "app.py"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@command("serve")
@click.option("--port", type=click.IntRange(1, 65535), envvar="WORKBENCH_PORT", default=8501)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--empty", is_flag=True, help="Do not load the sample into a new workspace.")
def serve(door: Door, port: int, host: str, *, empty: bool) -> None:
    """
    Open the workbench in the browser.

    A new workspace starts with the sample shop.
    """
    if host not in LOOPBACK:
        raise UsageError(f"expected a loopback host, got `{host}`: there are no keys to guard it")
    _prepare(door, empty=empty)
    click.echo(f"Workbench: http://{host}:{port}  (workspace {door.workspace}; Ctrl+C ends it)")
    sys.stdout.flush()
    os.environ["WORKBENCH_WORKSPACE"] = str(door.workspace.absolute())
    options = [f"--server.port={port}", f"--server.address={host}"]
    os.chdir(APP.parent)  # Streamlit reads its settings from there
    # In this process, where the engine is loaded already: another would load it for 3 s again.
    sys.argv = ["streamlit", "run", str(APP), *options]
    run_module("streamlit", run_name="__main__", alter_sys=True)


def _prepare(door: Door, *, empty: bool) -> None:
    fresh = not (door.workspace / "workbench.db").exists()
    with door.open() as workbench:
        if fresh and not empty:
            first, *_ = samples.load(workbench)
            click.echo(f"New workspace with {first.created:,} sample customers", err=True)
