"""Who acts on a workspace, through which door, and what they may; the doors say so."""

from dataclasses import dataclass
from getpass import getuser

from engine.rights import ALL, Rights

PAGE, COMMAND_LINE, HTTP = "page", "command line", "HTTP"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts; what they change is in the log under both."""

    name: str  # of a person, or of what acts by itself
    door: str
    rights: Rights = ALL  # whoever has the files may do everything to them
    masked: bool = False  # whether what names a person is hidden until it is asked for

    @property
    def signature(self) -> str:
        """Who, and through which door: what they have begun is theirs by it."""
        return f"{self.name} ({self.door})"


COURIER = Actor("courier", "courier")  # notes what was delivered; that is no line of the log
CLOCK = Actor("clock", "clock")  # whoever enters or leaves a segment as time goes by


def local_person() -> str:
    """The name of the system's user, for a door without a sign-in."""
    try:
        return getuser()
    except (OSError, KeyError):  # a container may run as a number that has no name
        return "local"
