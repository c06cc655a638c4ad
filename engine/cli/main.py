"""The `workbench` command: a row for each part, which is loaded when it is asked for."""

import gc
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

import click

from engine.cli.commands import Commands


class Part(NamedTuple):
    """One command, or group of commands."""

    module: str
    name: str  # of the command in the module
    help: str  # its own first sentence, so that listing all loads none


PARTS: Mapping[str, Part] = {
    "import": Part("imports", "import_command", "Import files, or a query, each as one change."),
    "imports": Part("imports", "imports", "Receipts of imports."),
    "count": Part("filters", "count", "How many customers match a filter, or each of several."),
    "members": Part("filters", "members", "Who matches a filter, or each of several."),
    "describe": Part("filters", "describe", "The filter as a sentence."),
    "explain": Part("filters", "explain", "Why a customer is in or out, node by node."),
    "customers": Part("customers", "customers",
                      "One customer: shown, created, edited, merged with another."),
    "event": Part("event", "event",
                  "Record an event of a customer, who is created where there is none."),
    "erase": Part("privacy", "erase_command",
                  "Erase customers for good, from every place and version."),
    "erasures": Part("privacy", "erasures",
                     "Certificates of erasures, and letting somebody come back."),
    "suppressions": Part("privacy", "suppression_commands",
                         "Who leaves in no export of people: the list, with reasons."),
    "retention": Part("retention", "retention_commands",
                      "How long records are kept, and what goes by that."),
    "subject-access": Part("privacy", "subject_access_command",
                           "Write all that is known of a person, under every id, to one file."),
    "segments": Part("segments", "segments", "Saved segments."),
    "export": Part("exports", "export", "Write records to a file, with a receipt in the log."),
    "exports": Part("exports", "exports", "The log of exports."),
    "vouchers": Part("vouchers", "vouchers", "Vouchers and gift cards."),
    "campaigns": Part("campaigns", "campaigns", "Named sets of vouchers from one template."),
    "validate": Part("redemptions", "validate_command", "Say whether codes can be redeemed."),
    "redeem": Part("redemptions", "redeem_command", "Redeem codes, all of them or none."),
    "rollback": Part("redemptions", "rollback_command", "Take a redemption back."),
    "keys": Part("keys", "keys", "Keys of the HTTP API."),
    "people": Part("accounts", "people", "Who may sign in to the pages, and as what."),
    "webhooks": Part("webhooks", "webhooks", "Where events go out to."),
    "settings": Part("settings", "settings", "Settings of the workspace."),
    "log": Part("log", "log_command", "What was changed, by whom and why; oldest first."),
    "undo": Part("undo", "undo_number", "Take a change back, by its number in the log."),
    "serve": Part("serve", "serve", "Open the workbench in the browser, with its HTTP API."),
    "check": Part("workspace", "check", "Is the workspace whole?"),
    "backup": Part("backups", "backup",
                   "Write the whole workspace to one file, also while it is open."),
    "restore": Part("backups", "restore_command",
                    "Make a workspace from a backup, in an empty folder or a new one."),
    "clear": Part("workspace", "clear", "Empty the workspace."),
    "demo": Part("workspace", "demo", "Import a generated shop of any size."),
}  # fmt: skip


class LazyCommands(Commands):
    """Commands that are loaded one by one: all together take a second of processor time."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Their names, in the order of the table."""
        return list(PARTS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded."""
        if (part := PARTS.get(cmd_name)) is None:
            return None
        gc.disable()  # loading drops nothing: looking for garbage takes a twelfth of its time
        try:
            found: click.Command = getattr(import_module(f"engine.cli.{part.module}"), part.name)
        finally:
            gc.freeze()  # all of it stays, too: going over it later would take as long again
            gc.enable()
        return found

    def help_lines(self, _ctx: click.Context) -> list[tuple[str, str]]:
        """The list in the help, from the table alone."""
        return [(name, part.help) for name, part in PARTS.items()]


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="segment-workbench", message="%(version)s")
def main() -> None:
    """Customer segments with counts that are exact, immediate and explained."""
