"""Text of others on a terminal: it moves no cursor, turns nothing around and begins no line."""

import re

import pytest
from click.testing import CliRunner

from engine.cli.main import main
from engine.redemptions.vouchers import create_voucher
from engine.workspace.views import View, of_grid, save_view
from tests.bases import Base

HOSTILE = "x\x1b[31m\x1b]0;title\x07\r\nFORGED\u2028FORGED \u202eabc\x85FORGED"
HARMLESS = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]*")


@pytest.fixture
def hostile(empty):
    """A shell over records, a voucher and a view that are called so."""
    base = Base.new(empty.folder / "workspace")
    base.json({"source_id": HOSTILE, "name": HOSTILE, "metadata": {HOSTILE: HOSTILE}})
    terms = {"type": "PERCENT", "percent_off": 5}
    create_voucher(base.workbench, {"code": HOSTILE, "discount": terms})
    save_view(base.workbench, of_grid("customers"), HOSTILE, View(("name",)))
    base.close()
    return empty


COMMANDS = (
    ("vouchers", "list"),
    ("vouchers", "show", HOSTILE),
    ("validate", HOSTILE),
    ("log",),
    ("customers", "show", HOSTILE),
    ("segments", "show", HOSTILE),  # there is none
    ("import", "customers", f"{HOSTILE}.csv"),  # as above
)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:2]).split("x")[0])
def test_text_of_others_stays_on_its_line(hostile, words):
    runner = CliRunner(env=hostile.environment)
    said = runner.invoke(main, words, color=True).output  # as a terminal gets it

    assert "FORGED" in said
    assert not [line for line in said.split("\n") if line.startswith("FORGED")]
    assert HARMLESS.fullmatch(said)
