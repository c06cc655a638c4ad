"""Options that take JSON, a file of it, or amounts of money."""

import json
import re
from typing import Any

import click

from engine.cli.door import read_text
from engine.text.display import quoted

AMOUNT = re.compile(r"(-?)([0-9]{1,13})(?:[.,]([0-9]{1,2}))?")


class JsonObject(click.ParamType[dict[str, Any]]):
    """An object in JSON, or the file of one; `-` is standard input."""

    name = "JSON|FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, dict):
            return value
        text = read_text(value)
        try:
            found = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            self.fail(f"expected an object in JSON, got {quoted(value)}: {error}", param, ctx)
        if not isinstance(found, dict):
            self.fail(f"expected an object in JSON, got {quoted(text.strip())}", param, ctx)
        return found


class Customer(JsonObject):
    """A customer: an id, a source id, or an object in JSON."""

    name = "ID|JSON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not value.lstrip().startswith("{"):
            return value
        return super().convert(value, param, ctx)


class Cents(click.ParamType[int]):
    """An amount: whole cents, or currency with a decimal mark."""

    name = "CENTS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, int):
            return value
        found = AMOUNT.fullmatch(value)
        if found is None:
            self.fail(f"expected cents such as 1250, or 12.50, got {quoted(value)}", param, ctx)
        sign, whole, part = found.groups()
        cents = int(whole) if part is None else int(whole + part.ljust(2, "0"))
        return -cents if sign else cents


OBJECT, CUSTOMER, CENTS = JsonObject(), Customer(), Cents()
