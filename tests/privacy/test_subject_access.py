"""One file says all that is known of a person, under every id and from before every merge."""

import json
import re

import pytest

from engine.customers.deletion import delete_customer
from engine.errors import NotFoundError
from engine.privacy.access_file import SECTIONS, subject_access
from engine.privacy.access_page import to_html, to_text
from tests.privacy.everywhere import KEY, MAIL, NAME, NICK, OLD_MAIL, PHONE


@pytest.fixture(scope="module")
def found(everywhere):
    return subject_access(everywhere.workbench, MAIL)


def test_every_section_says_something_of_whoever_stands_everywhere(found):
    assert [section.key for section in SECTIONS if not found[section.key]] == []


def test_the_person_is_known_under_every_id_that_ever_was(found, everywhere):
    person = found["person"]

    assert {KEY, "zofia-old-4411"} <= {*person["source_ids"]}
    assert {*person["emails"]} == {MAIL, OLD_MAIL, MAIL.lower()}
    assert person["phones"] == [PHONE]
    assert {*person["ids"]} == {
        everywhere.customer(KEY)["id"], *everywhere.workbench.profile().merged["id"]
    }  # fmt: skip


def test_versions_say_when_and_because_of_what_and_what_was_there_before(found):
    mails = [row.get("email") for row in found["versions"]]

    assert mails.index(OLD_MAIL) < mails.index(MAIL)
    assert {row["@because"] for row in found["versions"]} >= {"import", "merge"}
    assert any(row.get("name") == "Z. Wąsik-Żółć" for row in found["versions"])


def test_orders_come_with_their_items_and_metadata(found):
    order = found["orders"][0]

    assert (order["amount"], order["items"][0]["product_id"]) == (1500, f"photo-{KEY}")
    assert NAME in order["metadata.gift"]


def test_segments_say_since_when_and_why(found):
    moves = [row for row in found["segments"] if row["segment"] == "Poles"]

    assert [row["moved"] for row in moves] == ["is in now", "entered"]
    assert moves[1]["because"] == "definition"


def test_vouchers_held_and_used_are_among_them(found):
    assert len(found["vouchers"]) == 2


def test_rejected_rows_and_exports_that_name_the_person_are_told(found):
    assert any(KEY in json.dumps(row["said"]) for row in found["rejected"])
    assert len(found["exports"]) == 5


def test_the_page_holds_all_of_it_and_asks_nobody_for_anything(found):
    page = to_html(found)

    assert all(word in page for word in (KEY, MAIL, NICK, "Every version of the profile"))
    assert re.findall(r"<script|<link|<img|src=|href=|@import|url\(", page) == []
    assert "default-src 'none'" in page


def test_what_somebody_is_called_is_text_on_the_page_and_nothing_else(base):
    base.csv('Source_id,Name\nx-1,"<script>alert(1)</script>"\n')
    page = to_html(subject_access(base.workbench, "x-1"))

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_json_reads_back(found):
    assert json.loads(to_text(found, "json")) == json.loads(json.dumps(found))


def test_somebody_deleted_is_told_too(base):
    base.csv(f"Source_id,Name\n{KEY},{NAME}\n")
    base.later(seconds=1)
    delete_customer(base.workbench, KEY)
    found = subject_access(base.workbench, KEY)

    assert found["profile"] == []
    assert [row.get("@deleted", False) for row in found["versions"]] == [False, True]


def test_whom_nobody_knows_is_not_found(base):
    with pytest.raises(NotFoundError):
        subject_access(base.workbench, "nobody")
