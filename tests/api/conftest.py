"""The API over a workspace of its own, asked by a program that has a key."""

from collections.abc import Iterator
from functools import cache

import pytest
from starlette.testclient import TestClient

from engine.accounts import keys
from engine.api.app import api
from engine.api.service import Api
from engine.workspace.jobs import Runner
from engine.workspace.journal import Journal

AMOUNT = {"code": "TEN", "type": "DISCOUNT_VOUCHER",
          "discount": {"type": "AMOUNT", "amount_off": 1000},
          "redemption": {"quantity": 1}, "metadata": {"season": "winter"}}  # fmt: skip
ORDER = {"amount": 20050, "items": [
    {"product_id": "prod_1", "quantity": "2", "price": 10000}, {"sku_id": "sku_1", "quantity": "1"},
]}  # fmt: skip
ANN = {"source_id": "ann@example.com", "name": "Ann",
       "metadata": {"locale": "en-GB", "shoeSize": 5}}  # fmt: skip


class Place:
    """Where an application finds its workspace and its jobs: with whoever is asked last."""

    asked: "Http"


@cache
def application(origins: str) -> tuple[Place, Api]:
    """One for all tests of a process: another takes 0.2 s, ten times what a request does."""
    place = Place()
    return place, api(lambda: place.asked.base.workbench, lambda: place.asked.runner, origins)


class Http:
    """Asks the API of a base; what it gives is the answer's JSON."""

    def __init__(self, base, origins=""):
        self.base = base
        self.key = keys.create(base.workbench, "shop")
        self.runner = Runner(Journal(base.folder / "jobs"))
        self.place, self.app = application(origins)
        self.place.asked = self
        self.client = TestClient(
            self.app,
            "http://127.0.0.1:8501",
            raise_server_exceptions=False,
            client=("127.0.0.1", 50_000),
        )
        self.headers = {"X-App-Id": self.key.app_id, "X-App-Token": self.key.app_token}
        self.browser = {
            "X-Client-Application-Id": self.key.client_app_id,
            "X-Client-Token": self.key.client_token,
            "Origin": "http://localhost:3000",
        }

    def as_role(self, *roles):
        """The headers of a key with these roles, and no other."""
        made = keys.create(self.base.workbench, "-".join(roles), roles)
        return {"X-App-Id": made.app_id, "X-App-Token": made.app_token}

    def ask(self, method, path, *, headers=None, **more):
        """The answer as it came."""
        self.place.asked = self
        side = self.browser if path.startswith("/client/") else self.headers
        return self.client.request(
            method, path, headers=side if headers is None else headers, **more
        )

    def get(self, path, status=200, **more):
        return self._json(self.ask("GET", path, **more), status)

    def post(self, path, body=None, status=200, **more):
        return self._json(self.ask("POST", path, json=body, **more), status)

    def put(self, path, body=None, status=200, **more):
        return self._json(self.ask("PUT", path, json=body, **more), status)

    def delete(self, path, status=204, **more):
        return self._json(self.ask("DELETE", path, **more), status)

    def _json(self, answer, status):
        assert (status, answer.text) == (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def done(self):
        """Waits for the jobs at work, each until it has ended."""
        for job in self.runner.active():
            assert job.ended.wait(60)


@pytest.fixture
def http(base) -> Iterator[Http]:
    return Http(base)


def assert_error(answer, status, key):
    """The one shape of errors; gives its body."""
    body = answer.json()
    assert (status, status, key) == (answer.status_code, body["code"], body["key"]), body
    assert body["message"]
    assert body["request_id"].startswith("v-")
    assert body.keys() <= {
        *("code", "key", "message", "details", "request_id", "resource_id", "resource_type"),
    }
    return body


@pytest.fixture
def shop(http):
    http.post("/v1/vouchers/", AMOUNT)
    return http


def redeemed(shop, path="/v1/vouchers/TEN/redemption", status=200, **body):
    return shop.post(path, {"customer": ANN, "order": ORDER, **body}, status)
