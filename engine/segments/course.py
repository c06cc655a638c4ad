"""How the size of a segment went, in so few steps that they can be drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.segments.history import Size

MOST = 120  # steps that are drawn: as many as can be told apart


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> date:
    return day.replace(day=1)


# The beginning of what a day belongs to.
PERIODS: Mapping[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": _week,
    "month": _month,
}
LONGEST = "month"


@dataclass(frozen=True)
class SizeCourse:
    """A size over time: each step with all that moved in it because of one thing."""

    period: str | None  # key of PERIODS; None: each step is a stroke of its own
    steps: list[Size]  # oldest first; a period stands at its beginning, with the size at its end


def course(sizes: list[Size], zone: ZoneInfo, most: int = MOST) -> SizeCourse:
    """
    The strokes themselves where they are few, else what they came to by day, week or month.

    Args:
        sizes: oldest first.
        zone: of the days.
        most: how many moments there may be; of months there may be more.
    """
    if len({size.at for size in sizes}) <= most:
        return SizeCourse(None, sizes)
    by_period = ((period, _by(period, sizes, zone)) for period in PERIODS)
    few = (each for each in by_period if len({step.at for step in each[1]}) <= most)
    return SizeCourse(*next(few, (LONGEST, _by(LONGEST, sizes, zone))))


def _by(period: str, sizes: list[Size], zone: ZoneInfo) -> list[Size]:
    """One step for each cause in each period."""
    found, ends = dict[tuple[datetime, str], Size](), dict[datetime, int | None]()
    for size in sizes:
        begun = PERIODS[period](size.at.astimezone(zone).date())
        at = datetime.combine(begun, time(), zone)
        known = found.get((at, size.cause), Size(at, size.cause, 0, 0, None))
        entered, left = known.entered + size.entered, known.left + size.left
        found[at, size.cause] = replace(known, entered=entered, left=left)
        ends[at] = size.count
    return [replace(step, count=ends[step.at]) for step in found.values()]
