"""What happened to a customer, as the service tells it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import polars as pl

from engine.api.resources.customers import customer, simple
from engine.api.resources.instants import instant, instants_in
from engine.base.kinds.redemptions import ROLLBACKS
from engine.base.profiles import Profile, places
from engine.base.records import records_of
from engine.customers.timeline import Moment, ValidationLine
from engine.lists.objects import to_objects
from engine.segments.library import saved
from engine.workspace.workbench import Workbench

TYPES: Mapping[str, str] = {
    "created": "customer.created",
    "updated": "customer.updated",
    "merged": "customer.merged",
    "entered": "customer.segment.entered",
    "left": "customer.segment.left",
    "event": "customer.custom_event",
}
EFFECTS = ("entered", "left", "updated", "merged")  # what followed from something else
Said = tuple[Any, ...]
IdentifiedMoment = tuple[str, Moment]
TABLES = {"order": "orders", "redemption": "redemptions", "event": "events"}


def type_of(moment: Moment) -> str:
    """What the service calls it."""
    if moment.kind == "order":
        status = str(moment.values["status"] or "created").lower()
        return f"customer.order.{status}"
    if moment.kind == "redemption":
        rollback = "rollback." if moment.values["object"] == ROLLBACKS else ""
        outcome = "succeeded" if moment.values["result"] == "SUCCESS" else "failed"
        return f"customer.redemption.{rollback}{outcome}"
    if moment.kind == "validation":
        return f"customer.validation.{'succeeded' if moment.values['valid'] else 'failed'}"
    return TYPES.get(moment.kind, f"customer.{moment.kind}")


def category_of(moment: Moment) -> str:
    """Whether the customer did it, or it came of something else."""
    return "EFFECT" if moment.kind in EFFECTS else "ACTION"


def with_ids(moments: Iterable[Moment]) -> list[IdentifiedMoment]:
    """
    Each with its id, the same each time.

    Two that say the same of one instant are told apart by which came first; so the ids of those
    that are known stay, whatever happens later.

    Args:
        moments: all of a customer, the first one first.
    """
    before: Counter[Said] = Counter()
    return [(_name(_said(each), before), each) for each in moments]


def _said(moment: Moment) -> Said:
    return (moment.at, moment.kind, moment.what, moment.record, moment.segment)


def _name(said: Said, before: Counter[Said]) -> str:
    before[said] += 1
    whole = said if before[said] == 1 else (*said, before[said])
    return f"act_{blake2b(repr(whole).encode(), digest_size=12).hexdigest()}"


def items(
    workbench: Workbench, profile: Profile, position: int, some: Iterable[IdentifiedMoment]
) -> list[dict[str, Any]]:
    """Some of the things that happened to one customer, with all that is known of each."""
    whose = simple(customer(profile, position))
    names = {one.id: one.name for one in saved(workbench)}
    return [
        {
            "id": name,
            "type": type_of(each),
            "data": {"customer": whose, **_data(profile, names, each)},
            "created_at": each.at and instant(each.at),
            "group_id": None,
        }
        for name, each in some
    ]


def _data(profile: Profile, names: Mapping[str, str], moment: Moment) -> dict[str, Any]:
    if moment.segment:
        link = {"id": moment.segment, "name": names.get(moment.segment), "object": "segment"}
        return {"segment": link}
    if moment.kind == "validation":
        return {"validation": _validation(moment)}
    if moment.kind not in TABLES:
        return {"changes": list(moment.details), "because": moment.because}
    found = _record(profile, TABLES[moment.kind], moment)
    if moment.kind == "event":
        return {"event": {"type": found.pop("event", None)}, **found}
    return {moment.kind: found}


def _validation(moment: Moment) -> dict[str, Any]:
    """Each code that was asked for, and what it came to."""
    lines: list[ValidationLine] = moment.values["codes"]
    return {
        "id": moment.record,
        "object": "validation",
        "valid": moment.values["valid"],
        "date": moment.at and instant(moment.at),
        "amount": lines[0].amount,
        "tracking_id": lines[0].token,
        "redeemables": list(map(_redeemable, lines)),
    }


def _redeemable(line: ValidationLine) -> dict[str, Any]:
    said = {"object": "voucher", "id": line.code}
    if line.failure_code is None:
        result = {"discount_amount": line.discount_amount}
        return {"status": "APPLICABLE", **said, "result": result}
    error = {"key": line.failure_code, "message": line.failure_message}
    return {"status": "INAPPLICABLE", **said, "result": {"error": error}}


def _record(profile: Profile, table: str, moment: Moment) -> dict[str, Any]:
    records = records_of(profile, table)
    at = places(records.frame, pl.Series([moment.values["row"]]))
    own = [each for each in records.catalogue.fields() if each.table == table or each.named]
    [found] = to_objects(records, own, at)
    return dict(instants_in(found))
