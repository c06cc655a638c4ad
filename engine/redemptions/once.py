"""A request under a key of the caller's is done once; whoever repeats it gets the same answer."""

from collections.abc import Callable, Iterable

from typing_extensions import TypeVar

from engine.base.profiles import Profile
from engine.errors import ConflictError
from engine.redemptions.answers import RedemptionAnswer, from_object, to_object
from engine.store.changes import ChangeSet
from engine.store.results.idempotency import KeptAnswer, keep_answer, kept_answer
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench
from engine.workspace.writes import AS_WRITTEN, Key, Read

KEYS = "idempotency"  # beside the names of record tables
Write = Callable[[ChangeSet, Profile], RedemptionAnswer]
Answer = TypeVar("Answer", default=RedemptionAnswer)


def once(
    access: Access,
    cause: str,
    write: Write,
    keys: Iterable[Key],
    key: str | None,
    digest: str,
    read: Read[RedemptionAnswer, Answer] = AS_WRITTEN,
) -> Answer:
    """
    Does a small write, unless it was done under this key before.

    Args:
        keys: of the records that it looks at (`Access.write_small`).
        digest: of the request.
        read: what is made of its answer (`Access.write_small`).

    Raises:
        ConflictError: the key was used for another request.
    """
    if key is None:
        return access.write_small(cause, write, keys, read)
    if (known := _known(access, key, digest)) is not None:
        return read(access.profile, [known])[0]

    def kept(change: ChangeSet, profile: Profile) -> RedemptionAnswer:
        found = _known(access, key, digest)  # somebody may have been faster
        if found is not None:
            return found
        answer = write(change, profile)
        kept = KeptAnswer(key, digest, change.number, to_object(answer))
        change.record(lambda connection: keep_answer(connection, kept))
        return answer

    return access.write_small(cause, kept, [*keys, (KEYS, key)], read)


def _known(workbench: Workbench, key: str, digest: str) -> RedemptionAnswer | None:
    with workbench.store.read() as connection:
        found = kept_answer(connection, key)
    if found is None:
        return None
    if found.digest != digest:
        raise ConflictError(
            f"expected a new key, got {quoted(key)}, which came with another request before: "
            "repeat that one, or take a key of its own"
        )
    return from_object(found.answer)
