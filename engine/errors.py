"""
What can go wrong that a user can fix. Anything else is a bug and stays a plain Python error.

    WorkbenchError            key, message, issues
    ├── FilterError           the filter JSON cannot be understood       invalid_filter
    ├── ImportFileError       the file as a whole cannot be read         invalid_file
    ├── UsageError            an argument or a setting does not fit      invalid_usage
    │   └── AmbiguousTrackingIdError  it belongs to another customer     ambiguous_tracking_id
    ├── NotFoundError         no record with this id                     not_found
    ├── ConflictError         the change contradicts what is stored      conflict
    │   ├── ClockError        the clock is before the last change        clock
    │   ├── ErasedError       the person was erased                      customer_erased
    │   ├── MovedError        the data changed since what was asked of   conflict
    │   └── TakenError        another one has the name                   duplicate_found
    ├── ForbiddenError        whoever acts may not do it                 forbidden
    ├── SignInError           the name or the password is not right      sign_in
    │   └── PauseError        too many tries, and too soon               too_many_tries
    ├── CancelledError        the analyst stopped the work               cancelled
    └── StoreError            the workspace cannot be opened or written  store
        ├── DiskError         the disk is full, read-only or forbidden   store
        └── MemoryFullError   the memory is, and nothing was changed     store
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.text.display import quoted


@dataclass(frozen=True)
class Issue:
    """One fault at one place."""

    path: str  # JSON path, column name or line; "$" is the whole
    message: str  # what was expected, what came
    suggestion: str | None = None  # the nearest right word
    line: int | None = None  # of the text that was read, where there was one; from 1
    column: int | None = None

    def __str__(self) -> str:
        place = f", line {self.line}, column {self.column}" if self.line else ""
        return f"{self._said} @ {self.path}{place}"

    @property
    def plainly(self) -> str:
        """The same for who filled in a form, whose JSON nobody sees; who wrote some has lines."""
        return self._said if self.path.startswith("$") and not self.line else str(self)

    @property
    def _said(self) -> str:
        hint = f": did you mean {quoted(self.suggestion)}?" if self.suggestion else ""
        return f"{self.message}{hint}"


class WorkbenchError(Exception):
    """Safe to show: says what was expected, what came, where, and what to do."""

    key = "error"

    def __init__(self, message: str, issues: Iterable[Issue] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.issues = tuple(issues)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {issue}" for issue in self.issues)])


class FilterError(WorkbenchError):
    """The filter JSON cannot be understood; `issues` lists every fault at its JSON path."""

    key = "invalid_filter"


class ImportFileError(WorkbenchError):
    """The file as a whole cannot be read; bad rows are rejected rows of the import instead."""

    key = "invalid_file"


class UsageError(WorkbenchError):
    """An argument, a mapping or a setting does not fit."""

    key = "invalid_usage"


class AmbiguousTrackingIdError(UsageError):
    """Two customers are named at once, one of them by a tracking id."""

    key = "ambiguous_tracking_id"


class NotFoundError(WorkbenchError):
    """No record with this id."""

    key = "not_found"


class ConflictError(WorkbenchError):
    """The change contradicts what is stored."""

    key = "conflict"


class ClockError(ConflictError):
    """The clock is before the last change: what is written now would stand before it."""

    key = "clock"


class MovedError(ConflictError):
    """The data has changed since it was looked at: what was seen no longer holds."""


class ErasedError(ConflictError):
    """It would bring a person back who was erased."""

    key = "customer_erased"


class TakenError(ConflictError):
    """Another one has the name, or the code."""

    key = "duplicate_found"


class ForbiddenError(WorkbenchError):
    """Whoever acts has not the right to do it; nothing was changed."""

    key = "forbidden"


class SignInError(WorkbenchError):
    """Nobody signs in with this name and this password."""

    key = "sign_in"


class PauseError(SignInError):
    """There were too many tries: the next one has to wait."""

    key = "too_many_tries"


class CancelledError(WorkbenchError):
    """The analyst stopped the work; nothing of it was written."""

    key = "cancelled"


class StoreError(WorkbenchError):
    """The workspace cannot be opened or written."""

    key = "store"


class MemoryFullError(StoreError):
    """The memory would be filled further than is taken; the workspace is as it was."""


class DiskError(StoreError):
    """The disk or the system refuses: full, read-only, forbidden; the workspace is as it was."""
