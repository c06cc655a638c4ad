"""Who signed in through a provider (OIDC): what Streamlit's own cookie says, to our routes too."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from engine.accounts.entrance import COOKIE, Claim


def claim() -> Claim:
    """What the browser of this session brings to say who sits there."""
    return _claim(st.context.cookies.get(COOKIE, ""), st.user.to_dict())


def claim_of(cookies: Mapping[str, str]) -> Claim:
    """The same of a request to one of our routes; Streamlit reads its cookie for scripts alone."""
    secret = get_cookie_secret()

    def part(name: str) -> bytes | None:
        value = cookies.get(name)
        return (value and decode_signed_value(secret, name, value.encode("latin-1"))) or None

    signed = get_cookie_with_chunks(part, USER_COOKIE_NAME)
    said = json.loads(signed) if signed else {}
    ours = said.get("origin") == get_origin_from_redirect_uri()
    return _claim(cookies.get(COOKIE, ""), said if ours else {})


def _claim(token: str, user: Mapping[str, Any]) -> Claim:
    """An address counts unless the provider says that nobody has looked at it."""
    if not user.get("is_logged_in") or user.get("email_verified") is False:
        return Claim(token)
    return Claim(token, str(user.get("email") or ""), str(user.get("iat") or ""))
