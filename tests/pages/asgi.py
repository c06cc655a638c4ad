"""One request to the routes, without a server."""

from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine.accounts.entrance import Entrance
from engine.api.app import routes


def get(base, path):
    """The answer to a GET of a path, asked by a program on this machine."""
    application = Starlette(routes=routes(Entrance(lambda: base.workbench)))
    return TestClient(application, base_url="http://127.0.0.1:8501").get(path)
