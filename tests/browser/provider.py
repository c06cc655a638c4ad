"""A provider of OIDC that knows two people, as a program of its own; prints its port."""

import sys
import warnings

warnings.simplefilter("ignore")  # the package imports a module that Authlib would have renamed

from oidc_provider_mock import User, run_server_in_thread  # noqa: E402

PEOPLE = ("ann@example.com", "eve@example.com")

if __name__ == "__main__":
    known = [User(sub=email, claims={"email": email, "email_verified": True}) for email in PEOPLE]
    with run_server_in_thread(user_claims=known) as server:
        print(server.server_port, flush=True)  # noqa: T201 - whoever started it waits for that
        sys.stdin.read()  # until it is closed
