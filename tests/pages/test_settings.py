"""The settings page: the project, and the type of each metadata key."""

import re
from datetime import date

import pytest

from engine.accounts import keys, people
from engine.accounts.passwords import fits
from engine.actors import local_person
from engine.changes.undo import undo
from engine.imports.history import receipts
from engine.integrity.backups import read_manifest
from engine.limits import LIMITS
from engine.messages import targets
from engine.privacy.retention_rules import rules
from engine.redemptions.redeem import redeem
from engine.segments import library
from tests.integrity.shop import sql
from tests.pages.conftest import button, drawn, errors, finish_jobs, literal, opened, words
from tests.pages.test_redemptions import LOG
from tests.redemptions.counter import asked

BERLIN = {"address.city": {"conditions": {"$is": ["Berlin"]}}}


def test_the_project_is_set(seeded):
    at = opened("settings")
    at.selectbox[0].set_value("Europe/Warsaw")
    at.selectbox(key="settings-currency").set_value("PLN")
    drawn(button(at, "Save").click().run())

    now = seeded.workbench.project
    assert (now.time_zone, now.currency, now.static_cap) == ("Europe/Warsaw", "PLN", 20_000)


def test_what_cannot_be_used_is_said(seeded):
    at = opened("settings")
    at.text_input(key="settings-unsubscribed_field").set_value("x" * 1_001)
    drawn(button(at, "Save").click().run())

    assert ":red[:material/error:] Expected the path of a field, got" in words(at)
    assert "$" not in words(at)  # no path of the JSON
    assert "1 field needs another value: see above." in errors(at)
    assert seeded.workbench.project.unsubscribed_field != "x" * 1_001


def test_each_save_takes_what_was_typed_and_says_whether_anything_changed(seeded):
    at, said, shown = opened("settings"), [], []
    for typed in (" nick ", "age", "x" * 1_001, "name", "name"):
        at.text_input[0].set_value(typed)
        drawn(button(at, "Save").click().run())
        said += [toast.value for toast in at.toast] or errors(at)
        shown.append((at.text_input[0].value, seeded.workbench.project.personal_metadata))

    assert [("nick", "nick"), ("age", "age"), ("x" * 1_001, "age"), ("name", "name")] == shown[:4]
    saved = "Saved the settings"
    assert [saved, saved, saved, "Nothing has changed"] == [*said[:2], *said[3:]]
    assert "1 field needs another value" in said[2]


def test_the_type_of_a_key_is_settled(seeded):
    seeded.json({"source_id": "w-1", "metadata": {"level": "7"}})
    at = opened("settings", part="Metadata")
    at.selectbox(key="schema-key").set_value("level")
    at.selectbox(key="schema-type").set_value("number").run()
    drawn(button(at, "Change type").click().run())

    assert seeded.workbench.profile().catalogue.field("metadata.level").kind.key == "number"
    shown = {row["Key"]: row["Type"] for row in at.dataframe[0].value.to_dict("records")}
    assert shown["level"] == "Number"


def log_rows(at):
    """The lines of the log that the page shows, whole."""
    return at.dataframe[-1].value.to_dict("records")


def test_the_change_log_shows_who_changed_what_newest_first(seeded):
    library.create(seeded.workbench, "<b>Berlin</b>", BERLIN)
    at = opened("settings")
    at.selectbox(key="settings-currency").set_value("PLN")
    drawn(button(at, "Save").click().run())
    rows = log_rows(opened("settings", part="Change log"))

    assert [row["Details"] for row in rows] == [
        "Currency: EUR → PLN",
        "segment <b>Berlin</b> created",
        "import customers.csv; 4 customers",
    ]
    assert [(row["Change"], row["What"]) for row in rows] == [
        (3, "Settings changed"),
        (2, "Segment defined"),
        (1, "File imported"),
    ]
    assert rows[0]["Who"] == f"{local_person()} · page"
    assert rows[2]["Who"] == "me · test"


def test_a_phone_shows_the_log_as_lines_and_a_change_by_its_number(seeded):
    redeem(seeded.workbench, asked("NONE", who="w-1"))
    at = opened("settings", part="Change log")
    name = seeded.customer("w-1")["name"]
    told = f"Could not redeem NONE · not found; customer {name} · w-1"
    assert told == log_rows(at)[0]["Details"]
    assert f"- **2** Redemption recorded: {told}" in words(at)

    chosen = at.selectbox(key="few-log-lines-0-2").set_value(2).run()
    assert f"Change 2: {told}" in words(drawn(chosen))


def test_the_change_log_is_paged_and_narrowed_on_the_server(seeded):
    made = library.create(seeded.workbench, "Berlin", BERLIN)
    for number in range(10):
        library.edit(seeded.workbench, made.id, new_name=f"Berlin {number}")
    at = opened("settings", part="Change log")
    first = [row["Change"] for row in log_rows(at)]
    at.session_state["log-page"] = 2
    second = [row["Change"] for row in log_rows(drawn(at.run()))]
    at.multiselect(key="log-what").set_value(["import"])
    narrowed = [row["Change"] for row in log_rows(drawn(at.run()))]

    assert (first, second, narrowed) == ([*range(12, 2, -1)], [2, 1], [1])


@pytest.mark.usefixtures("empty")
def test_the_change_log_is_narrowed_by_what_it_says_and_by_days(seeded):
    seeded.workbench.configure(currency="PLN")
    at = opened("settings", part="Change log")
    at.text_input(key="log-text").set_value("pln")
    said = [row["What"] for row in log_rows(drawn(at.run()))]
    at.date_input(key="log-to").set_value(date(2020, 5, 3))
    drawn(at.run())

    assert said == ["Settings changed"]
    assert "No change fits these." in words(at)
    at.date_input(key="log-to").set_value(date(2020, 5, 4))
    assert log_rows(drawn(at.run()))


def test_a_change_that_is_undone_already_says_by_which(seeded):
    seeded.later(minutes=1).csv("Source_id,City\nw-1,Rome\n")
    undo(seeded.workbench, 1)
    at = opened("settings", part="Change log")
    assert "Change 1 is undone already, by change 3" in words(selected(at, 2, of=3))


def selected(at, row, of):
    """The page with a line of the newest `of` changes chosen."""
    at.session_state[f"log-lines-0-{of}"] = {
        "selection": {"rows": [row], "columns": [], "cells": []}
    }
    return drawn(at.run())


def test_a_change_is_undone_from_the_log_once_it_said_in_words_what_that_does(seeded):
    seeded.later(minutes=1).csv("Source_id,City,Loyalty_points\nw-1,Rome,7\n")
    seeded.later(minutes=1).csv("Source_id,City\nw-1,Oslo\n")
    at = opened("settings", part="Change log")
    at.session_state["undo-of-2"] = True
    at = selected(at, 1, of=3)

    assert "Change 2: " in words(at)
    assert "1 customer will be as before but for what was changed since" in words(at)
    assert "1 value was changed again since" in words(at)
    asked = "City of customer w-1: back to Warsaw, not Oslo"
    assert [asked] == [literal(each.label) for each in at.checkbox]
    at.checkbox[0].check().run()
    drawn(button(at, "Undo").click().run())

    now = seeded.workbench.profile().customers.filter(source_id="w-1").row(0, named=True)
    assert ("Warsaw", 700) == (now["address_city"], now["loyalty_points"])

    first = receipts(seeded.workbench)[-1]
    at = opened("imports", **{"import": first.id})
    at.session_state["undo-of-1"] = True
    said = words(drawn(at.run()))
    assert "3 customers will be removed; 1 customer will be as before" in said
    assert "1 of the 4 customers that it created is not removed" in said


def test_the_change_log_is_verified(seeded):
    at = opened("settings", part="Change log")
    drawn(at.button(key="log-verify").click().run())
    assert "All 1 changes are as they were written" in words(at)
    sql(seeded.folder, "UPDATE change_log SET actor = 'eve'")
    drawn(at.button(key="log-verify").click().run())

    assert "its actor was changed" in errors(at)[-1]


def test_a_backup_is_made_beside_the_page_and_the_limits_are_shown(seeded):
    at = opened("settings", part="Backup")
    drawn(at.button(key="back-up").click().run())
    finish_jobs()
    drawn(at.run())
    [file] = (seeded.folder / "backups").iterdir()

    assert f"Backed up {len(seeded.column('name'))} customers to {file}" in words(at)
    assert read_manifest(file).change == seeded.workbench.profile().change
    frames = [frame.value for frame in opened("settings").dataframe]
    assert any(len(frame) == len(LIMITS) and "At most" in frame for frame in frames)


def test_a_log_without_a_line_says_so():
    assert "No changes yet." in words(opened("settings", part="Change log"))


def test_a_key_is_made_and_shown_once(seeded):
    at = opened("settings", part="API")
    at.text_input(key="key-name").set_value("web <b>shop</b>")
    drawn(button(at, "Create key").click().run())
    assert "" == at.text_input(key="key-name").value  # nobody makes it twice
    shown = at.code[-1].value
    [key] = keys.keys(seeded.workbench)
    token = re.search("app_token: (.+)", shown)[1]

    assert (key.name, key.roles) == ("web <b>shop</b>", ("admin",))
    assert keys.recognised(seeded.workbench, key.id, token, client=False) is not None
    drawn(button(at, "I have copied them").click().run())
    assert token not in [code.value for code in at.code]
    assert ["web <b>shop</b>", "Everything", "in use", "never"] == [
        at.dataframe[0].value.to_dict("records")[0][name]
        for name in ("Name", "May do", "State", "Last used")
    ]


def test_a_key_is_rotated_and_revoked(seeded):
    made = keys.create(seeded.workbench, "shop")
    at = opened("settings", part="API")
    at.selectbox(key="key-chosen").set_value(made.app_id).run()
    drawn(at.button(key="key-rotate").click().run())
    assert "app_token" in at.code[-1].value
    at.selectbox(key="key-chosen").set_value(made.app_id).run()
    drawn(at.button(key="key-revoke").click().run())

    assert not keys.has_living(seeded.workbench)
    assert ["API key shop removed", "API key shop changed", "API key shop created"] == [
        row["Details"] for row in log_rows(opened("settings", part="Change log"))
    ][:3]


def test_a_key_without_a_name_is_refused(seeded):
    at = opened("settings", part="API")
    drawn(button(at, "Create key").click().run())

    assert "Expected a name of one line for the key" in errors(at)[0]
    assert [] == keys.keys(seeded.workbench)


def test_the_first_person_is_an_administrator_who_signs_in_from_then_on(seeded):
    at = opened("settings", part="People")
    assert "the workbench asks nobody who they are" in words(at)
    at.text_input(key="person-name").set_value("<b>Ann</b>")
    at.text_input(key="person-password").set_value("short")
    drawn(button(at, "Add person").click().run())
    assert "Expected a password of 12 to 1,000 characters" in errors(at)[0]
    at.text_input(key="person-password").set_value("a long password")
    button(at, "Add person").click().run()
    [ann] = people.people(seeded.workbench)

    assert (ann.name, ann.roles) == ("<b>Ann</b>", ("admin",))
    assert fits("a long password", ann.password)
    assert at.text_input == []  # from now on she signs in


def told(choice):
    """What a browser is told to show as chosen."""
    return choice.proto.raw_value, choice.proto.set_value


def test_a_webhook_is_added_changed_and_its_secret_shown_once(seeded):
    at = opened("settings", part="API")
    at.text_input(key="webhook-name").set_value("<b>crm</b>")
    at.text_input(key="webhook-url").set_value("ftp://crm.example")
    drawn(button(at, "Add webhook").click().run())
    assert "Expected an address such as https://crm.example/hook" in words(at)
    at.text_input(key="webhook-url").set_value("https://crm.example")
    drawn(button(at, "Add webhook").click().run())
    assert ["", ""] == [at.text_input(key=f"webhook-{one}").value for one in ("name", "url")]
    secret = re.search("secret: (.+)", at.code[-1].value)[1]
    drawn(button(at, "I have copied it").click().run())
    assert secret not in [code.value for code in at.code]
    [target] = targets.targets(seeded.workbench)
    assert ("<b>crm</b>", secret) == (target.name, target.secret)

    at.selectbox(key="webhook-chosen").set_value(target.id).run()
    at.text_input(key=f"webhook-name-{target.id}").set_value("erp")
    drawn(button(at, "Save webhook").click().run())
    assert ("erp", True) == told(at.selectbox(key="webhook-chosen"))
    drawn(at.button(key="webhook-turn").click().run())
    assert not targets.targets(seeded.workbench)[0].active
    drawn(at.button(key="webhook-again").click().run())
    drawn(at.button(key="webhook-delete").click().run())
    assert [] == targets.targets(seeded.workbench)


OLD = {"source_id": "old-1", "created_at": "2010-01-01T00:00:00Z"}


def test_a_rule_of_retention_is_set_previewed_and_applied(seeded):
    before = len(seeded.column("name"))
    seeded.json(OLD)
    at = opened("settings", part="Privacy")
    at.number_input(key="retention-days").set_value(5000)
    at.selectbox(key="retention-only-customers").set_value("without-orders").run()
    drawn(at.button(key="retention-set").click().run())
    assert "Customers, without any order: 5,000 days after Created at" in words(at)
    drawn(at.button(key="retention-preview-now").click().run())
    assert "1 customer without orders from before" in words(at)
    assert "It cannot be undone" in words(at)
    at.checkbox(key="retention-sure").check().run()
    drawn(at.button(key="retention-run").click().run())

    assert len(seeded.column("name")) == before
    assert "Applied last on" in words(at)
    drawn(at.button(key="retention-remove-customers without-orders").click().run())
    assert "without any order" not in words(at)


def test_a_rule_that_cannot_be_is_not_set_and_what_goes_by_one_is_seen_before(seeded):
    seeded.json(OLD)
    at = opened("settings", part="Privacy")
    assert "Goes by this rule now:" in words(at)
    at.number_input(key="retention-days").set_value(0)
    drawn(at.button(key="retention-set").click().run())
    assert "Expected from 1 to 36,500 days, got 0" in errors(at)[0]
    at.number_input(key="retention-days").set_value(3000).run()
    at.number_input(key="retention-days").set_value(5000)
    drawn(at.button(key="retention-set").click().run())
    assert "Goes by this rule now: 1 customer from before" in words(at)
    assert "Look at what goes by this rule, then set it." in words(at)
    assert () == tuple(rules(seeded.workbench))

    drawn(at.button(key="retention-set").click().run())
    assert [5000] == [rule.days for rule in rules(seeded.workbench)]


def test_a_cap_beyond_the_limit_is_told(seeded):
    at = opened("settings")
    at.number_input(key="settings-static_cap").set_value(0)
    drawn(button(at, "Save").click().run())
    assert "Expected a whole number from 1 to" in words(at)
    assert seeded.workbench.project.static_cap == 20_000


def test_only_the_part_that_is_open_is_drawn():
    assert "Retention" not in words(opened("settings"))
    assert [each.label for each in opened("settings", part="Privacy").tabs] == [
        *("Project", "Metadata", "Privacy", "People", "API", "Backup", "Change log")
    ]
    assert "Retention" in words(opened("settings", part="Privacy"))


@pytest.mark.usefixtures("dated")
@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("settings", {"part": "Change log"}),
        ("segments", {"segment": "Berlin"}),
        ("redemptions", {"time": "Between …"}),
        ("exports", {"what": "moves"}),
        ("customers", {"do": "create"}),
        ("vouchers", {"do": "voucher"}),
    ],
)
def test_every_calendar_writes_days_as_the_project_does(page, address):
    at = opened(page, **address)
    found = [one.proto.format for one in (*at.date_input, *at.get("datetime_input"))]
    assert {"DD.MM.YYYY"} == set(found)


@pytest.fixture
def dated(seeded):
    seeded.workbench.configure(date_format="02.11.2026")
    library.create(seeded.workbench, "Berlin", BERLIN)
    seeded.csv(LOG, kind="redemptions")
