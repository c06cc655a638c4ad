"""Every page, over an empty base, over a seeded one, and at addresses of what is gone."""

import pytest

from app import PAGES
from tests.pages.conftest import drawn, errors, opened, words

NAMES = [entry.name for entry in PAGES]
GONE = {
    "segments": "segment",
    "customers": "customer",
    "imports": "import",
    "redemptions": "redemption",
    "vouchers": "voucher",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("empty")
def test_a_page_of_an_empty_base_says_what_to_do(name):
    at = opened(name)

    assert at.title[0].value
    assert [] == errors(at)
    assert at.button or at.get("page_link") or at.get("file_uploader")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("seeded")
def test_a_page_of_a_seeded_base_draws(name):
    at = opened(name)

    assert at.title[0].value
    assert [] == errors(at)


@pytest.mark.parametrize(("name", "parameter"), GONE.items())
@pytest.mark.usefixtures("seeded")
def test_the_address_of_what_is_gone_says_so_and_leads_back(name, parameter):
    at = opened(name, **{parameter: "unknown"})

    assert "`unknown`" in errors(at)[0]
    at.button(key="back").click().run()
    assert [] == errors(at)
    assert parameter not in at.query_params


@pytest.mark.usefixtures("seeded")
def test_an_export_of_a_segment_that_is_gone_says_so():
    at = opened("exports", segment="unknown")

    assert "no longer exists" in words(at)


@pytest.mark.parametrize(
    ("page", "query"),
    [("customers", {"customer": "w-1"}), ("vouchers", {})],
    ids=["customer", "vouchers"],
)
@pytest.mark.usefixtures("seeded")
def test_the_way_back_opens_the_part_that_the_address_names(page, query):
    at = opened(page, **query)
    first, second = (tab.label for tab in at.tabs[:2])
    seen = []
    for part in (second, first, "no such part", second):
        at.query_params["part"] = part
        drawn(at.run())
        seen.append(at.session_state[f"part-{first}"])

    assert seen == [second, first, first, second]
