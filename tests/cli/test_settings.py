"""The settings of a workspace, from the command line."""

FIRST = {
    "time_zone": "UTC",
    "currency": "EUR",
    "static_cap": 20_000,
    "date_format": "2026-11-02",
    "money_format": "1,000.00 EUR",
    "secure_redemption": False,
    "erased_activity": "kept",
    "personal_metadata": "",
    "unsubscribed_field": "system_metadata.consents.unsubscribed",
    "tour": True,
}


def test_settings_are_shown_and_set(shell):
    assert shell.json("settings", "show") == [FIRST]
    shell.run("settings", "set", "time_zone", "Europe/Warsaw")
    shell.run("settings", "set", "static_cap", "5")
    shell.run("settings", "set", "date_format", "02.11.2026")
    shell.run("settings", "set", "tour", "false")

    assert shell.json("settings", "show") == [
        FIRST
        | {
            "time_zone": "Europe/Warsaw",
            "static_cap": 5,
            "date_format": "02.11.2026",
            "tour": False,
        }
    ]


def test_what_does_not_fit_is_refused(shell):
    for name, value, said in (
        ("time_zone", "Mars", "expected a zone such as Europe/Warsaw, got `Mars`"),
        ("currency", "euro", "expected the code of a currency in use, such as EUR, got `euro`"),
        ("currency", "XYZ", "expected the code of a currency in use, such as EUR, got `XYZ`"),
        ("static_cap", "0", "expected a whole number from 1 to 1,000,000, got `0`"),
        ("static_cap", "true", "expected a whole number from 1 to 1,000,000, got `True`"),
        ("date_format", "yesterday", "expected one of 2026-11-02, 02/11/2026"),
        ("money_format", "1", "expected one of 1,000.00 EUR; EUR 1,000.00"),
        ("secure_redemption", "1", "expected true or false, got `1`"),
        ("erased_activity", "burnt", "expected one of kept, removed, got `burnt`"),
        ("personal_metadata", "1", "expected keys of metadata with commas between them, got `1`"),
        ("tour", "1", "expected true or false, got `1`"),
        ("colour", "red", "unknown setting; there are time_zone"),
    ):
        assert said in shell.run("settings", "set", name, value, code=1).stderr


def test_today_is_a_day_of_the_project_zone(shell):
    file = shell.file("c.csv", "Source_id,Created_at\nlate,2026-11-01T23:30:00Z\n")
    shell.run("import", "customers", file)
    today = shell.filter(created_at={"$today": [True]})

    assert "late" not in shell.out("members", today, "--format", "ids")
    shell.run("settings", "set", "time_zone", "Europe/Warsaw")
    assert "late" in shell.out("members", today, "--format", "ids")


def test_clearing_the_workspace_keeps_its_settings(shell):
    shell.run("settings", "set", "currency", "PLN")
    shell.run("clear", "--yes")

    assert shell.json("settings", "show")[0]["currency"] == "PLN"
