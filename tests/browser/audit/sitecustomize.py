"""Loaded by a server that a test has started: writes down whom it asks for anything."""

import os
import sys

ASKS = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
LOG = os.environ.get("WORKBENCH_TEST_AUDIT")


def note(event: str, arguments: tuple) -> None:
    if event in ASKS:
        os.write(FILE, f"{event} {arguments[1] if event == ASKS[0] else arguments!r}\n".encode())


if LOG:
    FILE = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(FILE, b"begun\n")
    sys.addaudithook(note)
