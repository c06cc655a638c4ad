"""What names a person is masked wherever it is shown, counted as ever, and revealed with a line."""

import json

import polars as pl
import pytest

from engine.accounts.roles import PEOPLE, rights_of, roles_for
from engine.actors import PAGE, Actor
from engine.base.answers import find, why
from engine.base.kinds.registry import CUSTOMERS
from engine.changes.log import label, log
from engine.customers import editing
from engine.customers.timeline import timeline
from engine.errors import ForbiddenError
from engine.exports.about import words
from engine.exports.formats import FORMATS
from engine.exports.order import Order
from engine.exports.run import download, export_records, own_file
from engine.filters.parser import parse
from engine.lists.listings import LISTINGS
from engine.lists.rows import Query, rows
from engine.lists.selection import Selection
from engine.lists.texts import customer_values, field_values
from engine.privacy.masks import MASK, OPEN, PERSONAL, Mask, mask_of, masked, reveal, seen_by
from tests.bases import Base

WHO = ("Ann Lee", "ann@example.com", "+48 600", "src-ann", "Long Road 1", "1990-02-28", "N-77")
FILE = """\
Source_id,Name,Email,Phone,Line_1,City,Birthdate,passport
src-ann,Ann Lee,ann@example.com,+48 600 100 200,Long Road 1,Rome,1990-02-28,N-77
src-bob,Bob Roy,bob@example.com,,,Oslo,,
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    made = Base.new(tmp_path_factory.mktemp("masked") / "workspace")
    made.csv(FILE, {"columns": {"Line_1": "address.line_1"}})
    made.csv("Id,Customer_source_id,Amount,Status\no-1,src-ann,12.50,PAID\n", kind="orders")
    [ann, _bob] = made.column("id")
    made.csv(f"Code,Holder\nHERS,{ann}\n", kind="vouchers")
    made.workbench.configure(personal_metadata="passport")
    yield made
    made.close()


def somebody(base, *roles):
    return base.workbench.acting(Actor("ann", PAGE, rights_of(roles), masked=True))


def names_nobody(content):
    return [text for text in WHO if text.encode() in content] == []


def grid(base, table, mask, filters=None):
    listing = LISTINGS[table]
    paths = tuple(field.path for field in listing.catalogue(base.workbench.profile()).fields())
    known = tuple(
        path for path in paths if path in listing.of(base.workbench.profile()).catalogue.rows
    )
    query = Query(known, (), filters or {}, Selection(), 0, 10)
    return rows(base.workbench, table, query, mask)


@pytest.mark.parametrize("table", ["customers", "orders", "vouchers"])
def test_no_cell_of_a_grid_names_anybody(base, table):
    content, raw = (grid(base, table, mask) for mask in (mask_of(base.workbench), OPEN))

    assert names_nobody(content)
    assert not names_nobody(raw)
    assert MASK in json.loads(content)["rows"][0].values()
    assert json.loads(content)["total"] == json.loads(raw)["total"]


def test_filters_count_what_is_masked(base):
    model = {"email": {"filterType": "text", "type": "equals", "filter": "ann@example.com"}}

    assert json.loads(grid(base, "customers", mask_of(base.workbench), model))["total"] == 1


def test_no_value_of_a_customer_names_them_and_all_others_are_as_they_are(base):
    profile, mask = base.workbench.profile(), mask_of(base.workbench)
    at = find(profile, "src-ann")
    raw = {field.path: value for field, value in field_values(profile, at)}
    shown = {field.path: value for field, value in customer_values(profile, at, mask)}
    hidden = {*mask.hidden(profile.catalogue.fields())}

    assert {path for path in raw if raw[path] != shown.get(path)} == hidden & raw.keys()
    assert hidden >= {"name", "email", "metadata.passport", "source_id"}
    assert names_nobody(repr(shown).encode())


def test_every_personal_column_is_one_of_customers():
    assert CUSTOMERS.columns.keys() >= PERSONAL


@pytest.mark.parametrize("dtype", [pl.String, pl.Date, pl.Float64, pl.List(pl.String)])
def test_a_mask_says_nothing_of_what_it_hides_but_that_it_is_there(dtype):
    values = pl.Series("x", [None, None], dtype=dtype)
    texts = masked(pl.Series("x", ["a", "bcd", None], dtype=pl.String))

    assert masked(values).dtype == dtype
    assert masked(values).to_list() == [None, None]
    assert texts.to_list() == [MASK, MASK, None]


def test_the_timeline_tells_that_something_changed_but_not_what(base):
    access, profile = base.workbench, base.workbench.profile()
    editing.edit(access, "src-bob", {"name": "Bob Roy-Smith", "address": {"city": "Bonn"}})
    profile = base.workbench.profile()
    moments = timeline(access, profile, find(profile, "src-bob"), mask_of(access))
    told = "; ".join(detail for one in moments for detail in one.details)

    assert f"Name: {MASK}" in told
    assert "City: Oslo → Bonn" in told
    assert "Bob" not in repr([(one.what, one.details) for one in moments])


def test_an_explanation_says_whether_but_not_what(base):
    raw = {"junction": "and", "email": {"conditions": {"$contains": ["example"]}},
           "city": {"conditions": {"$is": ["Rome"]}}}  # fmt: skip
    bench = base.workbench
    profile, clock = bench.profile(), bench.clock()
    group = parse(raw, profile.catalogue, bench.zone)
    node = why(profile, group, clock, "src-ann", hidden=mask_of(bench).hides)

    assert node.verdict
    assert [child.shown for child in node.children if child.verdict] == [
        "a value that is hidden", "Rome"
    ]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_no_file_of_whoever_may_not_see_people_names_one_and_its_receipt_says_so(base, form):
    run = export_records(somebody(base, "export"), Order(format=form))
    content = own_file(base.workbench, run.id).read_bytes()

    assert names_nobody(content)
    assert "masked: " in words(run, base.workbench.zone)
    assert "email" in run.parameters["names"]
    assert download(somebody(base, "export"), run.id)


def test_a_file_that_names_people_is_for_whoever_may_see_them(base):
    run = export_records(somebody(base, "export", "reveal"), Order())
    other = export_records(base.workbench, Order(fields=("address.city",)))

    assert not names_nobody(own_file(base.workbench, run.id).read_bytes())
    assert download(somebody(base, "export", "reveal"), run.id)
    assert download(somebody(base, "export"), other.id)
    with pytest.raises(ForbiddenError, match="see what names a person"):
        download(somebody(base, "export"), run.id)


@pytest.mark.parametrize("role", roles_for(PEOPLE))
def test_whoever_signs_in_sees_masks_and_reveals_with_a_line_where_they_may(base, role):
    access = somebody(base, role)

    assert seen_by(access).on
    if "reveal" in rights_of([role]):
        reveal(access, "customers", "cust_1")
        [line] = log(base.workbench).lines[:1]
        assert (label(line.cause), line.actor) == ("Names revealed", "ann")
        assert line.touched == {"customers": ["cust_1"]}
    else:
        with pytest.raises(ForbiddenError):
            reveal(access, "customers", "cust_1")


def test_the_local_person_sees_everything(base):
    assert seen_by(base.workbench.acting(Actor("me", PAGE))) == OPEN == Mask(on=False)
