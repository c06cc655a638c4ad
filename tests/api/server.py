"""The API behind a real server, in a thread of the test's process."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from engine.api.app import without_pages
from engine.cli.serve import IDLE


@contextmanager
def served(http) -> Iterator[str]:
    """The address of a server over the API of a test; whoever asks early waits in line."""
    application = without_pages(lambda: http.base.workbench, http.app)
    config = uvicorn.Config(
        application, log_level="warning", lifespan="off", timeout_keep_alive=IDLE
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        thread = Thread(target=server.run, kwargs={"sockets": [taken]})
        thread.start()
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join()
