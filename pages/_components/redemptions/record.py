"""A redemption recorded by hand: who, codes and order; validated first, then redeemed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import polars as pl
import streamlit as st

from engine.base.profiles import Profile
from engine.errors import Issue, UsageError, WorkbenchError
from engine.limits import AMOUNT as AMOUNT_LIMIT
from engine.redemptions.answers import RedemptionAnswer
from engine.redemptions.attempt import MOST, Attempt, attempt
from engine.redemptions.discounts import Basket
from engine.redemptions.redeem import redeem
from engine.redemptions.validation import Validation, validate
from engine.redemptions.verdicts import CodeVerdict
from engine.rights import BUILD
from engine.text.display import quoted, visible, visible_frame
from pages._components.lists.customer_choice import customer_choice
from pages._components.shell.acts import done
from pages._components.shell.figure import figure
from pages._components.shell.form_faults import FormFaults, sent
from pages._components.shell.input_rows import amount, input_rows, number, text
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, fault, header, money, workbench
from pages._components.shell.text import bold, message
from pages._components.vouchers.changes import change_of

FORM, CHECKED = "redeem", "redeem-checked"
WHO = "redeem-customer"  # the key of the search for one
OFFERED = 300  # codes; any other can be typed
AMOUNT, ITEMS, NONE = "An amount", "Items", "No order"
PRODUCT, QUANTITY, PRICE = "Product", "Quantity", "Price of one"


@dataclass(frozen=True)
class CheckedForm:
    """What was validated, and the key under which it is redeemed once."""

    digest: str
    key: str


def record_redemption(profile: Profile) -> None:
    """The form, what the codes come to once it is validated, and then the redemption."""
    header("Record a redemption", "Validate first: nothing is recorded before you redeem.")
    faults = FormFaults(FORM)
    with st.container(border=True):
        customer = customer_choice(WHO, "Customer")
        faults.at("customer")
        codes = st.multiselect(
            "Codes",
            _codes(profile),
            format_func=visible,
            key="redeem-codes",
            accept_new_options=True,
            max_selections=MOST,
            placeholder="Choose codes, or type one and press Enter",
        )
        faults.at("codes", said=None if codes else "Choose at least one code.")
        order = _order(faults)
    _validated(faults, partial(_attempt, codes, customer, order))


def _attempt(codes: list[str], customer: str | None, order: dict[str, Any] | None) -> Attempt:
    if customer is None and st.session_state.get(WHO, "").strip():
        reason = "choose one of the matches, or empty the search to redeem without a customer"
        raise UsageError("no customer is chosen", [Issue("customer", reason)])
    return attempt(codes, customer={"id": customer} if customer else None, order=order)


def _codes(profile: Profile) -> list[str]:
    """Codes to choose from, those that can be redeemed first."""
    vouchers = profile.activity.records("vouchers")
    active = vouchers.filter(pl.col("active").ne_missing(pl.lit(value=False)))
    return active["id"].head(OFFERED).to_list()


def _order(faults: FormFaults) -> dict[str, Any] | None:
    how = st.segmented_control(
        "Order", [AMOUNT, ITEMS, NONE], default=AMOUNT, required=True, key="redeem-order"
    )
    if how == NONE:
        return None
    currency, amounts = workbench().project.currency, f"from 0 to {money(AMOUNT_LIMIT.most)}"
    order: dict[str, Any] = {}
    if how == AMOUNT:
        left, right = st.columns(2, gap="medium")
        with left:
            order["amount"] = amount(f"Order amount ({currency})", "redeem-amount", shown=True)
            faults.at("order.amount", said=f"Enter an amount {amounts}.")
    else:
        columns = {PRODUCT: text, QUANTITY: number, f"{PRICE} ({currency})": amount}
        rows = input_rows("redeem-items", columns)
        order["items"] = [
            {"product_id": product, "quantity": quantity, "price": price}
            for product, quantity, price in (row.values() for row in rows)
        ]
        faults.at("order.items", said=f"Enter quantities of 0 or more, and prices {amounts}.")
        left, right = st.columns(2, gap="medium")
    with right if how == AMOUNT else left:
        order["source_id"] = text("Order number (optional)", "redeem-number", shown=True)
    return {name: value for name, value in order.items() if value} or None


def _validated(faults: FormFaults, asked: Callable[[], Attempt]) -> None:
    """The two steps; what is changed has to be validated again."""
    known: CheckedForm | None = st.session_state.get(CHECKED)
    now = None
    with suppress(WorkbenchError):  # told once it is sent
        now = asked()
    found = _answer(now) if known and now and known.digest == now.digest else None
    with st.container(horizontal=True):
        ready = found is not None and found.valid
        if st.button(
            "Validate",
            type="secondary" if ready else "primary",
            icon=":material/fact_check:",
        ):
            sent(FORM, lambda: _check(asked()))
        if ready and known and now:
            _redeem_button(now, known.key)
        st.button("Cancel", type="tertiary", on_click=st.query_params.clear)
    faults.rest()
    if found:
        _outcome(found)


@takes(BUILD)
def _redeem_button(asked: Attempt, key: str) -> None:
    if st.button("Redeem", type="primary", icon=":material/redeem:"):
        sent(FORM, partial(_redeem, asked, key))


def _check(asked: Attempt) -> None:
    st.session_state[CHECKED] = CheckedForm(asked.digest, uuid4().hex)


def _answer(asked: Attempt) -> Validation | None:
    try:
        return validate(acting(), asked)
    except WorkbenchError as error:
        fault(error)
        return None


def _outcome(found: Validation) -> None:
    """Each code, and the order behind those that apply."""
    with st.container(border=True):
        st.markdown("**What the codes come to**")
        for verdict in found.verdicts.codes:
            st.markdown(_verdict(verdict))
        if found.basket is not None:
            _basket(found.basket)
    if not found.valid:
        st.caption("All codes have to apply: take the others out, or change the order.")


def _verdict(verdict: CodeVerdict) -> str:
    code = bold(verdict.case.code)
    if verdict.failure is not None:
        reason = message(verdict.failure.message)
        return f":red[:material/error:] {code} · {reason[:1].upper()}{reason[1:]}"
    taken = f" · takes off {message(money(verdict.taken))}" if verdict.taken else ""
    return f":green[:material/check_circle:] {code} · applies{taken}"


def _basket(basket: Basket) -> None:
    with st.container(horizontal=True):
        figure("Order", money(basket.amount))
        figure("Discount", money(basket.total_discount))
        figure("To pay", money(basket.total))
    if basket.items:
        lines = [
            {
                "Item": item.product_id or item.sku_id or "",
                "Quantity": f"{item.quantity.normalize():f}",
                "Amount": money(item.amount),
                "Discount": money(item.discount),
                "After discount": money(item.left),
            }
            for item in basket.items
        ]
        st.dataframe(visible_frame(pl.DataFrame(lines)), hide_index=True, lazy=False)


def _redeem(asked: Attempt, key: str) -> None:
    answer = redeem(acting(), asked, key)
    st.session_state.pop(CHECKED, None)
    first = (answer.failed or answer.entries)[0]
    st.query_params.from_dict({"redemption": first.id})
    done(_sentence(answer), change_of("redemptions", first.id))


def _sentence(answer: RedemptionAnswer) -> str:
    if not answer.succeeded:  # somebody was faster
        return f"Refused, and recorded as failed: {answer.failed[0].failure_message}."
    codes = ", ".join(quoted(str(entry.code)) for entry in answer.entries)
    paid = answer.order.get("total_amount") if answer.order else None
    return f"Redeemed {codes}." + (f" {money(paid)} were paid." if paid is not None else "")
