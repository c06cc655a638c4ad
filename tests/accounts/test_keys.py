"""Keys of the HTTP API: shown once, recognised by their hashes, rotated, revoked."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.accounts import keys
from engine.accounts.roles import KEYS, allowed, roles_for
from engine.changes.log import log
from engine.errors import NotFoundError, StoreError, TakenError, UsageError
from engine.samples import sample_shop


def unnoted(note):
    """Sees that it ends at once, where whoever waits does so for half a minute."""
    with ThreadPoolExecutor() as pool, pytest.raises(StoreError):
        pool.submit(note).result(timeout=10)


def name_of(base, app_id, token, *, client=False):
    """The name of whom an id and a token mean."""
    found = keys.recognised(base.workbench, app_id, token, client=client)
    return None if found is None else found.name


def test_each_side_of_a_key_is_recognised_by_its_own_id_and_token(base):
    made = keys.create(base.workbench, "shop")
    sides = [(made.app_id, made.app_token), (made.client_app_id, made.client_token)]

    found = [
        name_of(base, app_id, token, client=client)
        for client in (False, True)
        for app_id, _ in sides
        for _, token in sides
    ]
    assert [*["shop", None, None, None], *[None, None, None, "shop"]] == found


@pytest.mark.parametrize("token", ["", " ", "x", "é", "\ud800", "\0"])
def test_another_token_is_nobodys(base, token):
    made = keys.create(base.workbench, "shop")

    assert name_of(base, made.app_id, token) is None
    assert name_of(base, "nobody", token) is None


def test_no_token_lies_on_the_disk(base):
    made = keys.create(base.workbench, "shop")
    again = keys.rotate(base.workbench, "shop")
    base.workbench.store.close()
    content = b"".join(file.read_bytes() for file in base.folder.glob("workbench.db*"))

    assert made.app_id.encode() in content
    for token in (made.app_token, made.client_token, again.app_token, again.client_token):
        assert token.encode() not in content


def test_rotating_gives_new_tokens_to_the_same_ids(base):
    made = keys.create(base.workbench, "shop")
    again = keys.rotate(base.workbench, "shop")

    assert (made.app_id, made.client_app_id) == (again.app_id, again.client_app_id)
    assert name_of(base, made.app_id, made.app_token) is None
    assert name_of(base, made.client_app_id, made.client_token, client=True) is None
    assert name_of(base, again.app_id, again.app_token) == "shop"
    assert name_of(base, again.client_app_id, again.client_token, client=True) == "shop"


def test_a_revoked_key_is_nobodys_and_stays_in_the_list(base):
    made = keys.create(base.workbench, "shop")
    keys.revoke(base.workbench, made.app_id)

    assert name_of(base, made.app_id, made.app_token) is None
    assert not keys.has_living(base.workbench)
    assert [(key.name, key.revoked_at) for key in keys.keys(base.workbench)] == [("shop", base.now)]
    with pytest.raises(NotFoundError):
        keys.rotate(base.workbench, "shop")


def test_a_name_is_free_again_once_its_key_is_revoked(base):
    keys.create(base.workbench, "shop")
    with pytest.raises(TakenError, match="taken by another key"):
        keys.create(base.workbench, "shop")
    keys.revoke(base.workbench, "shop")

    keys.create(base.workbench, "shop")
    assert keys.has_living(base.workbench)


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 1001])
def test_a_name_that_no_log_could_show_is_refused(base, name):
    with pytest.raises(UsageError, match="a name of one line"):
        keys.create(base.workbench, name)


@pytest.mark.parametrize("roles", [(), ("reed",), ("read", "root"), ("reveal",)])
def test_a_role_that_is_none_is_refused(base, roles):
    with pytest.raises(UsageError, match="at least one role"):
        keys.create(base.workbench, "shop", roles)


@pytest.mark.parametrize("role", roles_for(KEYS))
def test_each_role_reads_does_its_own_and_nothing_else_but_admin_does_all(role):
    known = roles_for(KEYS)
    expected = {*known} if role == "admin" else {"read", role}

    assert expected == {needed for needed in known if allowed([role], needed)}


def test_roles_add_up():
    assert allowed(["import", "export"], "export")
    assert not allowed(["import", "export"], "write")


def test_what_is_done_to_keys_is_in_the_log_without_their_tokens(base):
    made = keys.create(base.workbench, "shop", ["read"])
    keys.rotate(base.workbench, "shop")
    keys.revoke(base.workbench, "shop")
    lines = log(base.workbench).lines

    assert [(line.cause, line.touched) for line in lines] == [("key", {"API keys": ["shop"]})] * 3
    assert made.app_token not in str(lines)


def test_the_last_use_is_noted_to_the_minute_and_leaves_no_line(base):
    keys.create(base.workbench, "shop")
    [key] = keys.keys(base.workbench)
    assert keys.is_due(key, base.now)
    keys.note_use(base.workbench, key)
    [key] = keys.keys(base.workbench)

    assert key.used_at == base.now
    assert not keys.is_due(key, base.later(seconds=59).now)
    assert keys.is_due(key, base.later(seconds=1).now)
    assert 1 == len(log(base.workbench).lines)


def test_a_use_waits_for_nobody_who_writes_and_is_noted_the_next_time(base):
    keys.create(base.workbench, "shop")
    [key] = keys.keys(base.workbench)
    with base.workbench.store.pause_writers():
        unnoted(lambda: keys.note_use(base.workbench, key))
    keys.note_use(base.workbench, key)

    assert [each.used_at for each in keys.keys(base.workbench)] == [base.now]


def test_emptying_the_workspace_keeps_the_keys(base):
    made = keys.create(base.workbench, "shop")
    sample_shop.clear(base.workbench)

    assert name_of(base, made.app_id, made.app_token) == "shop"
