"""Secure redemption: who has validated a code is who redeems it. Customers rule 9."""

from collections.abc import Iterable

from engine.base.profiles import Profile
from engine.customers.identity import Identity, find_customer
from engine.workspace.settings import Project
from engine.workspace.tracking import Tokens


def refusal(
    project: Project,
    profile: Profile,
    tokens: Tokens,
    identity: Identity,
    validated: Iterable[str],
) -> str | None:
    """
    Why somebody may not redeem a code; None where it is allowed.

    Args:
        project: with the setting; where it is off, everybody may.
        identity: of whoever redeems.
        validated: tracking ids, or tokens, by which the code was validated.
    """
    if not project.secure_redemption:
        return None
    own = identity.tracking_id or identity.source_id
    if own is None:
        return "secure redemption is on: send the tracking id of the validation"
    token, customer = tokens.of(own), find_customer(profile, tokens, identity).position
    for one in map(tokens.of, validated):
        if one == token:
            return None
        owner = find_customer(profile, tokens, Identity(tracking_id=one)).position
        if owner is not None and owner == customer:
            return None
    return "secure redemption is on: this visitor has not validated the code, another may have"
