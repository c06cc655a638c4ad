"""Keys under which a request was done, so that it is not done again, with the answer it got."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection, String, bindparam, cast, delete, insert, select

from engine.store.results.tables import change_log, idempotency_key


@dataclass(frozen=True)
class KeptAnswer:
    """What a request came to."""

    key: str
    digest: str  # of the request
    change: int  # the change set that it made
    answer: Any  # JSON


def kept_answer(connection: Connection, key: str) -> KeptAnswer | None:
    """The answer under a key; None where there is none, or what it did was undone since."""
    found = connection.execute(select(idempotency_key).where(idempotency_key.c.key == key)).first()
    if found is None:
        return None
    answer = KeptAnswer(**found._mapping)
    line = change_log.alias("line")
    undone = (
        select(change_log.c.number)
        .join(line, change_log.c.undoes == line.c.number)
        .where(line.c.change == answer.change)
    )
    return None if connection.execute(undone).first() else answer


def keep_answer(connection: Connection, answer: KeptAnswer) -> None:
    """Writes an answer, in place of one that was undone."""
    connection.execute(delete(idempotency_key).where(idempotency_key.c.key == answer.key))
    connection.execute(insert(idempotency_key).values(**vars(answer)))


def forget_answers(connection: Connection, ids: Iterable[str]) -> None:
    """Removes the answers that tell of some records."""
    columns, wanted = idempotency_key.c, list(ids)
    texts = connection.execute(select(columns.key, cast(columns.answer, String))).all()
    answers = pl.Series([row[1] for row in texts], dtype=pl.String)
    if wanted and texts:
        telling = answers.str.contains_any(wanted).arg_true()
        keys = [{"telling": texts[at][0]} for at in telling]
        if keys:
            connection.execute(
                delete(idempotency_key).where(columns.key == bindparam("telling")), keys
            )
