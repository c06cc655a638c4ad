"""Is the log the one that was written? Its chain, walked; and compared with a hash noted before."""

from dataclasses import dataclass

from engine.errors import Issue
from engine.store.results.log_chain import walked
from engine.workspace.workbench import Workbench

SHORTEST = 12  # characters of a hash that tell it from every other


@dataclass(frozen=True)
class ChainReport:
    """What a walk along the log has found."""

    lines: int
    blanked: int  # lines of which something was blanked, as of people who were erased
    last: int  # the number of the last line; 0: there is none
    hash: str  # of the last line: noted down elsewhere, it tells whether lines were cut off
    noted: int | None  # the line whose hash was expected
    faults: list[Issue]


def chain_report(workbench: Workbench, expected: str | None = None) -> ChainReport:
    """
    Looks at every line of the log.

    Args:
        expected: a hash, or the beginning of one, that was the last one at some time.
    """
    with workbench.store.read() as connection:
        chain = walked(connection)
    faults = [Issue(f"change log, line {number}", what) for number, what in chain.faults]
    noted = None
    if expected is not None:
        noted = _line_with(chain.hashes, expected.strip().lower())
        if noted is None:
            faults.append(_cut_off(chain.last.number, expected))
    return ChainReport(
        chain.lines, chain.blanked, chain.last.number, chain.last.hash, noted, faults
    )


def _line_with(hashes: dict[str, int], expected: str) -> int | None:
    if len(expected) < SHORTEST:
        return None
    found = (number for hash_, number in hashes.items() if hash_.startswith(expected))
    return next(found, None)


def _cut_off(last: int, expected: str) -> Issue:
    said = f"expected a line with the hash {expected}, got none up to line {last}"
    return Issue("change log", f"{said}: lines behind it were cut off, or it is another log")
