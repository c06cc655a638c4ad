"""Where columns go: by their header, by the mapping, and every fault of a mapping at once."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.filters.kinds import NUMBER, STRING
from engine.imports.columns.directive import TYPES, Directive
from engine.imports.columns.mapping import ImportMapping, parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.columns.targets import targets
from engine.imports.preview import preview
from tests.fields import FIELDS

CUSTOMERS = TABLES["customers"]

ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Source_id", "source_id"),
        ("source id", "source_id"),
        ("SOURCE-ID", "source_id"),
        ("Address_City", "address.city"),
        ("City", "address.city"),
        ("address.city", "address.city"),
        ("Postal_Code", "address.postal_code"),
        ("Country", "address.country"),
        ("State", "address.state"),
        ("line_1", "address.line_1"),
        ("birthday", "birthdate"),
        ("Loyalty_points", "loyalty.points"),
        ("Referrer", "referrer"),
        ("metadata.Color", "metadata.Color"),
        ("system_metadata.source", "system_metadata.source"),
        (" Favourite Color ", "metadata.Favourite Color"),
        ("color", "metadata.color"),
    ],
)
def test_headers_find_their_field(header, field):
    (target,) = targets([header], CUSTOMERS, ImportMapping())

    assert target.field == field


def test_every_stored_customer_field_is_a_header():
    stored = [row.path for row in FIELDS.values() if row.table == "customers" and row.column]

    assert [target.field for target in targets(stored, CUSTOMERS, ImportMapping())] == stored


DIRECTIVES = st.none() | st.builds(
    Directive,
    st.just("metadata.x"),
    st.none() | st.sampled_from(TYPES),
    st.none() | st.text(min_size=1, max_size=2),
)


@given(
    st.builds(
        ImportMapping,
        st.dictionaries(st.text(max_size=3), DIRECTIVES.map(lambda said: said or Directive(None))),
        encoding=st.none() | st.sampled_from(["utf-8", "cp1252"]),
        delimiter=st.none() | st.sampled_from(",;\t|"),
        quote=st.none() | st.sampled_from(["", "'", '"']),
        header_row=st.none() | st.integers(1, 99),
        sheet=st.none() | st.sampled_from(["Kunden"]),
        member=st.none() | st.sampled_from(["a.csv"]),
        without_key=st.sampled_from(["reject", "create"]),
        replace=st.booleans(),
    )
)
def test_a_mapping_survives_its_json(mapping):
    assert parse_mapping(mapping.to_json()) == mapping


def test_all_faults_of_shape_come_at_once():
    raw = {
        "columns": {"a": {"field": "metadata.a", "type": "numbr", "sep": 1}, "b": 5},
        "encoding": "utf-99",
        "delimiter": ";;",
        "without_key": "skip",
        "colums": {},
    }

    with pytest.raises(UsageError) as caught:
        parse_mapping(raw)

    assert {issue.path for issue in caught.value.issues} == {
        *("$.columns.a.type", "$.columns.a.sep", "$.columns.b"),
        *("$.encoding", "$.delimiter", "$.without_key", "$.colums"),
    }
    suggestions = {issue.path: issue.suggestion for issue in caught.value.issues}
    assert (suggestions["$.columns.a.type"], suggestions["$.colums"]) == ("number", "columns")


def test_all_faults_against_the_file_come_at_once():
    raw = {
        "colour": "metadata.c",
        "Town": "adress.city",
        "Mail": {"field": "email", "type": "date"},
    }

    with pytest.raises(UsageError) as caught:
        targets(["color", "Town", "Mail"], CUSTOMERS, parse_mapping({"columns": raw}))

    assert [(issue.path, issue.suggestion) for issue in caught.value.issues] == [
        ("$.columns.colour", "color"),
        ("$.columns.Town", "address.city"),
        ("$.columns.Mail", None),
    ]


def test_a_mapping_that_is_no_object_is_a_fault():
    with pytest.raises(UsageError, match="expected a JSON object, got a list"):
        parse_mapping([1])


def test_the_preview_shows_where_columns_would_go(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Source_id;n;t\n" + "".join(f"c{row};{row};x\n" for row in range(5000)))

    seen = preview(path, CUSTOMERS, ImportMapping(), ZONE)

    assert (seen.source.encoding, seen.source.delimiter, seen.estimate) == ("utf-8", ";", 5001)
    assert [target.field for target in seen.targets] == ["source_id", "metadata.n", "metadata.t"]
    assert seen.kinds == (None, NUMBER, STRING)
    assert (len(seen.rows), seen.rows[0]) == (20, ("c0", "0", "x"))


def test_the_preview_of_json_lines_shows_its_keys(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"id": "a", "metadata": {"x": 1}}\nbroken\n{"object": "customer", "City": "b"}\n'
    )

    seen = preview(path, CUSTOMERS, ImportMapping(), ZONE)

    assert seen.header == ("id", "metadata", "object", "City")
    assert [target.field for target in seen.targets] == ["id", "metadata", None, "address.city"]
    assert seen.rows == (("a", '{"x":1}', "", ""), ("", "", "customer", "b"))
