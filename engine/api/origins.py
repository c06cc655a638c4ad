"""Which pages of other sites may use the client side, and what a browser has to be told of it."""

import re
from collections.abc import Callable, Mapping

from engine.workspace.access import further_sites

ORIGINS = "WORKBENCH_ALLOWED_ORIGINS"  # environment variable
LOOPBACK = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
ASKED = "content-type, x-client-application-id, x-client-token, x-voucherify-channel"
TELLS = (
    "X-Rate-Limit-Limit, X-Rate-Limit-Remaining, X-Rate-Limit-Type, X-Rate-Limit-Retry, "
    "Retry-After, X-Request-Id"
)
Allowed = Callable[[str | None], bool]


def allowed_origins(text: str) -> Allowed:
    """
    Whether a page of some origin may use the client side.

    Args:
        text: origins, separated by commas; empty: any of this machine.

    Raises:
        UsageError: one of them is no address.
    """
    known = {site.origin for site in further_sites(text)}
    if known:
        return lambda origin: origin in known
    return lambda origin: origin is not None and LOOPBACK.fullmatch(origin) is not None


def leave(origin: str) -> Mapping[str, str]:
    """The headers by which a browser hands an answer to a page of that origin."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": TELLS,
        "Vary": "Origin",
    }


def preflight(origin: str) -> Mapping[str, str]:
    """What a browser asks for before it sends anything with headers of ours."""
    return {
        **leave(origin),
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": ASKED,
        "Access-Control-Max-Age": "600",
    }
