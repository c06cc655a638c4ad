"""
The page that a browser opens first: Streamlit's own, with our stylesheet and our address in it.

Both have to be there before Streamlit draws: styles that come with the script's first run are too
late to hold the place of what is still to come, and without the address a page below `/` is first
asked for a server of its own, which the console reports as two errors.
"""

from collections.abc import Iterable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

HEAD = """\
<script src="/assets/address.js"></script>
    <script src="/assets/pictures.js"></script>
    <script src="/assets/dates.js"></script>
    <link rel="stylesheet" href="/assets/look.css">
  """


def first_pages(streamlit: Path, names: Iterable[str]) -> list[Route]:
    """
    A route for each page.

    Args:
        streamlit: the folder of the package.
        names: the paths of the pages, without the slash before them; empty for the first one.
    """
    index = streamlit / "static" / "index.html"
    before, end, after = index.read_text("utf-8").partition("</head>")
    content = f"{before}{HEAD}{end}{after}"

    def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(content, headers={"cache-control": "no-cache"})

    return [Route(f"/{name}", page) for name in names]
