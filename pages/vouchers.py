"""Vouchers: all codes with what was made of them, campaigns of many, and one of either."""

import streamlit as st

from engine.rights import BUILD
from pages._components.shell.acts import notice
from pages._components.shell.parts import parts
from pages._components.shell.place import leads_to
from pages._components.shell.rights import deed
from pages._components.shell.session import back, faults_shown, header, list_area
from pages._components.vouchers.campaigns import campaign_list, new_campaign, one_campaign
from pages._components.vouchers.one_voucher import one_voucher
from pages._components.vouchers.voucher_forms import new_voucher
from pages._components.vouchers.voucher_list import voucher_list

FORMS = {"voucher": new_voucher, "campaign": new_campaign}
# In the order of the tabs; only the one that is open is drawn.
PARTS = {"Vouchers": voucher_list, "Campaigns": campaign_list}


def all_vouchers() -> None:
    """The lists, and the ways to new ones."""
    actions = header("Vouchers", "Codes that customers redeem. Select one to see what it gave.")
    with actions:
        deed(
            BUILD,
            "Create a campaign",
            icon=":material/campaign:",
            **leads_to(do="campaign"),
        )
        deed(
            BUILD,
            "Create a voucher",
            type="primary",
            icon=":material/add:",
            **leads_to(do="voucher"),
        )
    notice()
    tabs = parts(list(PARTS))
    for (_, shown), tab in zip(PARTS.items(), tabs, strict=True):
        if tab.open:
            with tab, faults_shown():
                shown()


with faults_shown():
    query = st.query_params
    if code := query.get("voucher"):
        back("All vouchers")
        one_voucher(code)
    elif campaign := query.get("campaign"):
        back("All vouchers")
        one_campaign(campaign)
    elif form := FORMS.get(query.get("do", "")):
        back("All vouchers")
        form()
    else:
        with list_area():
            all_vouchers()
