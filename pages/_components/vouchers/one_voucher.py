"""One voucher: what it gives, what was made of it, and what can be done with it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from engine.base.records import records_of
from engine.errors import WorkbenchError
from engine.filters.fields import Field
from engine.lists.listings import LISTINGS
from engine.lists.texts import field_values
from engine.lists.voucher_uses import TABLE, voucher_records
from engine.redemptions.vouchers import VoucherView, add_balance, enable_voucher, find_voucher
from engine.rights import BUILD
from engine.segments import library
from engine.text.display import visible
from pages._components.shell.acts import done, notice
from pages._components.shell.card import card
from pages._components.shell.figure import figure
from pages._components.shell.form_faults import FormFaults, keep_fault, sent
from pages._components.shell.masks import mask
from pages._components.shell.place import leads_to
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, header, money, version, workbench
from pages._components.shell.text import plain
from pages._components.shell.values import value_text
from pages._components.vouchers.changes import change_of
from pages._components.vouchers.voucher_forms import edited_voucher

LISTING = LISTINGS["vouchers"]
# Said elsewhere on the page: by its title, its own cards, or in words.
ELSEWHERE = frozenset({"code", "holder", "segments", "campaign", "value", "type"})
TERMS = "discount."


def one_voucher(code: str) -> None:
    """Everything about one voucher."""
    view = find_voucher(workbench(), code)
    records = voucher_records(workbench().profile(), workbench().project.money)
    position = records.find(code)
    values = {field.path: value for field, value in field_values(records, position)}
    gives, state = values.get("gives"), "" if view.terms.active else " · disabled"
    actions = header(
        plain(f"{code} · {gives or 'gives nothing that is known'}{state}"),
        version(records.profile),
    )
    notice()
    if st.query_params.get("do") == "edit":
        edited_voucher(view)
        return
    with actions:
        _actions(view)
    _figures(view, values)
    left, right = st.columns(2, gap="medium")
    with left:
        terms_card(gives, field_values(records, position))
    with right:
        _whom(view)


@takes(BUILD, silent=True)
def _actions(view: VoucherView) -> None:
    code, active = view.terms.name, view.terms.active
    FormFaults(f"enable-{code}").rest()
    st.button(
        "Disable" if active else "Enable",
        icon=":material/block:" if active else ":material/check:",
        on_click=_enable,
        args=(code, not active),
    )
    if view.balance is not None:
        _balance(code)
    st.button(
        "Edit",
        icon=":material/edit:",
        on_click=st.query_params.update,
        args=({"do": "edit"},),
    )


def _enable(code: str, active: bool) -> None:  # noqa: FBT001
    try:
        enable_voucher(acting(), code, active=active)
    except WorkbenchError as error:
        keep_fault(f"enable-{code}", error)
    else:
        told = "Enabled." if active else "Disabled: it cannot be redeemed."
        done(told, change_of("vouchers", code))


@takes(BUILD, silent=True)
def _balance(code: str) -> None:
    with st.popover("Add balance", icon=":material/add_card:"):
        faults = FormFaults(f"balance-{code}")
        typed = st.number_input(
            f"Amount ({workbench().project.currency})",
            value=None,
            step=0.01,
            format="%.2f",
            key=f"balance-{code}",
            help="Below zero takes some off.",
        )
        faults.rest()
        if st.button("Add", type="primary") and typed:
            sent(f"balance-{code}", partial(_add, code, typed))


def _add(code: str, amount: float) -> None:
    view = add_balance(acting(), code, round(amount * 100))
    done(f"Now {money(view.balance or 0)} are left on it.", change_of("vouchers", code))


def _figures(view: VoucherView, values: Mapping[str, Any]) -> None:
    """What was made of it."""
    limit = view.terms.limit
    with st.container(horizontal=True, key="voucher-figures"):
        figure("Redeemed", f"{view.redeemed:,}", f"of {limit:,}" if limit else "no limit")
        if view.balance is not None:
            figure("Balance", money(view.balance), f"of {money(view.terms.gift or 0)}")
        effects(values, "Orders that it was redeemed with")
    if view.redeemed or _tried(view.terms.name):
        st.page_link(
            "pages/redemptions.py",
            label="All redemptions of this voucher",
            icon=":material/redeem:",
            query_params={"voucher": view.terms.name},
        )


def effects(values: Mapping[str, Any], orders: str) -> None:
    """Orders, discount and revenue, as far as records say."""
    if values.get("orders") is not None:
        figure("Orders", f"{values['orders']:,}", help=orders)
    if values.get("discount_given") is not None:
        figure("Discount given", money(values["discount_given"]))
    if values.get("revenue") is not None:
        figure("Revenue", money(values["revenue"]), help="What was paid for these orders")


def terms_card(gives: str | None, details: list[tuple[Field, Any]]) -> None:
    """What it gives in words, then its limits and dates."""
    others = [
        (field.label, value_text(field, value))
        for field, value in details
        if field.path not in ELSEWHERE and field.table != TABLE and not field.path.startswith(TERMS)
    ]
    card("Terms", [("Gives", gives or "nothing that is known"), *others])


def _tried(code: str) -> bool:
    log = records_of(workbench().profile(), "redemptions")
    return bool((log.frame["voucher_code"] == code).any())


def _whom(view: VoucherView) -> None:
    """Who may redeem it, and what it belongs to."""
    names = {one.id: one.name for one in library.saved(workbench())}
    whom = ", ".join(visible(names.get(one, one)) for one in view.terms.segments)
    rows = [("For", f"Members of {whom}" if whom else "Everybody")]
    customers = workbench().profile().customers
    holder = customers.filter(pl.col("id").eq_missing(pl.lit(view.terms.holder)))
    if view.terms.holder is not None:
        texts = ["id"] if mask(view.terms.holder).on else ["name", "email", "source_id", "id"]
        known = holder.select(pl.coalesce(texts)).to_series()
        rows = [("For", f"{known[0] if len(known) else view.terms.holder} alone")]
    card("Who may redeem it", rows)
    if holder.height:
        st.page_link(
            "pages/customers.py",
            label="Everything about this customer",
            icon=":material/person:",
            query_params={"customer": str(view.terms.holder)},
        )
    if view.terms.campaign:
        _campaign(view.terms.campaign)


def _campaign(name: str) -> None:
    """The campaign, with the way there; one that only a file names has no terms to see."""
    card("Campaign", [("Name", name)])
    if workbench().profile().activity.place("campaigns", name, "name") is not None:
        st.button(
            "Open the campaign",
            icon=":material/campaign:",
            type="tertiary",
            **leads_to(campaign=name),
        )
