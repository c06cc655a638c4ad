"""Whatever is taken away as a file leaves a line in the log, as an export does."""

import pytest

from engine.changes import log
from engine.imports import history
from engine.redemptions import campaigns
from tests.bases import Base

BAD = "Source_id,Birthdate\na,2020-01-01\nb,never\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    base = Base.new(tmp_path_factory.mktemp("shop") / "workspace")
    yield base
    base.close()


def rejected_rows(base):
    text = history.download_rejected(base.workbench, base.csv(BAD))
    return "never" in text, "rejected rows of import imp_"


def log_lines(base):
    base.workbench.configure(currency="PLN")
    lines = log.log(base.workbench).total
    text = log.download_csv(base.workbench)
    return "Currency: EUR → PLN" in text, log.counted(lines, "log lines")


def campaign_codes(base):
    terms = {"discount": {"type": "AMOUNT", "amount_off": 100}}
    campaigns.create_campaign(base.workbench, "May", terms, count=3)
    return campaigns.download_codes(base.workbench, "May").height == 3, "3 campaign codes"


@pytest.mark.parametrize("take", [rejected_rows, log_lines, campaign_codes])
def test_a_download_is_told_by_the_log(shop, take):
    whole, words = take(shop)
    line = log.log(shop.workbench).lines[0]

    assert whole
    assert (line.cause, line.actor) == ("download", "me")
    assert log.in_words(line).startswith(words)
