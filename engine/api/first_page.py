"""
The page that a browser opens first: Streamlit's own, with our stylesheet and our address in it.

Both have to be there before Streamlit draws: styles that come with the script's first run are too
late to hold the place of what is still to come, and without the address a page below `/` is first
asked for a server of its own, which the console reports as two errors.
"""

from collections.abc import Iterable
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

STREAMLIT = Path(streamlit.__file__).parent / "static" / "index.html"
HEAD = """\
<script src="/assets/address.js"></script>
    <link rel="stylesheet" href="/assets/look.css">
  """


def first_pages(names: Iterable[str]) -> list[Route]:
    """
    A route for each page.

    Args:
        names: the paths of the pages, without the slash before them; empty for the first one.
    """
    before, end, after = STREAMLIT.read_text("utf-8").partition("</head>")
    content = f"{before}{HEAD}{end}{after}"

    def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(content, headers={"cache-control": "no-cache"})

    return [Route(f"/{name}", page) for name in names]
