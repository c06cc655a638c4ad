"""`workbench retention`: rules set, shown, previewed, applied and removed."""

OLD = "Source_id,Name,Created_at\nold-1,Olga,2019-01-01T00:00:00Z\n"


def test_rules_are_set_previewed_applied_and_removed(shell):
    shell.run("import", "customers", shell.file("old.csv", OLD))
    before = shell.json("check")[0]["customers"]
    [rule] = shell.json("retention", "set", "customers", "--older-than", "2500",
                        "--only", "without-orders")  # fmt: skip
    [foreseen] = shell.json("retention", "preview")
    asked = shell.run("retention", "run").stdout
    [shown] = shell.json("retention", "show")
    [done] = shell.json("retention", "run", "--yes")
    again = shell.run("retention", "run", "--yes").stdout
    shell.run("retention", "remove", rule["name"])

    assert rule == {"name": "customers without-orders", "kind": "customers", "days": 2500,
                    "by": "created_at", "only": "without-orders"}  # fmt: skip
    assert (shown["rules"], shown["last_run"]) == ([rule], None)
    assert (foreseen["people"], foreseen["rules"]) == (1, done["rules"])
    assert "customers without-orders: 1 customer of before" in asked
    assert "say --yes to do it" in asked
    assert "nothing is older than the rules say" in again
    assert shell.json("check", "--deep")[0]["customers"] == before - 1
    assert shell.json("retention", "show")[0]["rules"] == []


def test_what_does_not_fit_is_told_with_all_faults(shell):
    done = shell.run("retention", "set", "orders", "--older-than", "0", "--by", "amount", code=1)

    assert "expected from 1 to 36,500 days, got 0 @ $.days" in done.stderr
    assert "expected one of created_at, updated_at, got `amount` @ $.by" in done.stderr
    assert "no rule is called `x`" in shell.run("retention", "remove", "x", code=1).stderr


def test_without_rules_nothing_is_asked_for_and_that_is_said(shell):
    for words in (("preview",), ("run",), ("run", "--yes")):
        assert shell.run("retention", *words).stdout == "no rules: everything is kept\n"


def test_what_would_go_is_the_same_document_asked_by_either_command(shell):
    shell.run("retention", "set", "customers", "--older-than", "2500")
    [foreseen], [asked] = shell.json("retention", "preview"), shell.json("retention", "run")

    assert asked == {**foreseen, "change": None}
