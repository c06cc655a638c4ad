"""Vouchers created and edited, with every fault at its field."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from engine.redemptions.vouchers import VoucherView, create_voucher, edit_voucher
from engine.rights import BUILD
from pages._components.shell.acts import done
from pages._components.shell.form_faults import FormFaults, sent
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, header
from pages._components.vouchers.changes import change_of
from pages._components.vouchers.terms_form import terms_form

NEW = "voucher"


@takes(BUILD)
def new_voucher() -> None:
    """The form of a new voucher."""
    header("Create a voucher", "One code, and what it gives.")
    faults = FormFaults(NEW)
    with st.container(border=True):
        code = st.text_input("Code", key="new-code", placeholder="Made up if left empty")
        faults.at("code")
        document = terms_form(NEW, faults)
    if code.strip():
        document["code"] = code.strip()
    faults.rest()
    with st.container(horizontal=True):
        if st.button("Create voucher", type="primary", icon=":material/add:"):
            sent(NEW, partial(_create, document))
        cancel()


@takes(BUILD)
def edited_voucher(view: VoucherView) -> None:
    """The form of a voucher that is there."""
    form = f"edit-{view.terms.name}"
    faults = FormFaults(form)
    with st.container(border=True):
        st.markdown("**Edit**")
        document = terms_form(view.terms.name, faults, view.terms.record)
    faults.rest()
    with st.container(horizontal=True):
        if st.button("Save changes", type="primary", icon=":material/save:"):
            sent(form, partial(_edit, view.terms.name, document))
        cancel()


def cancel() -> None:
    """Leaves a form as it is."""
    st.button("Cancel", type="tertiary", on_click=_leave)


def _leave() -> None:
    st.query_params.pop("do", None)


def _create(document: Mapping[str, Any]) -> None:
    made = create_voucher(acting(), document)
    st.query_params.from_dict({"voucher": made.terms.name})
    done("Created.", change_of("vouchers", made.terms.name))


def _edit(code: str, document: Mapping[str, Any]) -> None:
    if document:
        edit_voucher(acting(), code, document)
    _leave()
    if document:
        done("Saved.", change_of("vouchers", code))
