"""Two workspaces alike but for the text of others: plain words in one, markup in the other."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from engine.exports.order import Order
from engine.exports.run import export_records
from engine.redemptions.campaigns import create_campaign
from engine.segments import library, versions
from engine.workspace.views import View, of_exports, of_grid, save_view
from tests.bases import Base

THEN = datetime(2020, 5, 4, 9, 30, tzinfo=UTC)  # the server's clock is that of the machine
MARKUP = (
    "![i](//evil.example/i.png) [l](//evil.example) <img src=x onerror=alert(1)> <b>b</b> "
    ":material/home: :material_home: :streamlit: :smile: :red[r] :blue-badge[b] $x^2$ **b** _e_ "
    "~~s~~ `c` ``d`` www.evil.example https://evil.example me@evil.example -> -- >= &lt; ::JSCODE::"
)
FILE = "![i](i.png) <b>b :smile: :streamlit: $x^2$ `c` ``d`` www.evil.example me@evil.example -> x"
Text = Callable[[str], str]


def harmless(word: str) -> str:
    """A word that stands for a text of others."""
    return word


def hostile(word: str) -> str:
    """The same with everything that a page could read."""
    return f"{word} {MARKUP}"


def workspace(folder: Path, of: Text) -> dict[str, str]:
    """Fills a new workspace; gives the ids of what the pages are opened at."""
    base = Base.new(folder, THEN)
    try:
        return _filled(base, of)
    finally:
        base.close()


def _filled(base: Base, of: Text) -> dict[str, str]:
    name = "file.jsonl" if of is harmless else f"file {FILE}.jsonl"
    customers = [
        {
            "source_id": f"{place}",
            "name": of("name"),
            "email": f"{place}@example.com",
            "address": {"city": of("city")},
            "metadata": {of("key"): of("value"), "points": place},
        }
        for place in range(3)
    ]
    wrong = {"source_id": of("wrong"), "birthdate": of("day")}
    lines = base.lines(*customers, wrong).rename(base.folder.with_name(name))
    run = base.bring(lines)
    base.later(hours=1)
    cells = [f'"{text}"' for text in (of("header"), of("cell"), of("day"))]
    again = base.csv(f"Source_id,Name,{cells[0]},Birthdate\n0,Other,{cells[1]},\n9,,,{cells[2]}\n")
    base.json(
        {
            "id": "o1",
            "customer_source_id": "0",
            "status": "PAID",
            "amount": 1000,
            "created_at": "2020-01-01T10:00:00Z",
            "metadata": {of("order key"): of("order value")},
        },
        kind="orders",
    )
    base.json(
        {
            "id": "r1",
            "customer_source_id": "0",
            "voucher_code": of("voucher"),
            "campaign": of("campaign"),
            "result": "FAILURE",
            "failure_code": of("failure"),
            "failure_message": of("message"),
            "order_id": "o1",
            "date": "2020-01-01T10:00:00Z",
        },
        kind="redemptions",
    )
    base.json(
        {
            "event": of("event"),
            "customer_source_id": "0",
            "created_at": "2020-01-01T10:00:00Z",
            "metadata": {of("event key"): of("event value")},
        },
        kind="events",
    )
    base.json({"code": of("voucher"), "campaign": of("campaign")}, kind="vouchers")
    terms = {"discount": {"type": "UNIT", "unit_off": 1, "unit_type": of("product")}}
    create_campaign(base.workbench, of("campaign"), terms, 1)
    return {"import": run.id, "again": again.id, **_kept(base, of)}


def _kept(base: Base, of: Text) -> dict[str, str]:
    """What analysts keep under names of their own."""
    bench = base.workbench
    path = next(
        field.path
        for field in bench.profile().catalogue.fields()
        if field.path.startswith("metadata.key")
    )
    condition = {path: {"conditions": {"$is": [of("value"), of("other")]}}}
    city = {"address.city": {"conditions": {"$contains": [of("city")]}}}
    points = {"metadata.points": {"conditions": {"$more_than": [0]}}}
    group = {"junction": "and", **condition, **city}
    segment = library.create(bench, of("segment"), group)
    base.later(hours=1)
    library.edit(bench, segment.id, raw={**group, **points})
    library.create(bench, of("twin"), {"junction": "or", **condition, **points})
    static = library.create_static(bench, of("static"), ["0"])
    versions.edit_members(bench, static.id, of("reason"), add=["1"])
    save_view(bench, of_grid("customers"), of("view"), View(("name", path)))
    save_view(bench, of_exports("customers"), of("preset"), View(("name", path)))
    export_records(bench, Order(segment=segment.id, fields=("name", path), search="e"))
    return {
        "segment": segment.id,
        "static": static.id,
        "customer": base.column("id")[0],
        "redemption": "r1",
        "code": of("voucher"),
        "camp": of("campaign"),
        "other": base.column("id")[1],
    }
