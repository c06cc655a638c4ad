"""Work that begins or ends while somebody looks how far it is: never told as interrupted."""

from contextlib import contextmanager
from threading import Event

import pytest

from engine.api.endpoints import uploads
from engine.exports import requests
from engine.workspace import actions
from engine.workspace.jobs import Runner
from engine.workspace.workbench import Access


@pytest.fixture
def overtaken(http, monkeypatch):
    """All work ends while a process looks what it is at."""
    labels = http.runner.labels

    def ending():
        http.done()
        return labels()

    monkeypatch.setattr(http.runner, "labels", ending)
    return http


def held(http, monkeypatch):
    """An export that is at work until `http.done`, which lets it go on."""
    gate, write = Event(), requests.export_records
    monkeypatch.setattr(requests, "export_records", lambda *a, **k: gate.wait() and write(*a, **k))
    made = http.post("/v1/exports", {"exported_object": "customer"})
    done = http.done
    monkeypatch.setattr(http, "done", lambda: (gate.set(), done()))
    return made


@pytest.mark.parametrize("path", ["/v1/exports", "/v1/exports/{id}"])
def test_an_export_that_ends_while_somebody_looks_was_not_interrupted(overtaken, path, monkeypatch):
    """What it was at and whether it is done are read one behind the other."""
    made = held(overtaken, monkeypatch)
    found = overtaken.get(path.format(id=made["id"]))

    assert ["DONE"] == [one["status"] for one in found.get("exports", [found])]


def test_work_that_ends_while_another_process_looks_was_not_interrupted(http, monkeypatch):
    gate, write = Event(), uploads.import_file
    monkeypatch.setattr(uploads, "import_file", lambda *a, **k: gate.wait() and write(*a, **k))
    begun = http.ask(
        "POST", "/v1/customers/importCSV", files={"file": ("x.csv", "Source_id\nd\n")}
    ).json()
    other = Runner(http.runner.journal)
    monkeypatch.setattr(other, "labels", lambda: (gate.set(), http.done())[:0])
    bench, key = http.base.workbench, begun["async_action_id"]

    assert "DONE" == actions.show(bench, other, key).status


@pytest.mark.parametrize("path", ["/v1/exports", "/v1/async-actions"])
def test_work_is_never_told_as_interrupted_before_it_begins(http, monkeypatch, path):
    """Between the line in the database and the thread somebody may look."""
    told, note = [], Access.note

    @contextmanager
    def looking(access, **how):
        with note(access, **how) as connection:
            yield connection
        [items] = [found for found in http.get(path).values() if isinstance(found, list)]
        told.extend(one["status"] for one in items)

    monkeypatch.setattr(Access, "note", looking)
    http.post("/v1/exports", {"exported_object": "customer"})
    http.ask("POST", "/v1/customers/importCSV", files={"file": ("x.csv", "Source_id\nd\n")})
    http.done()

    assert told
    assert {"ERROR", "FAILED"}.isdisjoint(told)
