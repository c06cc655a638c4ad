"""What many threads ask for at the same time, found for all of them in one go."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

Common = TypeVar("Common")
Asked = TypeVar("Asked")
Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class Question(Generic[Common, Asked, Found]):
    """What one thread asks for, until it has it."""

    common: Common
    asked: Asked
    found: "Future[Found]" = field(default_factory=Future)
    turn: Event = field(default_factory=Event)  # set when it is found, or has to be by who waits


class Gathered(Generic[Common, Asked, Found]):
    """
    Finds things one by one, or in one go where it is asked for several at once.

    Whoever comes first finds what they ask for. Who comes meanwhile waits, and the first of them
    finds it for all that wait.

    Args:
        find: what is asked for, in that order; all fail when it raises.
    """

    def __init__(self, find: Callable[[Common, Sequence[Asked]], Sequence[Found]]) -> None:
        self._find = find
        self._waiting: list[Question[Common, Asked, Found]] = []
        self._led = False  # whether somebody finds something
        self._guard = Lock()  # of both

    def of(self, common: Common, asked: Asked) -> Found:
        """
        What is asked for.

        Args:
            common: only those who have the very same are answered together.
        """
        question = Question[Common, Asked, Found](common, asked)
        with self._guard:
            self._waiting.append(question)
            leads, self._led = not self._led, True
        if not leads:
            question.turn.wait()
        if not question.found.done():
            self._lead(question)
        return question.found.result()

    def _lead(self, first: Question[Common, Asked, Found]) -> None:
        """Answers all that go with one, and hands over to the first of the others."""
        with self._guard:
            alike = [each for each in self._waiting if each.common is first.common]
            self._waiting = [each for each in self._waiting if each.common is not first.common]
        try:
            found = self._find(first.common, [each.asked for each in alike])
            answered = [*zip(alike, found, strict=True)]
        except BaseException as error:  # noqa: BLE001 - each caller raises it
            for one in alike:
                one.found.set_exception(error)
        else:
            for one, each in answered:
                one.found.set_result(each)
        finally:
            for one in alike:
                one.turn.set()
            with self._guard:
                self._led = bool(self._waiting)
                if self._led:
                    self._waiting[0].turn.set()
