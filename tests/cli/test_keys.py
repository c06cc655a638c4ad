"""`keys`: made and shown once, listed with their last use, rotated, revoked."""


def test_a_key_is_shown_once(empty):
    [made] = empty.json("keys", "create", "--name", "shop", "--role", "read", "--role", "export")
    [listed] = empty.json("keys", "list")

    assert list(made) == ["app_id", "app_token", "client_app_id", "client_token"]
    assert {key: listed[key] for key in ("app_id", "client_app_id", "name", "roles")} == {
        "app_id": made["app_id"],
        "client_app_id": made["client_app_id"],
        "name": "shop",
        "roles": ["read", "export"],
    }
    assert made["app_token"] not in empty.out("keys", "list")
    assert "used never" in empty.out("keys", "list")


def test_a_key_may_do_everything_unless_it_is_said_otherwise(empty):
    told = empty.run("keys", "create", "--name", "shop")

    assert "app_token: " in told.stdout
    assert "shown this once" in told.stderr
    assert ["admin"] == empty.json("keys", "list")[0]["roles"]


def test_a_key_is_rotated_and_revoked(empty):
    [made] = empty.json("keys", "create", "--name", "shop")
    [again] = empty.json("keys", "rotate", "shop")
    empty.run("keys", "revoke", made["app_id"])

    assert made["app_id"] == again["app_id"]
    assert made["app_token"] != again["app_token"]
    assert "revoked" in empty.out("keys", "list")
    [gone] = empty.json("keys", "rotate", "shop", code=1)
    assert gone["error"]["key"] == "not_found"


def test_an_unknown_role_is_refused(empty):
    assert "read" in empty.run("keys", "create", "--name", "x", "--role", "root", code=2).stderr
