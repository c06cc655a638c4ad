"""Members on standard output: as ids, CSV or JSON Lines."""

from collections.abc import Callable, Mapping

import click
import orjson
import polars as pl

from engine.base.answers import Answer
from engine.cli.door import say
from engine.customers.detail import to_objects
from engine.exports.columns import chosen_fields, default_fields, text_frame
from engine.lists.listings import LISTINGS
from engine.text.formulas import csv_text


def names(answer: Answer) -> list[str]:
    """The source ids of the members, sorted; the id of a member without one."""
    members = answer.profile.customers[answer.positions]
    return members.select(pl.coalesce("source_id", "id")).to_series().sort().to_list()


def printed(answer: Answer, form: str) -> None:
    """Prints the members in one of `FORMATS`."""
    FORMATS[form](answer)


def _ids(answer: Answer) -> None:
    for name in names(answer):
        say(name)


def _csv(answer: Answer) -> None:
    profile = answer.profile
    listing = LISTINGS["customers"]
    fields = chosen_fields(listing.catalogue(profile), default_fields(listing, profile))
    click.echo(csv_text(text_frame(profile, fields, answer.positions)), nl=False)


def _json_lines(answer: Answer) -> None:
    for document in to_objects(answer.profile, answer.positions):
        click.echo(orjson.dumps(document))


FORMATS: Mapping[str, Callable[[Answer], None]] = {
    "ids": _ids,
    "csv": _csv,
    "jsonl": _json_lines,
}
