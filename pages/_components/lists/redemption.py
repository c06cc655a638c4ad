"""One redemption: what it was, whose, and the order it was made with."""

from collections.abc import Collection, Iterable
from typing import Any

import streamlit as st

from engine.base.kinds.row import OWNER_FIELDS
from engine.base.profiles import Profile
from engine.base.records import Records, records_of
from engine.changes.log import line_of_change
from engine.errors import NotFoundError
from engine.filters.fields import Field
from engine.lists.texts import field_values
from engine.redemptions.log import ROLLED_BACK, SUCCEEDED, rollback_of
from pages._components.redemptions.effect import effect_card
from pages._components.redemptions.roll_back import roll_back_button
from pages._components.shell.acts import notice
from pages._components.shell.card import card
from pages._components.shell.masks import seen
from pages._components.shell.session import header, version, workbench
from pages._components.shell.text import plain
from pages._components.shell.values import value_text

# Said elsewhere on the page: by its caption, its outcome, or the card of the customer.
OWNER = frozenset(field.path for field in OWNER_FIELDS)
BY_HAND = ("redemption", "rollback")  # causes of one record each; a file changes much at once
WHY = ("date", "reason", "channel")  # of a rollback
ELSEWHERE = OWNER | {"id", "result", "status", "object", "order.id"}


def one_redemption(log: Records, name: str) -> None:
    """Everything about one redemption."""
    position = log.find(name)
    details = field_values(seen(log), position)
    values = {field.path: value for field, value in details}
    outcome = values.get("outcome", "Unknown")
    actions = header(
        plain(f"{values.get('voucher.code', 'No voucher')} · {outcome.lower()}"),
        f"{plain(values['id'])} · {version(log.profile)}",
    )
    if outcome == SUCCEEDED:
        with actions:
            roll_back_button(values["id"])
    notice()
    left, right = st.columns(2, gap="medium")
    with left:
        card("Redemption", labelled(details, ELSEWHERE))
        if outcome == ROLLED_BACK:
            rollback(log, values["id"])
        voucher(log.profile, values.get("voucher.code"))
    with right:
        customer(values)
        if order := values.get("order.id"):
            order_card(log.profile, order)
        if (found := effect(log, position)) is not None:
            effect_card(*found)


def rollback(log: Records, redemption: str) -> None:
    """When and why it was taken back, with the way to the record of that; a file may have none."""
    position = rollback_of(log, redemption)
    if position is None:
        return
    told = [one for one in field_values(seen(log), position) if one[0].path in WHY]
    card("Rollback", labelled(told, ()))
    st.page_link(
        "pages/redemptions.py",
        label="Everything about this rollback",
        icon=":material/undo:",
        query_params={"redemption": log.ids[position]},
    )


def effect(log: Records, position: int) -> tuple[int, int] | None:
    """The change set that wrote the record, and its customer's row; None for one of a file."""
    change, owner = int(log.frame["change"][position]), log.owners()[position]
    if owner is None or line_of_change(workbench(), change).cause not in BY_HAND:
        return None
    return change, int(log.profile.customers["row"][owner])


def voucher(profile: Profile, code: str | None) -> None:
    """The way to the voucher, where there is one with this code."""
    if code is not None and profile.activity.place("vouchers", code) is not None:
        st.page_link(
            "pages/vouchers.py",
            label="Everything about this voucher",
            icon=":material/confirmation_number:",
            query_params={"voucher": code},
        )


def customer(values: dict[str, Any]) -> None:
    """Whose it is, with the way there."""
    named = {
        "Name": values.get("customer.name"),
        "E-mail": values.get("customer.email"),
        "Source ID": values.get("customer.source_id"),
    }
    card("Customer", [(label, text) for label, text in named.items() if text])
    if found := values.get("customer.id"):
        st.page_link(
            "pages/customers.py",
            label="Everything about this customer",
            icon=":material/person:",
            query_params={"customer": found},
        )
        st.button(
            "All redemptions of this customer",
            icon=":material/redeem:",
            type="tertiary",
            on_click=open_customers_log,
            args=(found,),
        )


def open_customers_log(customer: str) -> None:
    """Goes to what one customer has redeemed."""
    st.query_params.clear()
    st.session_state["customer"] = customer


def order_card(profile: Profile, name: str) -> None:
    """The order it was made with, as it stands now."""
    orders = records_of(profile, "orders")
    try:
        details = field_values(seen(orders), orders.find(name))
    except NotFoundError:
        card("Order", [("Order", name)])
        st.caption("This order was not imported.")
        return
    card("Order", labelled(details, OWNER))


def labelled(
    details: Iterable[tuple[Field, Any]], elsewhere: Collection[str]
) -> list[tuple[str, str]]:
    """The values of a card, but for the paths that are said elsewhere."""
    return [
        (field.label, value_text(field, value))
        for field, value in details
        if field.path not in elsewhere
    ]
