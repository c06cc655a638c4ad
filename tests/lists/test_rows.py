"""A block of rows: who is in it, in which order, and how the values are shown."""

import orjson
import pytest

from engine.errors import FilterError, NotFoundError, UsageError
from engine.evaluation import column_cache
from engine.lists import paging
from engine.lists.rows import MOST_ROWS, read_query, rows
from engine.segments import library


def asked(**parameters):
    """The query of an address with these parameters."""
    window = {"start": 0, "end": 100, "columns": ["source_id"]}
    given = {**window, **parameters}
    as_text = ("search", "segment")
    return read_query(
        {
            name: value if name in as_text else orjson.dumps(value).decode()
            for name, value in given.items()
        }
    )


def block(base, **parameters):
    """The rows and how many there are in all."""
    answer = orjson.loads(rows(base.workbench, "customers", asked(**parameters)))
    return answer["rows"], answer["total"]


def who(base, **parameters):
    """The source ids of a block, in one text."""
    return "".join(row["source_id"] for row in block(base, **parameters)[0])


def by(*columns):
    return [
        {"colId": path.removeprefix("-"), "sort": "desc" if path[0] == "-" else "asc"}
        for path in columns
    ]


@pytest.fixture
def people(base):
    return base.filled(fill)


def fill(base):
    base.csv(
        "Source_id,Name,City,Loyalty_points\na,Zoë,Rome,5\nb,Ann,Oslo,5\nc,,Rome,9\nd,Bob,Rome,\n"
    )


def test_values_are_shown_as_a_table_shows_them(base):
    base.workbench.configure(time_zone="Europe/Warsaw")
    base.json(
        {
            "source_id": "a",
            "created_at": "2024-07-01T22:30:00Z",
            "birthdate": "1990-03-15",
            "loyalty": {"points": 5},
            "metadata": {
                "sizes": [1, 2.5],
                "brands": ["x", "y"],
                "days": ["2024-01-02"],
                "on": True,
            },
        },
        {"source_id": "b", "created_at": "2024-01-01T00:00:00Z"},
    )
    paths = ["created_at", "birthdate", "loyalty.points", "metadata.sizes", "metadata.brands",
             "metadata.days", "metadata.on", "phone", "metadata.nobody"]  # fmt: skip
    first, second = block(base, columns=paths)[0]

    assert first == {
        "id": base.column("id")[0],
        "created_at": "2024-07-02 00:30",
        "birthdate": "1990-03-15",
        "loyalty.points": 5,
        "metadata.sizes": "1.0, 2.5",
        "metadata.brands": "x, y",
        "metadata.days": "2024-01-02",
        "metadata.on": True,
        "phone": None,
    }
    assert {value for path, value in second.items() if path not in ("id", "created_at")} == {None}


def test_a_block_is_part_of_what_was_found(people):
    assert block(people, start=1, end=3)[1] == 4
    assert who(people, start=1, end=3) == "bc"
    assert who(people, start=9, end=12) == ""


@pytest.mark.parametrize(
    ("near", "sampled", "spare"),
    [(0, 500, 8), (3, 500, 8), (2_000, 500, 8), *((near, 1, 0) for near in (1, 2)), (2, 3, -1)],
    ids=["none", "few", "all", "sampled", "sampled too", "sampled badly"],
)
def test_rows_are_sorted_with_missing_last_and_equals_as_imported(
    people, monkeypatch, near, sampled, spare
):
    for name, value in {"NEAR": near, "SAMPLED": sampled, "SPARE": spare}.items():
        monkeypatch.setattr(paging, name, value)

    assert who(people, sort=by("name")) == "bdac"
    assert who(people, sort=by("-name")) == "adbc"
    assert who(people, sort=by("loyalty.points")) == "abcd"
    assert who(people, sort=by("-loyalty.points")) == "cabd"
    assert who(people, sort=by("address.city", "-name")) == "badc"
    assert who(people, sort=by("-name"), start=1, end=3) == "db"
    rome = {"address.city": {"type": "equals", "filter": "rome"}}
    assert who(people, sort=by("name"), filter=rome) == "dac"
    assert who(people, sort=by("name"), filter=rome, end=2) == "da"
    for path in ("name", "-name", "loyalty.points", "-loyalty.points", "created_at", "-created_at"):
        everybody = who(people, sort=by(path))
        assert [who(people, sort=by(path), end=end) for end in (1, 2)] == [
            everybody[:1], everybody[:2]
        ]  # fmt: skip


def test_a_search_finds_a_letter_however_its_accent_is_written(people):
    people.later(minutes=1).csv("Source_id,Name\nb,Anne-Zoe\u0308\n")

    assert [who(people, search=text) for text in ("zo\u00eb", "zoe\u0308")] == ["ab", "ab"]


def test_a_search_finds_what_was_written_behind_the_one_before(people, monkeypatch):
    monkeypatch.setattr(column_cache, "FEWEST", 0)
    assert who(people, search="ann") == "b"
    people.later(minutes=1).csv("Source_id,Name\nb,Eve\nc,Anna\ne,Hanne\n")

    assert [who(people, search=text) for text in ("ann", "eve", "bob")] == ["ce", "b", "d"]


def test_search_filter_and_segment_narrow_together(people):
    rome = library.create(people.workbench, "Rome", {"city": {"conditions": {"$is": ["Rome"]}}})
    five = {"loyalty.points": {"type": "equals", "filter": 5}}

    assert who(people, search="ZOË") == "a"
    assert who(people, filter=five) == "ab"
    assert who(people, segment=rome.id) == "acd"
    assert who(people, segment=rome.id, filter=five, search="o") == "a"
    assert block(people, segment=rome.id, filter=five)[1] == 1


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"start": -1}, UsageError),
        ({"start": 9, "end": 3}, UsageError),
        ({"end": MOST_ROWS + 1}, UsageError),
        ({"end": "ten"}, UsageError),
        ({"columns": {}}, UsageError),
        ({"sort": "name"}, UsageError),
        ({"sort": [{"colId": "name"}]}, UsageError),
        ({"sort": [{"colId": "name", "sort": "up"}]}, UsageError),
        ({"sort": ["name"]}, UsageError),
        ({"sort": by("metadata.brands")}, UsageError),
        ({"sort": by("nme")}, FilterError),
        ({"columns": ["nme"]}, FilterError),
        ({"filter": []}, UsageError),
        ({"filter": {"nme": {"type": "blank"}}}, FilterError),
        ({"segment": "nobody"}, NotFoundError),
    ],
    ids=str,
)
def test_what_the_grid_would_not_ask_is_refused(base, parameters, error):
    base.json({"source_id": "a", "metadata": {"brands": ["x"]}})

    with pytest.raises(error):
        block(base, **parameters)
    with pytest.raises(UsageError, match="`filter` to be JSON"):
        read_query({"filter": "{"})
