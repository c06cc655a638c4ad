"""The filters that the customers guide prints, over the sample shop on the day after it ends."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from engine.imports.history import receipts
from engine.samples import sample_shop
from tests.bases import Base

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture
def shop(sample, workspace):
    """The sample shop."""
    base = Base(copytree(sample, workspace))
    yield base
    base.close()


def test_somebody_in_the_sample_shop_fits_every_filter_of_the_guide(shop):
    for case in sorted(CASES.glob("guide_*.json")):
        answer = shop.answer(json.loads(case.read_text("utf-8")))

        assert 0 < answer.count < answer.profile.total / 2, case.name


def test_the_shop_comes_in_whole_and_is_known_as_the_sample(shop):
    sample_shop.load(shop.later(hours=1).workbench)  # a second time
    assert {run.rejected for run in receipts(shop.workbench)} == {0}
    assert sample_shop.is_loaded(shop.workbench)
    assert shop.workbench.profile().total == 2_000


def test_a_customer_is_shown_with_the_summaries_of_the_service(shop):
    customer = shop.customer("7460000006")

    assert customer["summary"]["redemptions"]["gift"].keys() == {"redeemed_amount", "amount_to_go"}
    assert customer["summary"]["orders"]["total_count"] == 3
