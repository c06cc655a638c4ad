"""The page that a browser opens first, before anything of ours has run in it."""

import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine.api.app import ASSETS
from engine.api.first_page import HEAD, first_pages

STREAMLIT = Path(streamlit.__file__).parent


@pytest.fixture
def client():
    return TestClient(Starlette(routes=first_pages(STREAMLIT, ["", "segments"])))


@pytest.mark.parametrize("path", ["/", "/segments"])
def test_a_page_is_streamlits_with_our_head_in_it(client, path):
    answer = client.get(path)

    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.text.replace(HEAD, "") == (STREAMLIT / "static" / "index.html").read_text("utf-8")
    assert HEAD in answer.text.partition("</head>")[0]


def test_other_paths_are_left_to_streamlit(client):
    assert client.get("/elsewhere").status_code == 404


def test_what_the_head_names_is_there():
    names = re.findall(r'"/assets/(.+?)"', HEAD)

    assert len(set(names)) == len(names) > 0
    assert all((ASSETS / name).is_file() for name in names)
