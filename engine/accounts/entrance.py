"""How people come into the pages: signed in, or as the local person where nobody has to be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from engine.accounts.people import Account, has_anybody
from engine.accounts.sessions import Sessions, actor
from engine.actors import PAGE, Actor, local_person
from engine.errors import SignInError
from engine.workspace.workbench import Workbench

COOKIE = "workbench_session"
# Environment variable: so where other machines reach the pages, whoever is on the list.
SIGN_IN, ALWAYS = "WORKBENCH_SIGN_IN", "always"
NOBODY = "expected somebody who is signed in, got nobody: sign in"


@dataclass(frozen=True)
class Claim:
    """What a browser brings to say who sits there."""

    token: str = ""  # the cookie that signing in has left
    email: str = ""  # that a provider vouches for
    since: str = ""  # when it did

    @property
    def visit(self) -> str:
        """What tells this time at the provider from every other."""
        return f"{self.email} {self.since}"


NOTHING = Claim()


@dataclass(frozen=True)
class Entrance:
    """Who may come in, and as whom."""

    workbench: Callable[[], Workbench]
    sessions: Sessions = field(default_factory=lambda: Sessions(monotonic))
    always: bool = False  # whether everybody has to sign in, though there is nobody on the list
    provided: bool = False  # whether a provider signs people in

    @property
    def guarded(self) -> bool:
        """Whether people have to sign in."""
        return self.always or self.provided or has_anybody(self.workbench())

    def person(self, claim: Claim) -> Account | None:
        """Who is signed in; None: nobody."""
        bench = self.workbench()
        found = self.sessions.person(bench, claim.token) if claim.token else None
        if found is None and claim.email and self.provided:
            return self.sessions.provided(bench, claim.email, claim.visit)
        return found

    def sign_out(self, claim: Claim) -> None:
        """Ends whatever session a browser has."""
        self.sessions.sign_out(self.workbench(), claim.token)
        if claim.email:
            self.sessions.leave(self.workbench(), claim.visit)

    def actor(self, claim: Claim) -> Actor:
        """
        Who acts: somebody signed in; the system's user where nobody has to.

        Raises:
            SignInError: nobody is signed in.
        """
        if not self.guarded:
            return Actor(local_person(), PAGE)
        person = self.person(claim)
        if person is None:
            raise SignInError(NOBODY)
        return actor(person)
