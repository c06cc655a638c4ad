"""The settings of a workspace, from the command line."""


def test_settings_are_shown_and_set(shell):
    assert shell.json("settings", "show") == [
        {"time_zone": "UTC", "currency": "EUR", "static_cap": 20_000}
    ]
    shell.run("settings", "set", "time_zone", "Europe/Warsaw")
    shell.run("settings", "set", "static_cap", "5")

    assert shell.json("settings", "show") == [
        {"time_zone": "Europe/Warsaw", "currency": "EUR", "static_cap": 5}
    ]


def test_what_does_not_fit_is_refused(shell):
    for name, value, said in (
        ("time_zone", "Mars", "expected a zone such as Europe/Warsaw, got `Mars`"),
        ("currency", "euro", "expected a code such as EUR, got `euro`"),
        ("static_cap", "0", "expected a whole number from 1 to 1,000,000, got `0`"),
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
