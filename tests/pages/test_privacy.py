"""What a customer may ask of their own data, on the pages."""

import json

import pytest

from engine.privacy import erasure
from engine.privacy.consent import suppression_list
from tests.pages.conftest import button, drawn, opened, words


def test_a_customer_is_erased_once_the_id_is_typed_and_the_certificate_is_kept(seeded):
    at = drawn(button(opened("customers", customer="w-1"), "Erase").click().run())
    key = seeded.customer("w-1")["id"]
    said = at.dataframe[0].value
    assert button(at, "Erase for good").disabled
    assert "Profiles, and who names whom as referrer" in [*said["Where"]]
    assert "This cannot be undone" in words(at)

    at.text_input(key=f"erase-{key}-typed").set_value("w-1")
    at = drawn(button(drawn(at.run()), "Erase for good").click().run())
    made = erasure.index(seeded.workbench)[0]

    assert f"The certificate {made.id} is kept" in words(at).replace("\\", "")
    assert "w-1" not in seeded.column("source_id")
    assert "1 customer" in words(opened("settings", part="Privacy"))


@pytest.mark.usefixtures("seeded")
def test_the_data_of_a_customer_is_two_files_of_the_same():
    at = drawn(button(opened("customers", customer="w-1"), "Data of the customer").click().run())

    assert [one.label for one in at.get("download_button")] == ["Download HTML", "Download JSON"]


def test_a_customer_is_held_back_with_a_reason_and_let_out_again(seeded):
    at = opened("customers", customer="w-1", do="access")
    at = drawn(button(at, "Hold back").click().run())
    assert "expected a reason" in words(at).lower()

    key = seeded.customer("w-1")["id"]
    at.text_input(key=f"suppress-{key}-reason").set_value("a complaint")
    at = drawn(button(drawn(at.run()), "Hold back").click().run())
    assert "a complaint" in words(at)
    assert [one.customer for one in suppression_list(seeded.workbench)] == ["w-1"]
    assert "Suppression list" in words(opened("settings", part="Privacy"))
    assert "1 held back" in words(opened("exports"))

    drawn(button(at, "Let into exports again").click().run())
    assert suppression_list(seeded.workbench) == []


def test_a_certificate_reads_back(seeded):
    made = erasure.erase(seeded.workbench, ["w-1"])

    assert json.loads(json.dumps(made.certificate)) == made.certificate
