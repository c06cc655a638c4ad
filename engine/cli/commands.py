"""Groups of commands: what every one of them takes, and how it lists what it holds."""

from typing import Any, NamedTuple

import click
from click.exceptions import NoSuchCommand


class CommonOption(NamedTuple):
    """An option that every command takes, behind its name or before it."""

    name: str
    metavar: str | None  # None: a flag
    help: str


COMMON = (
    CommonOption("workspace", "DIRECTORY", "Folder of the workspace (or WORKBENCH_WORKSPACE)."),
    CommonOption("now", "ISO", "The instant, instead of the machine's clock."),
    CommonOption("actor", "NAME", "Who acts; the system's user by default."),
    CommonOption("json", None, "Print JSON."),
)
GIVEN = f"{__name__}.given"  # what of click's context holds the words behind a group's name


class Commands(click.Group):
    """
    A group that hands on what is given before the name of a command.

    `workbench --json count …` is `workbench count --json …`: the command reads the words first,
    so that what stands behind its name counts when both say something.
    """

    def __init__(self, name: str | None = None, *args: Any, **attributes: Any) -> None:
        super().__init__(name, *args, **attributes)
        own = {param.opts[0] for param in self.params}
        self.params += [_untyped(row) for row in COMMON if f"--{row.name}" not in own]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, and keeps the words for `resolve_command`."""
        ctx.meta[GIVEN] = [*args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """
        The command that the words name, with the words for it.

        Raises:
            NoSuchCommand: there is none of that name.
        """
        given = ctx.meta[GIVEN]
        before = given[: len(given) - len(args)]
        try:
            name, command, rest = super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise self._with_names(ctx, error) from None
        return name, command, [*before, *rest]

    def _with_names(self, ctx: click.Context, error: NoSuchCommand) -> NoSuchCommand:
        """The same with what there is: names like it, else all."""
        names = self.list_commands(ctx)
        like = NoSuchCommand(error.command_name, None, names, ctx)
        every = f"{error.message[:-1]}: there are {', '.join(names)}."
        return like if like.possibilities else NoSuchCommand(error.command_name, every, (), ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help: the whole first sentence of each, which click would cut."""
        with formatter.section("Commands"):
            formatter.write_dl(self.help_lines(ctx))

    def help_lines(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Each command's name, with the first sentence of its help."""
        loaded = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return [(name, row.get_short_help_str(1_000)) for name, row in loaded.items() if row]


def _untyped(row: CommonOption) -> click.Option:
    """The option as a group takes it: the command reads what it says."""
    return click.Option(
        [f"--{row.name}"],
        metavar=row.metavar,
        is_flag=row.metavar is None,
        help=row.help,
        expose_value=False,
    )
