"""A receiver of webhooks, and a workspace that sends to it."""

import base64
import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from engine.api.app import PRINTERS
from engine.messages import targets
from engine.messages.delivery import deliver
from tests.redemptions.counter import Counter


class Receiver(ThreadingHTTPServer):
    """A server that keeps what it is sent, and answers what it is told to."""

    daemon_threads = True

    def __init__(self):
        self.got, self.status = [], 200
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/hook"

    def bodies(self):
        """What came since the last time, as JSON."""
        taken, self.got = self.got, []
        return [json.loads(body) for _, body in taken]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((dict(self.headers), body))
        status = self.server.status
        self.send_response(status(body) if callable(status) else status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        """Says nothing."""


class Sender:
    """A workspace with webhooks, delivered when it is asked to."""

    def __init__(self, base, receiver):
        self.base, self.receiver, self.workbench = base, receiver, base.workbench
        self.counter = Counter(base)

    def hook(self, *events, name="crm"):
        """A webhook for some events; all unless given."""
        more = {"events": events} if events else {}
        return targets.create(self.workbench, name, self.receiver.url, **more)

    def deliver(self):
        return deliver(self.workbench, PRINTERS)

    def sent(self):
        """What comes of one delivery, message by message."""
        self.deliver()
        return self.receiver.bodies()

    def told(self):
        """What comes, as event and source id of whom it is about."""
        return [(one["type"], source_id(one)) for one in self.sent()]

    def progress(self, name="crm"):
        found = {one.id: one.name for one in targets.targets(self.workbench)}
        return {found[key]: each for key, each in targets.progress(self.workbench).items()}[name]


def source_id(message):
    data = message["data"]
    person = data.get("customer") or data.get("redemption", {}).get("customer")
    return person and person["source_id"]


def verified(secret, headers, body):
    """As a receiver does it."""
    named = {name.lower(): value for name, value in headers.items()}
    signed = f"{named['webhook-id']}.{named['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return hmac.compare_digest(f"v1,{expected}", named["webhook-signature"])


@pytest.fixture(scope="module")
def server():
    made = Receiver()
    thread = Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def sender(base, server):
    server.got, server.status = [], 200
    return Sender(base, server)
