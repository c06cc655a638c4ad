"""The settings page: the project, and the type of each metadata key."""

from tests.pages.conftest import button, drawn, errors, opened


def test_the_project_is_set(seeded):
    at = opened("settings")
    at.selectbox[0].set_value("Europe/Warsaw")
    at.text_input[0].set_value("pln")
    drawn(button(at, "Save").click().run())

    now = seeded.workbench.project
    assert (now.time_zone, now.currency, now.static_cap) == ("Europe/Warsaw", "PLN", 20_000)


def test_what_cannot_be_used_is_said(seeded):
    at = opened("settings")
    at.text_input[0].set_value("12")
    drawn(button(at, "Save").click().run())

    assert "expected a code such as EUR, got `12`" in errors(at)[0]
    assert seeded.workbench.project.currency == "EUR"


def test_the_type_of_a_key_is_settled(seeded):
    seeded.json({"source_id": "w-1", "metadata": {"level": "7"}})
    at = opened("settings")
    at.selectbox(key="schema-key").set_value("level")
    at.selectbox(key="schema-type").set_value("number").run()
    drawn(button(at, "Settle the type").click().run())

    assert seeded.workbench.profile().catalogue.field("metadata.level").kind.key == "number"
    shown = {row["Key"]: row["Type"] for row in at.dataframe[0].value.to_dict("records")}
    assert shown["level"] == "number"
