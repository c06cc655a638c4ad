"""The kinds of damage: one row each, with how it is found, how it is repaired, and what to do."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from polars.exceptions import PolarsError

from engine.errors import DiskError, Issue, WorkbenchError
from engine.integrity import damages, remedies
from engine.integrity.inspection import Inspection
from engine.integrity.remedies import Remedy, Tidy
from engine.store.recount import state
from engine.workspace.workbench import Workbench

LOOKS = 3  # at a workspace that others write to, before they wait
REPAIR = "`workbench check --repair` makes it anew"
RESTORE = (
    "restore a backup (`workbench restore`), or look at it and go on with what is there: "
    "`workbench check --repair --accept`"
)
BACKUP = "restore a backup (`workbench restore`)"


@dataclass(frozen=True, eq=False)
class CheckRow:
    """One kind of damage."""

    key: str
    label: str  # what is looked at
    find: Callable[[Inspection], Iterable[Issue]]
    advice: str  # what to do about it
    deep: bool = True  # whether all that is stored has to be read for it
    remedy: Remedy | None = None  # what makes it right again
    tidy: Tidy | None = None  # as `remedy`, for what is not in the database
    accept: Remedy | None = None  # what takes it for right as it is
    harmless: bool = False  # it takes nothing away, and is told beside


CHECKS: Mapping[str, CheckRow] = {
    row.key: row
    for row in (
        CheckRow("database", "The file of the database", damages.database, BACKUP, deep=False),
        CheckRow("records", "The files of records, and the records in them", damages.records,
                 BACKUP, deep=False),
        CheckRow("lines", "How many are in each segment, and as of when", damages.lines, REPAIR,
                 deep=False, remedy=remedies.members),
        CheckRow("rows", "The rows of each table of the database", damages.rows, RESTORE,
                 accept=remedies.rows),
        CheckRow("log", "The chain of the change log", damages.log, RESTORE, accept=remedies.log),
        CheckRow("members", "The members of segments with a filter", damages.members, REPAIR,
                 remedy=remedies.members),
        CheckRow("history", "Entries and exits", damages.history, RESTORE,
                 accept=remedies.history),
        CheckRow("index", "Entries and exits by customer", damages.index, REPAIR,
                 remedy=remedies.index),
        CheckRow("sums", "Check sums of the files of records", damages.sums, REPAIR,
                 tidy=remedies.sums),
        CheckRow("memory", "Summaries and counters in memory", damages.memory, REPAIR,
                 tidy=remedies.memory),
        CheckRow("exports", "The files of exports", damages.files,
                 "`workbench check --repair` moves it to `set-aside`; export it again",
                 tidy=remedies.exports),
        CheckRow("absent", "Files of exports that are gone", damages.absent,
                 "export it again where it is needed", harmless=True),
        CheckRow("strays", "Files that belong to nothing", damages.strays,
                 "`workbench check --repair` removes it", tidy=remedies.strays, harmless=True),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Damage:
    """One damage at one place."""

    check: CheckRow
    path: str
    message: str

    @property
    def text(self) -> str:
        """What it is, and what to do."""
        return f"{self.message}: {self.check.advice}"

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def examined(workbench: Workbench, *, deep: bool = True) -> list[Damage]:
    """
    Every damage of a workspace, those that are harmless too.

    Others may write meanwhile: what they change while it is compared is compared again, at last
    while they wait.

    Raises:
        DiskError: the disk refuses.
    """
    for _ in range(LOOKS):
        before = state(workbench.store)
        found = _found(workbench, deep=deep)
        if not found or state(workbench.store) == before:
            return found
    with workbench.store.pause_writers():
        return _found(workbench, deep=deep)


def _found(workbench: Workbench, *, deep: bool) -> list[Damage]:
    inspection = Inspection(workbench)
    found = [
        Damage(row, issue.path, " ".join(issue.message.split()))
        for row in CHECKS.values()
        if deep or not row.deep
        for issue in _looked_for(row, inspection)
    ]
    return list({(one.path, one.message): one for one in reversed(found)}.values())[::-1]


def _looked_for(row: CheckRow, inspection: Inspection) -> Iterator[Issue]:
    """What a row finds; that it cannot look is told too, and hides no other."""
    try:
        yield from row.find(inspection)
    except DiskError:
        raise
    except WorkbenchError as error:
        yield Issue(row.label, f"cannot be looked at: {error.message}")
    except (TypeError, LookupError, AttributeError, ValueError, PolarsError) as error:
        # Where the database holds what nobody has written, nothing above expects it.
        yield Issue(row.label, f"cannot be looked at: {type(error).__name__}: {error}")
