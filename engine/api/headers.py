"""
What a browser may do with our answers: load, connect to and be framed by nothing but ourselves.

The grid stands in a frame of its own and compiles the functions of its columns, so it alone may
evaluate text; Streamlit and the grid both write their styles into the page.
"""

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


def _encoded(directives: dict[str, str], frames: str) -> list[tuple[bytes, bytes]]:
    written = "; ".join(f"{name} {sources}" for name, sources in directives.items())
    rows = ALWAYS | {"content-security-policy": written, "x-frame-options": frames}
    return [(name.encode(), value.encode()) for name, value in rows.items()]


PAGE, FRAME = _encoded(POLICY, "DENY"), _encoded(FRAMED, "SAMEORIGIN")


def policy(path: str) -> list[tuple[bytes, bytes]]:
    """The headers of an answer from this path, as ASGI wants them."""
    return FRAME if path.startswith(COMPONENTS) else PAGE
