"""Files that programs send lie in the workspace while they are read, and are gone afterwards."""

from engine.store.folder import SCRATCH
from tests.file_writes import outside, written


def test_what_is_sent_is_written_nowhere_but_into_the_workspace_and_is_gone(http):
    with written() as found:
        for name, method, path, body in (
            ("file", "POST", "/v1/customers/importCSV",
             {"files": {"file": ("x.csv", b"Source_id,Name\nann,Ann Lee\n")}}),
            ("bulk", "POST", "/v1/customers/bulk/async",
             {"json": [{"source_id": "ben", "name": "Ben"}]}),
        ):  # fmt: skip
            assert http.ask(method, path, **body).status_code == 202, name
        http.done()

    folder = http.base.folder
    assert sorted(http.base.column("source_id")) == ["ann", "ben"]
    assert outside(found, folder) == []
    assert {path.name for path in found} >= {"customers.csv", "customers.jsonl"}
    assert [file.suffix for file in (folder / SCRATCH).iterdir()] == [".lock"]
