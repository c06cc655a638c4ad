"""A draft in an address comes back as it was; any other text is a fault that can be shown."""

import json
import re
import string
import zlib
from base64 import urlsafe_b64encode
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FilterError
from engine.filters.drafts.address import MOST, PARTS, packed, unpacked
from engine.filters.drafts.draft import EMPTY, Branch, Row, drafted
from engine.filters.expression import Condition, Group, Test, Window
from tests import strategies
from tests.strategies import CATALOGUE

PAID = Group(conditions=(Condition("status", (Test("$is", ("PAID",)),)),))
WINDOWED = Row(1, "summary.orders.total_count", "$more_than", (3,), window=Window(0), where=PAID)
UNFINISHED = Row(2, "address.city", "$is", muted=True)
HALF_WINDOWED = Row(3, "summary.orders.total_count", window=Window(), where=Group())
DRAFT = Branch(0, "or", children=(WINDOWED, Branch(9, muted=True), UNFINISHED, HALF_WINDOWED))


def raw(**changes):
    """The text of a draft whose outermost group is changed so."""
    return zipped(json.dumps({**asdict(DRAFT), **changes}).encode())


def zipped(written):
    return urlsafe_b64encode(zlib.compress(written)).decode()


@given(strategies.groups().map(drafted), st.booleans())
def test_a_packed_draft_comes_back_as_it_was(draft, muted):
    draft = replace(draft, muted=muted)

    assert draft == unpacked(packed(draft), CATALOGUE)


@pytest.mark.parametrize("draft", [DRAFT, EMPTY], ids=["everything", "nothing"])
def test_windows_where_muted_and_unfinished_rows_survive(draft):
    assert draft == unpacked(packed(draft), CATALOGUE)


@given(strategies.groups().map(drafted))
def test_the_text_needs_no_escaping_in_an_address(draft):
    assert re.fullmatch(r"[\w-]+", packed(draft), re.ASCII)


def test_thirty_conditions_and_a_thousand_pasted_ids_fit_an_address():
    windowed = [replace(WINDOWED, id=n, operand=(n * 7919,)) for n in range(1, 16)]
    texts = [Row(n, "address.city", "$is", (f"City {n * 7919 % 97}",)) for n in range(16, 31)]
    pasted = Row(1, "source_id", "$in", tuple(f"{n * 7919 % 100_003:09}" for n in range(1000)))

    assert len(packed(Branch(0, children=(*windowed, *texts)))) < 800
    assert len(packed(Branch(0, children=(pasted,)))) < 5000


@given(st.text() | st.text(string.ascii_letters + string.digits + "-_"))
def test_any_other_text_is_a_fault(text):
    with pytest.raises(FilterError):
        unpacked(text, CATALOGUE)


@given(st.data())
def test_a_cut_off_address_is_a_fault(data):
    text = packed(DRAFT)
    with pytest.raises(FilterError, match="ask for the link again"):
        unpacked(text[: data.draw(st.integers(0, len(text) - 1))], CATALOGUE)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_a_draft_with_anything_for_children_is_a_fault_or_has_none(value):
    if value == []:
        assert () == unpacked(raw(children=value), CATALOGUE).children
    else:
        with pytest.raises(FilterError):
            unpacked(raw(children=value), CATALOGUE)


FAULTS = {
    "another junction": raw(junction="xor"),
    "a flag that is none": raw(negated=1),
    "an unknown key": raw(colour="red"),
    "one id twice": raw(id=1),
    "a bomb": zipped(b"[" + b" " * (MOST + 1) + b"]"),
    "a tower": zipped(b"[" * 100_000 + b"]" * 100_000),
    "an endless number": zipped(b"1" * 10_000),
    "an unknown field": packed(replace(DRAFT, children=(Row(1, "emial"),))),
    "an operator that does not fit": packed(replace(DRAFT, children=(Row(1, "name", "$today"),))),
    "an unknown operator": packed(replace(DRAFT, children=(Row(1, "name", "$lik"),))),
    "a where of no record": packed(
        replace(DRAFT, children=(replace(WINDOWED, where=Group(conditions=(Condition("x", ()),))),))
    ),
}


@pytest.mark.parametrize("text", FAULTS.values(), ids=FAULTS)
def test_what_is_not_understood_is_a_fault(text):
    with pytest.raises(FilterError):
        unpacked(text, CATALOGUE)


def test_a_link_holds_no_more_parts_than_a_page_can_draw():
    most = raw(children=[{"id": place, "children": []} for place in range(1, PARTS)])
    more = raw(children=[{"id": place, "children": []} for place in range(1, PARTS + 1)])

    assert len(unpacked(most, CATALOGUE).children) == PARTS - 1
    with pytest.raises(FilterError, match="more than 2,000 conditions and groups"):
        unpacked(more, CATALOGUE)
