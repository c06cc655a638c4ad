"""`people`: put on the list with a password from standard input, changed, taken off."""

WORD = "correct horse battery"


def test_somebody_is_added_listed_changed_and_removed(empty):
    [made] = empty.json("people", "add", "ann", "--role", "build", "--role", "export",
                        "--without-admin", stdin=WORD)  # fmt: skip
    [changed] = empty.json("people", "role", "ann", "view")
    empty.run("people", "password", "ann", stdin="another one 123\n")
    [listed] = empty.json("people", "list")
    empty.run("people", "remove", "ann")

    assert made["roles"] == ["build", "export"]
    assert changed["roles"] == listed["roles"] == ["view"]
    assert list(listed) == ["name", "email", "roles", "signs_in_with", "created_at", "created_by"]
    assert empty.out("people", "list") == ""


def test_whoever_signs_in_through_a_provider_needs_no_password(empty):
    empty.run("people", "add", "bob", "--no-password", "--email", "bob@example.com",
              "--role", "admin")  # fmt: skip

    assert "bob@example.com  admin" in empty.out("people", "list")


def test_no_password_can_be_an_argument_and_none_is_printed(empty):
    told = empty.run("people", "add", "ann", "--role", "admin", stdin=WORD)

    assert WORD not in told.stdout + told.stderr
    assert "--password" not in empty.out("people", "add", "--help")


def test_what_is_wrong_is_said_and_nobody_is_added(empty):
    short = empty.run("people", "add", "ann", stdin="short", code=1)
    lines = empty.run("people", "add", "ann", stdin=f"{WORD}\n{WORD}\n", code=1)
    nothing = empty.run("people", "add", "ann", stdin="", code=1)
    first = empty.run("people", "add", "ann", stdin=WORD, code=1)
    role = empty.run("people", "add", "ann", "--role", "write", stdin=WORD, code=2)

    assert "12 to 1,000 characters" in short.stderr
    assert "one line, got 2 lines" in lines.stderr
    assert "one line, got 0 lines" in nothing.stderr
    assert "with the role admin, got nobody" in first.stderr
    assert "'write' is not one of" in role.stderr
    assert empty.out("people", "list") == ""
