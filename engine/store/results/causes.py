"""Because of what something changes: one row each, in the change log and in segments' histories."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CauseRow:
    """One cause; tests/store/test_causes.py holds each to its writer."""

    key: str  # as it is stored
    label: str  # as the log shows it
    writer: str  # the module that changes something because of it


CAUSES: Mapping[str, CauseRow] = {
    row.key: row
    for row in (
        CauseRow("import", "File imported", "engine.imports.commit"),
        CauseRow("redemption", "Voucher redeemed", "engine.redemptions.redeem"),
        CauseRow("rollback", "Redemption rolled back", "engine.redemptions.rollback"),
        CauseRow("validation", "Codes validated", "engine.redemptions.validation"),
        CauseRow("voucher", "Voucher changed", "engine.redemptions.vouchers"),
        CauseRow("campaign", "Campaign changed", "engine.redemptions.campaigns"),
        CauseRow("order", "Order saved", "engine.customers.orders"),
        CauseRow("undo", "Change undone", "engine.changes.undo"),
        CauseRow("schema", "Type of metadata changed", "engine.imports.metadata_types"),
        CauseRow("clear", "Workspace emptied", "engine.samples.sample_shop"),
        CauseRow("definition", "Segment defined", "engine.segments.library"),
        CauseRow("clock", "Time passed", "engine.memberships.causes"),
        CauseRow("deletion", "Customer deleted", "engine.memberships.causes"),
        CauseRow("erasure", "Customers erased", "engine.privacy.erasure"),
        CauseRow("retention", "Records removed by age", "engine.privacy.retention"),
        CauseRow("retention rule", "Retention changed", "engine.privacy.retention_rules"),
        CauseRow("suppression", "Suppression list changed", "engine.privacy.consent"),
        CauseRow("setting", "Settings changed", "engine.workspace.workbench"),
        CauseRow("view", "View changed", "engine.workspace.views"),
        CauseRow("adoption", "Records adopted", "engine.store.adoption"),
        CauseRow("edit", "Customer edited", "engine.customers.editing"),
        CauseRow("merge", "Customers merged", "engine.customers.merging"),
        CauseRow("event", "Event recorded", "engine.customers.events"),
        CauseRow("export", "Records exported", "engine.exports.run"),
        CauseRow("download", "File downloaded", "engine.workspace.downloads"),
        CauseRow("webhook", "Webhook changed", "engine.messages.targets"),
        CauseRow("key", "Key of the API changed", "engine.accounts.keys"),
        CauseRow("backup", "Backup made", "engine.integrity.backups"),
        CauseRow("restore", "Backup restored", "engine.integrity.restoring"),
        CauseRow("repair", "Workspace repaired", "engine.integrity.repair"),
    )
}
