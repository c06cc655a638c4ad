"""What passwords hash to (Argon2id), and whether one fits; nobody's costs as much as anybody's."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import UsageError

SHORTEST, LONGEST = 12, 1_000  # signs; length is worth more than any rule about signs
HASHER = PasswordHasher()  # what RFC 9106 recommends for little memory: 64 MiB and 50 ms


def hashed(password: str) -> str:
    """
    What is kept of a password.

    Raises:
        UsageError: it is too short, or no text that can be typed.
    """
    if not (SHORTEST <= len(password) <= LONGEST and password.isprintable()):
        raise UsageError(
            f"expected a password of {SHORTEST} to {LONGEST:,} characters on one line, "
            f"got one of {len(password):,}"
        )
    return HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept; None: there is none, and it takes as long."""
    try:
        HASHER.verify(kept or _nobodys(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return kept is not None


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody's password")
