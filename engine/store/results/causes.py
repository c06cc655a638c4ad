"""Because of what something changes: one row each, in the change log and in segments' histories."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.rights import ADMIN, BUILD, ERASE, EXPORT, IMPORT, REVEAL, VIEW


@dataclass(frozen=True)
class CauseRow:
    """One cause; tests/store/test_causes.py holds each to its writer."""

    key: str  # as it is stored
    label: str  # as the log shows it
    right: str | None  # that it takes; None: nobody asks for it, or the store alone does it
    writer: str  # the module that changes something because of it
    # Also where the clock is behind the last change, and told as done with that: who comes in, what
    # they look at and who may, and what rescues a workspace. All else would be dated back.
    whenever: bool = False


CAUSES: Mapping[str, CauseRow] = {
    row.key: row
    for row in (
        CauseRow("import", "File imported", IMPORT, "engine.imports.commit"),
        CauseRow("redemption", "Redemption recorded", BUILD, "engine.redemptions.redeem"),
        CauseRow("rollback", "Rollback recorded", BUILD, "engine.redemptions.rollback"),
        CauseRow("validation", "Codes validated", VIEW, "engine.redemptions.validation"),
        CauseRow("voucher", "Voucher changed", BUILD, "engine.redemptions.vouchers"),
        CauseRow("campaign", "Campaign changed", BUILD, "engine.redemptions.campaigns"),
        CauseRow("order", "Order saved", BUILD, "engine.customers.orders"),
        CauseRow(
            "undo", "Change undone", VIEW, "engine.changes.undo"
        ),  # and that of what it undoes
        CauseRow("schema", "Type of metadata changed", ADMIN, "engine.imports.metadata_types"),
        CauseRow("clear", "Workspace emptied", ADMIN, "engine.samples.sample_shop"),
        CauseRow("definition", "Segment defined", BUILD, "engine.segments.library"),
        CauseRow("clock", "Time passed", None, "engine.memberships.causes"),
        CauseRow("deletion", "Customer deleted", ERASE, "engine.memberships.causes"),
        CauseRow("erasure", "Customers erased", ERASE, "engine.privacy.erasure"),
        CauseRow("retention", "Records removed by age", ERASE, "engine.privacy.retention"),
        CauseRow("retention rule", "Retention changed", ADMIN, "engine.privacy.retention_rules"),
        CauseRow("suppression", "Suppression list changed", ERASE, "engine.privacy.consent"),
        CauseRow("setting", "Settings changed", ADMIN, "engine.workspace.workbench"),
        # Whoever first looks for a customer under any key lets it be made.
        CauseRow(
            "tracking", "Key of tracking ids made", None, "engine.workspace.tracking", whenever=True
        ),
        CauseRow("view", "View changed", BUILD, "engine.workspace.views"),
        CauseRow("adoption", "Records adopted", None, "engine.store.adoption"),
        CauseRow("edit", "Customer edited", BUILD, "engine.customers.editing"),
        CauseRow("merge", "Customers merged", BUILD, "engine.customers.merging"),
        CauseRow("event", "Event recorded", BUILD, "engine.customers.events"),
        CauseRow("export", "Records exported", EXPORT, "engine.exports.run"),
        CauseRow("download", "File downloaded", VIEW, "engine.workspace.downloads", whenever=True),
        CauseRow("webhook", "Webhook changed", ADMIN, "engine.messages.targets"),
        CauseRow("key", "Key of the API changed", ADMIN, "engine.accounts.keys", whenever=True),
        CauseRow("person", "Person changed", ADMIN, "engine.accounts.people", whenever=True),
        CauseRow("sign-in", "Signed in", None, "engine.accounts.page_sessions", whenever=True),
        CauseRow("sign-out", "Signed out", None, "engine.accounts.page_sessions", whenever=True),
        CauseRow("refusal", "Sign-in refused", None, "engine.accounts.sessions", whenever=True),
        CauseRow("reveal", "Names revealed", REVEAL, "engine.privacy.masks", whenever=True),
        CauseRow("backup", "Backup made", ADMIN, "engine.integrity.backups", whenever=True),
        CauseRow("restore", "Backup restored", ADMIN, "engine.integrity.restoring", whenever=True),
        CauseRow("repair", "Workspace repaired", ADMIN, "engine.integrity.repair", whenever=True),
    )
}
