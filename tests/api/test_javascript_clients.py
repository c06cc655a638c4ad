"""The JavaScript clients as real callers of a real server: those of servers, and of pages."""

import re
from datetime import timedelta
from itertools import count

import pytest

from tests.api import npm
from tests.api.conftest import Http
from tests.api.server import served
from tests.bases import Base

ORIGIN = "http://localhost:3000"
WEB = {"type": "DISCOUNT_VOUCHER", "discount": {"type": "AMOUNT", "amount_off": 1000}}
CHECK = re.compile(r'^  "(.+)": async', re.MULTILINE)
CLIENTS = ("server", "browser", "page", "older")
CHECKS = [
    (client, name)
    for client in CLIENTS
    for name in CHECK.findall((npm.HERE / f"{client}.cjs").read_text("utf-8"))
]


class Ticking(Base):
    """A workbench whose clock is a millisecond on whenever it is looked at, as cursors need."""

    ticks = count()

    @property
    def now(self):
        return self.start + timedelta(milliseconds=next(self.ticks))

    @now.setter
    def now(self, start):
        self.start = start


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What came of every check, by client and name; one server and one node for them all."""
    base = Ticking.new(tmp_path_factory.mktemp("clients") / "workspace")
    http = Http(base)
    http.post("/v1/vouchers", {**WEB, "code": "WEB"})
    http.post("/v1/vouchers", {**WEB, "code": "OFF", "active": False})
    key = http.key
    given = {
        "origin": ORIGIN,
        "csv": str(base.file("Source_id,Name\nfrom-csv,Zoë\n")),
        "app_id": key.app_id,
        "app_token": key.app_token,
        "client_app_id": key.client_app_id,
        "client_token": key.client_token,
    }
    with served(http) as address:
        yield npm.run("run.cjs", {**given, "address": address})
    http.done()
    base.close()


@pytest.mark.parametrize(("client", "name"), CHECKS)
def test_each_client_is_served(outcomes, client, name):
    assert outcomes[client][name] is None, outcomes[client][name]


def test_every_check_is_told_of(outcomes):
    told = [(client, name) for client, found in outcomes.items() for name in found]

    assert sorted(CHECKS) == sorted(told)
