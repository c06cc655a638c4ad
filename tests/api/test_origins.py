"""From which pages of browsers the API is asked, and what their pages may read."""

import pytest

from engine.accounts import keys
from tests.api.conftest import Http, assert_error

EVENT = {"event": "seen", "customer": {"source_id": "x"}}


@pytest.mark.parametrize(
    ("allowed", "origin", "fits"),
    [
        ("", "http://localhost:3000", True),
        ("", "http://127.0.0.1", True),
        ("", "https://[::1]:8443", True),
        ("", "http://evil.example", False),
        ("", "http://localhost.evil.example", False),
        ("", "null", False),
        ("", None, False),
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example", "http://shop.example", False),
        ("https://shop.example", "http://localhost:3000", False),
    ],
)
def test_the_client_side_answers_allowed_origins_alone(base, allowed, origin, fits):
    http = Http(base, allowed)
    headers = {name: value for name, value in http.browser.items() if name != "Origin"}
    headers |= {"Origin": origin} if origin else {}
    answer = http.ask("POST", "/client/v1/events", json=EVENT, headers=headers)
    asked = http.ask("OPTIONS", "/client/v1/events", headers=headers)

    assert (200, 204) == (answer.status_code, asked.status_code) if fits else True
    for one in (answer, asked):
        if fits:
            assert origin == one.headers["access-control-allow-origin"]
            assert "true" == one.headers["access-control-allow-credentials"]
        else:
            assert_error(one, 403, "forbidden")
            assert "access-control-allow-origin" not in one.headers


def test_a_browser_is_told_which_headers_it_may_send(http):
    asked = http.ask("OPTIONS", "/client/v1/events", headers={"Origin": "http://localhost:3000"})
    names = asked.headers["access-control-allow-headers"].split(", ")

    assert {"content-type", "x-client-application-id", "x-client-token",
            "x-voucherify-channel"} == {*names}  # fmt: skip


def test_a_refusal_can_be_read_by_the_page_that_asked(http):
    keys.revoke(http.base.workbench, "shop")
    answer = http.ask("POST", "/client/v1/events", json=EVENT)

    assert_error(answer, 401, "unauthorized")
    assert "http://localhost:3000" == answer.headers["access-control-allow-origin"]


def test_the_server_side_answers_no_page_of_another_site(http):
    answer = http.ask(
        "GET", "/v1/customers", headers={**http.headers, "Origin": "http://x.example"}
    )

    assert "access-control-allow-origin" not in answer.headers
