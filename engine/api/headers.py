"""
What a browser may do with our answers: load, connect to and be framed by nothing but ourselves.

The grid stands in a frame of its own and compiles the functions of its columns, so it alone may
evaluate text; Streamlit and the grid both write their styles into the page.

What of the grid is called by a sum of its content is kept for good: Streamlit does not say for how
long, so each page with a grid fetched 4.7 MB again, compressed anew for it: half a second of CPU.
"""

import re

COMPONENTS = "/component/"  # the frames inside our pages
# Of `window.prerenderReady = false`, the one script that Streamlit's page holds itself; a test
# computes it from the page that is installed.
INLINE = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
POLICY = {
    "default-src": "'self'",
    "script-src": f"'self' {INLINE}",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",  # the icons of the grid
    "connect-src": "'self'",  # websockets too
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
FRAMED = POLICY | {"script-src": "'self' 'unsafe-eval'", "frame-ancestors": "'self'"}
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
NAMED_BY_CONTENT = re.compile(COMPONENTS + r".+\.[0-9a-f]{8,}\.\w+")
FOR_GOOD = (b"cache-control", b"public, max-age=31536000, immutable")


def _encoded(directives: dict[str, str], frames: str) -> list[tuple[bytes, bytes]]:
    written = "; ".join(f"{name} {sources}" for name, sources in directives.items())
    rows = ALWAYS | {"content-security-policy": written, "x-frame-options": frames}
    return [(name.encode(), value.encode()) for name, value in rows.items()]


PAGE, FRAME = _encoded(POLICY, "DENY"), _encoded(FRAMED, "SAMEORIGIN")


def policy(path: str, status: int) -> list[tuple[bytes, bytes]]:
    """The headers of an answer from this path, as ASGI wants them."""
    if status == 200 and NAMED_BY_CONTENT.fullmatch(path):
        return [*FRAME, FOR_GOOD]
    return FRAME if path.startswith(COMPONENTS) else PAGE
