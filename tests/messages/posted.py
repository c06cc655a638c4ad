"""A webhook with one message on its way and one that is dead, for workspaces of everything."""

from pyroaring import BitMap
from sqlalchemy import insert

from engine.messages import targets
from engine.store.results.tables import dead_message, delivery, outbox


def post(base, segment, answer):
    """Writes both, about the first record; what the receiver answered is given."""
    webhook = targets.create(
        base.workbench, "crm", "https://crm.example/hook", ["customer.segment.entered"]
    )
    stroke = {
        "id": 1, "key": "k", "at": base.now, "event": "customer.segment.entered",
        "cause": "import", "segment_id": "seg_1", "segment_name": segment,
        "subjects": BitMap([0]).serialize(),
    }  # fmt: skip
    place = {"target_id": webhook.id, "outbox_id": 1}
    counts = {"total": 1, "done": 0, "died": 1, "attempts": 1}
    with base.workbench.note() as connection:
        connection.execute(insert(outbox).values(stroke))
        connection.execute(insert(delivery).values(place | counts | {"answer": answer}))
        dead = place | {"subject": 0, "at": base.now, "answer": answer}
        connection.execute(insert(dead_message).values(dead))
