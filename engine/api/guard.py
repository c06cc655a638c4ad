"""
Who may ask: pages that this server itself has sent, and programs on this machine.

The server listens on this machine only, yet any site open in the same browser could ask it. It
would be told apart by `Sec-Fetch-Site` and `Origin`; one that lets its own name point here (DNS
rebinding), by `Host`.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
OWN_SITES = frozenset(("same-origin", "none"))  # none: the address was typed or is a bookmark


def is_own(headers: Headers) -> bool:
    """Whether a request comes from our own pages; a program sends neither site nor origin."""
    host = headers.get("host", "")
    try:
        named = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    origin = headers.get("origin")
    return (
        named in LOOPBACK
        and headers.get("sec-fetch-site", "none") in OWN_SITES
        and (origin is None or urlsplit(origin).netloc == host)
    )
