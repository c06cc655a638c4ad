"""The history of imports and exports is read a page at a time, however long it has become."""

import pytest
from sqlalchemy import event

from engine.exports.order import Order
from engine.exports.run import export_records
from engine.segments import library
from engine.store.results.change_log import undone_by, values_of
from engine.store.results.export_requests import ExportOrder, exports_there
from engine.store.results.runs import (
    count_exports,
    count_imports,
    exports,
    imported_by,
    imports,
    known_export,
    mark_erased,
)

BERLIN = {"address.city": {"conditions": {"$is": ["Berlin"]}}}


@pytest.fixture
def lived(base):
    """Three files that came in and four that went out, two at the same instant."""
    base.csv("Source_id,City\na,Berlin\n")
    segment = library.create(base.workbench, "Berliners", BERLIN)
    for number in (1, 2):
        base.later(seconds=number % 2).csv(f"Source_id\nb{number}\n")
        export_records(base.workbench, Order())
        export_records(base.workbench, Order(segment=segment.id))
    return base


@pytest.fixture
def plans(lived):
    """How SQLite finds what a question asks for, by the question."""

    def found(ask):
        told = []

        def explained(connection, _, statement, parameters, *__):
            if statement.startswith("SELECT"):
                raw = connection.connection.driver_connection
                told.extend(
                    row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                )

        with lived.workbench.store.read() as connection:
            event.listen(connection, "before_cursor_execute", explained)
            ask(connection)
        return told

    return found


@pytest.mark.parametrize("kind", [imports, exports])
def test_a_page_is_a_part_of_the_whole(lived, kind):
    with lived.workbench.store.read() as connection:
        whole = kind(connection)
        pages = [kind(connection, 2, skipped) for skipped in (0, 2)]

    assert whole == [run for page in pages for run in page]
    assert whole == sorted(whole, key=lambda run: (run.at, run.id), reverse=True)


def test_the_exports_of_a_segment_are_those_whose_receipts_name_it(lived):
    segment = library.find(lived.workbench, "Berliners")
    with lived.workbench.store.read() as connection:
        every = exports(connection)
        own = exports(connection, segments={segment.id, segment.name})
        last = exports(connection, 1, 1, {segment.id})
        counted = [count_exports(connection, names) for names in (None, {segment.id}, {"x"})]
        imported = count_imports(connection)

    assert own == [run for run in every if run.parameters["segment"] == segment.id]
    assert last == own[1:]
    assert (imported, counted) == (3, [4, 2, 0])


def test_only_the_receipts_of_files_that_went_say_so(lived):
    with lived.workbench.note() as connection:
        gone, *rest = exports(connection)
        mark_erased(connection, [gone.file_name, "another.csv"], "er-1")
        marked = known_export(connection, gone.id)

        assert marked.parameters == {**gone.parameters, "erased": "er-1"}
        assert rest == [run for run in exports(connection) if run.id != gone.id]


def test_who_alone_has_imported_is_known(lived):
    with lived.workbench.store.read() as connection:
        assert imported_by(connection, "me")
        assert not imported_by(connection, "you")


def test_nobody_has_imported_into_an_empty_workspace(base):
    with base.workbench.store.read() as connection:
        assert not imported_by(connection, "me")


QUESTIONS = {
    "imports": lambda connection: imports(connection, 50),
    "exports": lambda connection: exports(connection, 50),
    "exports of a segment": lambda connection: exports(connection, 50, segments={"one"}),
    "how many of some segments": lambda connection: count_exports(connection, {"one", "another"}),
    "exports of here and elsewhere": lambda c: exports_there(c, ExportOrder(), ("er",)),
    "what was undone": undone_by,
    "what the log can be narrowed to": values_of,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_page_is_found_without_a_look_at_all_of_the_past(plans, question):
    told = plans(QUESTIONS[question])

    assert told
    assert [step for step in told if "TEMP B-TREE" in step] == []
    assert [step for step in told if step.startswith("SCAN") and "USING" not in step] == []
