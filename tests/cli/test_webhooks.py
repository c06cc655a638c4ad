"""`webhooks`: added, listed, changed, sent again, deleted."""


def test_a_webhook_lives_from_its_secret_to_its_end(empty):
    [made] = empty.json("webhooks", "create", "--name", "crm", "--url", "https://crm.example/",
                        "--event", "customer.created")  # fmt: skip
    empty.run("webhooks", "edit", "crm", "--new-name", "shop", "--event", "customer.merged")
    empty.run("webhooks", "disable", "shop")
    [listed] = empty.json("webhooks", "list")
    [again] = empty.json("webhooks", "rotate", "shop")

    assert made["secret"].startswith("whsec_")
    assert made["secret"] != again["secret"]
    assert ("shop", ["customer.merged"], False, 0) == (
        listed["name"], listed["events"], listed["active"], listed["waiting"],
    )  # fmt: skip
    assert made["secret"] not in empty.out("webhooks", "list")
    assert "off  waiting 0, delivered 0, dead 0" in empty.out("webhooks", "list")
    empty.run("webhooks", "enable", made["id"])
    assert [{"waiting_again": 0}] == empty.json("webhooks", "send-again", "shop")
    assert [] == empty.json("webhooks", "deliveries", "shop")
    empty.run("webhooks", "delete", "shop")
    assert [] == empty.json("webhooks", "list")


def test_what_cannot_be_used_is_said(empty):
    address = ("webhooks", "create", "--name", "crm", "--url")
    [fault] = empty.json(*address, "ftp://x", code=1)

    assert "invalid_usage" == fault["error"]["key"]
    assert ["url"] == [issue["path"] for issue in fault["error"]["issues"]]
    assert "customer.created" in empty.run(*address, "http://x", "--event", "y", code=2).stderr
    [gone] = empty.json("webhooks", "enable", "nobody", code=1)
    assert "not_found" == gone["error"]["key"]
