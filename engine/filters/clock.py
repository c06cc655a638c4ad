"""The instant and the time zone of an evaluation, and where the calendar's days begin.

A day of the project zone begins at its first midnight. Where clocks go back over midnight
(St. John's until 2011) the repeated minutes belong to the day whose interval they fall into.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# Between them no operator leaves the calendar: 36,500 days and a year for what stands beside them.
EARLIEST = datetime(200, 1, 1, tzinfo=UTC)
LATEST = datetime(9800, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Clock:
    """`now` is any aware instant; `zone` is the project's."""

    now: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError(f"a clock needs an aware instant, got {self.now.isoformat()}")

    @cached_property
    def instant(self) -> datetime:
        """`now` in UTC; spans of N×24 h are counted from here."""
        return self.now.astimezone(UTC)

    @cached_property
    def today(self) -> date:
        """The calendar day of `now` in the project zone."""
        return self.now.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The UTC instant at which `day` begins in the project zone."""
        return midnight(day, self.zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which `day` begins in `zone`; the earlier one of a repeated hour."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
