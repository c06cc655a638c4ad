"""What every command shares: the workspace, the clock, how answers and errors are printed."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import click

from engine.actors import COMMAND_LINE, Actor, local_person
from engine.cli.commands import COMMON
from engine.errors import FilterError, Issue, UsageError, WorkbenchError
from engine.filters.clock import EARLIEST, LATEST
from engine.filters.document import load
from engine.filters.kinds import INSTANT
from engine.filters.reading import mistaken
from engine.limits import DOCUMENT
from engine.system.disk import refusals_told
from engine.system.plain_files import bounded, plain_bytes
from engine.text.display import one_line, quoted
from engine.workspace.workbench import Access, Workbench

SURROGATE = re.compile("[\ud800-\udfff]")
WORKSPACE = Path(__file__).parents[2] / "data" / "workspace"


@dataclass(frozen=True)
class Door:
    """The options that every command takes."""

    workspace: Path
    now: datetime | None  # None: the machine's clock
    json: bool
    actor: str | None = None  # None: the system's user

    @contextmanager
    def open(self) -> Iterator[Access]:
        """The workspace in the hands of who acts, closed at the end."""
        workbench = Workbench.open(self.workspace, self.clock)
        try:
            yield workbench.acting(self.who())
        finally:
            workbench.close()

    def who(self) -> Actor:
        """Who acts: the name asked for, or the system's user."""
        return Actor(self.actor or local_person(), COMMAND_LINE)

    def clock(self) -> datetime:
        """The instant asked for, or the machine's."""
        return self.now or datetime.now(UTC)

    def tell(self, document: Any, *lines: str) -> None:
        """Prints the document as one line of JSON, or the lines for a person."""
        if self.json:
            click.echo(json.dumps(document, ensure_ascii=False, default=str))
        else:
            for line in lines:
                say(line)


def command(
    name: str, places: Mapping[str, str] = MappingProxyType({})
) -> Callable[[Callable[..., None]], click.Command]:
    """
    A command that takes the shared options and gets a `Door` first.

    Errors that a user can mend end it with 1, printed on standard error, and as JSON if asked.

    Args:
        places: options for paths of the document that the command writes from them: who gave the
            options never saw the document.
    """

    def register(function: Callable[..., None]) -> click.Command:
        @wraps(function)
        def run(
            workspace: Path,
            now: datetime | None,
            actor: str | None,
            as_json: bool,  # noqa: FBT001 - click passes it by name
            **rest: Any,
        ) -> None:
            for stream in (sys.stdout, sys.stderr):
                if isinstance(stream, TextIOWrapper):
                    stream.reconfigure(errors="backslashreplace")  # half a surrogate pair
            _check_text(rest)
            try:
                with refusals_told(workspace):
                    function(Door(workspace, now, as_json, actor), **rest)
            except WorkbenchError as error:
                if as_json:
                    click.echo(json.dumps({"error": error_object(error)}, ensure_ascii=False))
                placed = [replace(one, path=places.get(one.path, one.path)) for one in error.issues]
                for line in (f"error: {error.message}", *(f"  {one}" for one in placed)):
                    say(line, err=True)
                sys.exit(1)

        for row in reversed(COMMON):
            names = (f"--{row.name}", row.name if row.metavar else f"as_{row.name}")
            run = click.option(*names, help=row.help, **_TYPED[row.name])(run)
        return click.command(name)(run)

    return register


def error_object(error: WorkbenchError) -> dict[str, Any]:
    """The error as JSON: key, message and every fault at its path."""
    return {
        "key": error.key,
        "message": error.message,
        "issues": [_issue(row) for row in error.issues],
    }


def _issue(issue: Issue) -> dict[str, Any]:
    """Line and column stand only where a text was read."""
    found = vars(issue)
    return found if issue.line else {key: found[key] for key in ("path", "message", "suggestion")}


def _check_text(words: dict[str, Any]) -> None:
    """Bytes of the command line that are no text come as halves of surrogate pairs."""
    for name, word in words.items():
        if isinstance(word, str) and not word.isascii() and SURROGATE.search(word):
            raise click.UsageError(f"expected text in UTF-8 as {name}, got {word!r}")


def read_text(file: str) -> str:
    """
    The text of a file, of standard input for `-`, or the JSON that stands in its place.

    Raises:
        click.UsageError: the file cannot be read.
    """
    if file.lstrip().startswith(("{", "[")):
        return file
    try:
        if file == "-":
            content = bounded(sys.stdin.buffer.read(DOCUMENT.most + 1), "standard input")
        else:
            content = plain_bytes(Path(file))
        return content.decode("utf-8-sig")
    except UsageError as error:
        raise click.UsageError(str(error)) from None
    except UnicodeDecodeError as error:
        raise click.UsageError(f"expected text in UTF-8, got {quoted(file)}: {error}") from None


def read_filter(file: str) -> dict[str, Any]:
    """
    The filter that `read_text` reads.

    Raises:
        click.UsageError: the file cannot be read.
        FilterError: it is no JSON object.
    """
    return as_filter(load(read_text(file)))


def as_filter(raw: Any) -> dict[str, Any]:
    """
    A document that has the shape of a filter.

    Raises:
        FilterError: it is no JSON object.
    """
    if not isinstance(raw, dict):
        message = str(mistaken("a filter, an object of fields", raw))
        raise FilterError("the filter has 1 fault", [Issue("$", message)])
    return raw


def say(text: str, *, err: bool = False) -> None:
    """Prints a line for a person: text of others in it moves no cursor and begins no other line."""
    click.echo(one_line(text), err=err)


def warning(text: str) -> None:
    """Tells on standard error what does not stop the work."""
    say(f"warning: {text}", err=True)


def progress(label: str) -> Callable[[float], None]:
    """Tells how far the work is, in tens of per cent on standard error, a terminal in one line."""
    told = {-1}
    terminal = sys.stderr.isatty()

    def tell(share: float) -> None:
        step = int(share * 10)
        if step not in told:
            told.add(step)
            line = one_line(f"{label}: {step * 10} %")
            click.echo(f"\r{line}" if terminal else line, err=True, nl=step == 10 or not terminal)

    return tell


class _Instant(click.ParamType[datetime]):
    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            moment: datetime = INSTANT.read_json(value, ZoneInfo("UTC"))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not EARLIEST <= moment <= LATEST:
            self.fail(
                f"expected an instant in the years {EARLIEST.year} to {LATEST.year}, "
                f"got {quoted(value)}",
                param,
                ctx,
            )
        return moment


class _Name(click.ParamType[str]):
    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        name = value.strip()
        if not name or not name.isprintable():  # the log is read on terminals
            self.fail(f"expected a name on one line, got {value!r}", param, ctx)
        return name


INSTANT_OPTION = _Instant()
NUMBER = click.IntRange(1, 2**63 - 1)  # as the database holds them
AS_OF = click.option(
    "--as-of", type=INSTANT_OPTION, help="The records and the clock as they stood at that instant."
)
_TYPED: dict[str, dict[str, Any]] = {
    "workspace": {
        "type": click.Path(file_okay=False, path_type=Path),
        "envvar": "WORKBENCH_WORKSPACE",
        "default": WORKSPACE,
    },
    "now": {"type": INSTANT_OPTION},
    "actor": {"type": _Name()},
    "json": {"is_flag": True},
}
