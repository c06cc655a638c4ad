"""The table of routes is walked: guards, roles, unknown ids, methods, descriptions."""

import re

import pytest
from fastapi.routing import APIRoute

from engine.accounts import keys
from engine.accounts.roles import KEYS, ROLES, allowed, roles_for
from engine.api.calls import CLIENT, LINK, SERVER
from engine.api.routes import ROUTES
from engine.api.service import GuardedRoute
from tests.api.conftest import Http, assert_error
from tests.bases import Base

NOBODY = "nobody"


def address(row):
    """The path of a row with the id of nothing."""
    return re.sub(r"{\w+}", NOBODY, row.path)


def each_row(test):
    """Runs a test for each row of the table."""
    return pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.name)(test)


@pytest.fixture(scope="module")
def http(tmp_path_factory):
    """One application for all routes: to make one takes longer than to ask it."""
    base = Base.new(tmp_path_factory.mktemp("routes") / "workspace")
    yield Http(base)
    base.close()


@pytest.fixture(scope="module")
def key_of(http):
    """A key of each role alone; one for each route too would be 340 changes of a workspace."""
    return {role: keys.create(http.base.workbench, role, [role]) for role in roles_for(KEYS)}


def test_what_may_be_left_out_of_a_body_may_be_null(http):
    every = http.get("/openapi.json")["components"]["schemas"]
    answers = ("Answer", "Shape", "Link", "ErrorBody", "ListBody")
    bodies = {name: schema for name, schema in every.items() if not name.endswith(answers)}
    strict = [
        f"{name}.{key}"
        for name, schema in bodies.items()
        for key, one in schema.get("properties", {}).items()
        if key not in schema.get("required", ()) and {"type": "null"} not in one.get("anyOf", [])
    ]

    assert strict == []


def test_no_two_rows_are_one_route():
    names = [row.name for row in ROUTES]

    assert len(names) == len({*names})


def test_every_route_of_the_application_is_a_row_with_its_guard(http):
    routes = [one for one in http.app.application.routes if one.path.startswith(("/v1", "/client"))]

    assert [*ROUTES] == [route.row for route in routes if isinstance(route, GuardedRoute)]
    assert all(isinstance(route, APIRoute) for route in routes)
    assert {row.guard for row in ROUTES} <= {SERVER, CLIENT, LINK}
    assert {row.role for row in ROUTES} <= ROLES.keys()


@each_row
def test_the_side_of_a_path_is_that_of_its_guard(row):
    assert (row.guard is CLIENT) == row.path.startswith("/client/v1/")
    assert row.path.startswith(("/v1/", "/client/v1/"))


@each_row
def test_a_route_refuses_who_has_no_key(http, row):
    ours = http.browser if row.guard is CLIENT else http.headers
    others = http.headers if row.guard is CLIENT else http.browser
    name, token = row.guard.schemes
    origin = {"Origin": "http://localhost:3000"} if row.guard is CLIENT else {}
    for lacking in (
        {},
        {**ours, name: "no"},
        {**ours, token: "no"},
        dict(zip(row.guard.schemes, [*others.values()][:2], strict=True)),
    ):
        headers = {**lacking, **origin}
        answer = http.ask(row.method, address(row), headers=headers, content=b"{")

        assert_error(answer, 401, "unauthorized")


@each_row
def test_a_route_refuses_a_key_of_another_role(http, key_of, row):
    for role, made in key_of.items():
        server = (made.app_id, made.app_token)
        pair = (made.client_app_id, made.client_token) if row.guard is CLIENT else server
        headers = {**dict(zip(row.guard.schemes, pair, strict=True)), "Origin": "http://localhost"}
        answer = http.ask(row.method, address(row), headers=headers, content=b"{")

        assert (answer.status_code == 403) is not allowed([role], row.role), (role, answer.text)


@each_row
def test_an_id_of_nothing_is_answered_in_the_one_shape(http, row):
    answer = http.ask(row.method, address(row), json={})

    if answer.status_code >= 400:
        body = assert_error(answer, answer.status_code, answer.json()["key"])
        assert answer.status_code < 500
        if answer.status_code == 404:
            assert (body["resource_id"], body["resource_type"]) == (NOBODY, row.resource)


BODIES = (b"", b"null", b'"text"', b"[]", b"7", b"{", b'{"a": NaN}', b"\xff", b"[" * 5_000)


@each_row
def test_no_body_makes_a_route_fail(http, row):
    for body in BODIES:
        answer = http.ask(row.method, address(row), content=body)

        assert answer.status_code < 500, (body[:9], answer.text)
        if answer.status_code >= 400:
            assert_error(answer, answer.status_code, answer.json()["key"])


@each_row
def test_a_trailing_slash_is_the_same_route(http, row):
    plain, slashed = (
        http.ask(row.method, f"{address(row)}{end}", json={}, follow_redirects=False)
        for end in ("", "/")
    )

    assert plain.status_code == slashed.status_code
    assert not 300 <= slashed.status_code < 400


@each_row
def test_a_route_is_described_with_its_guard_and_its_answers(http, row):
    described = http.get("/openapi.json")["paths"][row.path][row.method.lower()]

    assert described["summary"] == row.doc
    assert [{name: [] for name in row.guard.schemes}] == described["security"]
    assert {str(row.status), "default"} == set(described["responses"])


def test_the_description_names_no_other_host(http):
    page = http.ask("GET", "/docs", headers={}).text
    names = re.findall(r'(?:src|href)="(.+?)"', page)

    assert all(name.startswith("/") for name in names)
    for name in (name for name in names if name.startswith("/docs/")):
        assert http.ask("GET", name, headers={}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/", "/v1/customers/a/b/c", "/client/v1/x"])
def test_a_path_that_is_no_route_is_not_found(http, path):
    assert_error(http.ask("GET", path), 404, "not_found")


def test_a_method_that_a_route_has_not_is_told(http):
    answer = http.ask("DELETE", "/v1/segments")

    assert_error(answer, 405, "method_not_allowed")
