"""The first look at a file, and what its records cannot do without."""

import pytest

from engine.errors import ImportFileError
from engine.imports.columns.directive import Directive
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.requirements import lacking, requirements
from engine.imports.columns.table import TABLES
from engine.imports.preview import judge, preview


def look(base, text, kind="customers"):
    return preview(base.file(text), TABLES[kind], ImportMapping(), base.workbench.zone)


FAULTY = {
    "two columns of one key": (
        "Source_id,metadata.x,Metadata.x\na,b,c\n",
        ["source_id", "metadata.x", "metadata.x"],
    ),
    "a record in place of the header": ("1,x\n2,y\n", ["metadata.1", "metadata.x"]),
}


@pytest.mark.parametrize(("text", "fields"), FAULTY.values(), ids=FAULTY)
def test_a_header_with_faults_is_shown_with_where_its_columns_would_go(base, text, fields):
    found = look(base, text)

    assert [target.field for target in found.targets] == fields
    assert isinstance(found.fault, ImportFileError)
    with pytest.raises(ImportFileError):
        judge(found, TABLES["customers"], ImportMapping())


def test_a_mapping_puts_a_header_right(base):
    found = look(base, "Source_id,metadata.x,Metadata.x\na,b,c\n")
    mapping = ImportMapping({"Metadata.x": Directive(None)})

    assert [one.field for one in judge(found, TABLES["customers"], mapping)] == [
        "source_id", "metadata.x", None,
    ]  # fmt: skip


def test_a_good_header_has_no_fault_and_kinds_from_the_sample(base):
    found = look(base, "Source_id,size,when\na,1,2026-01-01\nb,2,2026-01-02\n")

    assert found.fault is None
    assert [kind and kind.key for kind in found.kinds] == [None, "number", "date"]
    assert (found.sampled, found.estimate) == (2, 2)


def test_values_within_objects_are_columns_by_their_path_and_metadata_is_one(base):
    event = {
        "event": "cart",
        "customer": {"source_id": "a"},
        "metadata": {"size": 3},
        "by": {"x": 1},
    }
    path = base.lines(event, kind="events")
    found = preview(path, TABLES["events"], ImportMapping(), base.workbench.zone)

    assert {target.header: target.field for target in found.targets} == {
        "event": "event",
        "customer.source_id": "customer.source_id",
        "metadata": "metadata",
        "by.x": None,
    }
    assert lacking(found.targets, TABLES["events"]) == []


def test_a_value_within_an_object_is_mapped_by_its_path(base):
    path = base.lines({"event": "cart", "customer": {"ref": "a"}}, kind="events")
    base.bring(path, {"columns": {"customer.ref": "customer.source_id"}}, kind="events")

    assert base.column("source_id") == ["a"]


OWNER = ("customer.id", "customer.source_id", "customer.email")
NEEDS = {
    "customers": [("id", "source_id")],
    "orders": [OWNER],
    "redemptions": [(*OWNER, "tracking_id")],
    "events": [OWNER, ("event",)],
    "vouchers": [("code",)],
    "campaigns": [("name",)],
}


@pytest.mark.parametrize("kind", TABLES)
def test_each_kind_says_what_its_records_need(kind):
    assert [one.fields for one in requirements(TABLES[kind])] == NEEDS[kind]


def test_what_no_column_gives_is_lacking(base):
    events = TABLES["events"]
    found = look(base, "Customer_source_id,Created_at\na,2026-01-01\n", "events")

    assert [one.usual for one in lacking(found.targets, events)] == ["event"]
    assert [one.usual for one in lacking((), events)] == ["customer.source_id", "event"]


KEYS = {
    "an id that a fifth lacks": ["", " ", "c", "d", "e"],
    "an id that repeats": ["a", "a", "a", "b", "b"],
    "an id of all": ["a", "b", "c", "d", "e"],
}


@pytest.mark.parametrize("numbers", KEYS.values(), ids=KEYS)
def test_the_first_look_sends_columns_where_the_import_does(base, numbers):
    rows = "".join(f"{number};{place}@x.de\n" for place, number in enumerate(numbers))
    text = f"Kundennummer;E-Mail\n{rows}"
    [key, _] = look(base, text).targets
    base.csv(text)

    emails = [f"{place}@x.de" for place in range(len(numbers))]
    by_email = base.column("source_id") == emails
    assert by_email == (key.field != "source_id")


def test_an_email_alone_is_all_that_a_customer_needs(base):
    assert lacking(look(base, "E-Mail;Ort\na@x.de;Ulm\n").targets, TABLES["customers"]) == []
