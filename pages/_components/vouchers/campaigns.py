"""Campaigns: all of them, a new one, and one with its codes to download."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from engine.base.kinds.terms import gives
from engine.base.profiles import Profile
from engine.errors import Issue, UsageError, WorkbenchError
from engine.lists.listings import LISTINGS
from engine.lists.texts import field_values
from engine.lists.voucher_uses import FIELDS, voucher_records
from engine.redemptions import campaigns
from engine.redemptions.campaigns import CampaignView
from engine.rights import BUILD, EXPORT
from engine.segments import library
from engine.text.counts import counted
from engine.text.display import visible, visible_frame
from engine.text.formulas import csv_bytes
from engine.workspace.workbench import Access
from pages._components.shell.acts import done, notice
from pages._components.shell.card import card
from pages._components.shell.downloads import by_who_clicks
from pages._components.shell.figure import figure
from pages._components.shell.form_faults import FormFaults, keep_fault, sent
from pages._components.shell.rights import deed, may, takes
from pages._components.shell.session import acting, header, instant, money, version, workbench
from pages._components.shell.text import plain
from pages._components.vouchers.changes import change_of
from pages._components.vouchers.one_voucher import effects, terms_card
from pages._components.vouchers.terms_form import terms_form
from pages._components.vouchers.voucher_forms import cancel

NEW = "campaign"
DRAWN, PERSONAL = "A number of codes", "One for each member of a segment"
ELSEWHERE = frozenset({"id", "name", "segments", "personal_for"})


def campaign_list() -> None:
    """Every campaign, newest first; a click opens one."""
    found = campaigns.campaigns(workbench())
    if not found:
        st.caption(
            "No campaigns yet. A campaign makes many codes with the same terms, or a personal code "
            "for each member of a segment."
        )
        return
    shown = st.dataframe(
        visible_frame(pl.DataFrame([_line(view) for view in found])),
        hide_index=True,
        lazy=False,
        on_select="rerun",
        selection_mode="single-row",
        key="campaigns",
        column_config={
            name: st.column_config.NumberColumn(format="localized")
            for name in ("Codes", "Redeemed")
        },
    )
    st.caption("Select a campaign to see its terms and to download its codes.")
    for row in shown.selection.rows:
        st.query_params.from_dict({"campaign": found[row].record["id"]})
        st.rerun()


def _line(view: CampaignView) -> dict[str, Any]:
    record = view.record
    return {
        "Campaign": record["name"],
        "Gives": _gives(record),
        "Codes": view.codes,
        "Redeemed": view.redeemed,
        "Active": "Yes" if record["active"] is not False else "No",
        "Personal": "Yes" if record["personal_for"] else "",
        "Expires": instant(record["expiration_date"]) if record["expiration_date"] else "",
    }


def _gives(record: Any) -> str:
    names = ("type", "value", "discount_type", "discount_effect", "discount_amount_off",
             "discount_percent_off", "discount_amount_limit", "discount_fixed_amount",
             "discount_unit_off", "discount_unit_type", "discount_units")  # fmt: skip
    schema = workbench().profile().activity.records("campaigns").schema
    row = pl.DataFrame({name: [record[name]] for name in names}, {n: schema[n] for n in names})
    return row.select(gives(money)).item() or ""


@takes(BUILD)
def new_campaign() -> None:
    """The form of a new campaign."""
    header("Create a campaign", "Many codes with the same terms, each one unique.")
    faults = FormFaults(NEW)
    with st.container(border=True):
        name = st.text_input("Name", key="campaign-name", placeholder="Spring sale")
        faults.at("name", said=None if name.strip() else "Enter a name.")
        document = terms_form(NEW, faults)
    with st.container(border=True):
        st.markdown("**Codes**")
        pattern = st.text_input(
            "Pattern",
            key="campaign-pattern",
            placeholder="SPRING-######",
            help="Each # becomes a random letter or digit; all else stays. Eight of them if empty.",
        )
        faults.at("code", "code.pattern")
        count, segment = _how_many()
        faults.at("personal_for")
    if pattern.strip():
        document["code.pattern"] = pattern.strip()
    faults.rest()
    with st.container(horizontal=True):
        if st.button("Create campaign", type="primary", icon=":material/add:"):
            sent(NEW, partial(_create, name, document, count, segment))
        cancel()


def _how_many() -> tuple[int | None, str | None]:
    """The number of codes, or the segment whose members get one each."""
    how = st.segmented_control(
        "How many", [DRAWN, PERSONAL], default=DRAWN, required=True, key="campaign-how"
    )
    if how == DRAWN:
        count = st.number_input("Codes", value=100, step=1, key="campaign-count", width=240)
        return count, None
    names = {one.id: one.name for one in library.saved(workbench())}
    chosen = st.selectbox(
        "Segment",
        list(names),
        index=None,
        format_func=lambda one: visible(names[one]),
        placeholder="Choose a segment",
        key="campaign-segment",
    )
    if chosen:
        size = library.members(workbench(), library.find(workbench(), chosen)).count
        codes = counted(size, "codes")
        st.caption(f"{codes}, one for each member now. Nobody else can redeem theirs.")
    return None, chosen


def _create(name: str, document: dict[str, Any], count: int | None, segment: str | None) -> None:
    if count is None and segment is None:
        missing = Issue("personal_for", "choose a segment: each of its members gets a code")
        raise UsageError("the campaign needs a segment", [missing])
    made = campaigns.create_campaign(acting(), name.strip(), document, count or 0, segment)
    st.query_params.from_dict({"campaign": made.record["id"]})
    codes = counted(made.codes, "codes")
    done(f"Created with {codes}.", change_of("campaigns", made.record["id"]))


def one_campaign(name: str) -> None:
    """Everything about one campaign."""
    view, profile = campaigns.find_campaign(workbench(), name), workbench().profile()
    record = view.record
    state = "" if record["active"] is not False else " · disabled"
    actions = header(
        plain(f"{record['name']} · {_gives(record) or 'gives nothing that is known'}{state}"),
        version(profile),
    )
    notice()
    if st.query_params.get("do") == "edit":
        _edited(view)
        return
    with actions:
        _actions(view)
    _figures(view, profile)
    listing = LISTINGS["campaigns"].of(profile)
    place = profile.activity.place("campaigns", record["id"])
    left, right = st.columns(2, gap="medium")
    with left:
        details = field_values(listing, int(place or 0))
        terms_card(_gives(record), [row for row in details if row[0].path not in ELSEWHERE])
    with right:
        _whom(view)


def _codes_file(access: Access, identity: str) -> bytes:
    return bytes(csv_bytes(campaigns.download_codes(access, identity)))


def _actions(view: CampaignView) -> None:
    name, identity = view.record["name"], view.record["id"]
    active = view.record["active"] is not False
    FormFaults(f"enable-{identity}").rest()
    if view.codes and may(EXPORT):
        st.download_button(
            "Download codes",
            by_who_clicks(_codes_file, identity),
            file_name=f"{_file(name)}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
        )
    if not view.record["personal_for"] and may(BUILD):
        with st.popover("More codes", icon=":material/add:"):
            faults = FormFaults(f"codes-{identity}")
            count = st.number_input("Codes", value=100, step=1, key="more-codes")
            faults.rest()
            if st.button("Add codes", type="primary"):
                sent(f"codes-{identity}", partial(_draw, identity, count))
    deed(
        BUILD,
        "Disable" if active else "Enable",
        icon=":material/block:" if active else ":material/check:",
        on_click=_enable,
        args=(identity, not active),
    )
    deed(
        BUILD,
        "Edit",
        icon=":material/edit:",
        on_click=st.query_params.update,
        args=({"do": "edit"},),
    )


def _file(name: str) -> str:
    """The name as a file may be called."""
    return (
        "".join(sign if sign.isalnum() or sign in "-_ " else "_" for sign in name)[:80] or "codes"
    )


def _draw(identity: str, count: int) -> None:
    drawn = campaigns.add_codes(acting(), identity, count)
    done(f"Added {counted(len(drawn), 'codes')}.")


def _enable(identity: str, active: bool) -> None:  # noqa: FBT001
    try:
        _edit(identity, {"active": active}, "Enabled." if active else "Disabled.")
    except WorkbenchError as error:
        keep_fault(f"enable-{identity}", error)


@takes(BUILD)
def _edited(view: CampaignView) -> None:
    form = f"edit-{view.record['id']}"
    faults = FormFaults(form)
    with st.container(border=True):
        st.markdown("**Edit**")
        st.caption("Dates, segments and the minimum count for all its codes from now on.")
        document = terms_form(view.record["id"], faults, view.record)
    faults.rest()
    with st.container(horizontal=True):
        if st.button("Save changes", type="primary", icon=":material/save:"):
            sent(form, partial(_edit, view.record["id"], document, "Saved."))
        cancel()


def _edit(identity: str, document: dict[str, Any], told: str) -> None:
    if document:
        campaigns.edit_campaign(acting(), identity, document)
    st.query_params.pop("do", None)
    if document:
        done(told, change_of("campaigns", identity))


def _figures(view: CampaignView, profile: Profile) -> None:
    """What was made of its codes."""
    vouchers = voucher_records(profile)
    mine = vouchers.frame["campaign"] == view.record["name"]
    places = mine.fill_null(value=False).arg_true()
    found = {path: vouchers.values(field, places) for path, field in FIELDS.items()}
    sums = {
        path: int(values.sum())
        for path in ("orders", "discount_given", "revenue")
        if (values := found[path]) is not None and values.count()
    }
    with st.container(horizontal=True, key="campaign-figures"):
        figure("Codes", f"{view.codes:,}")
        figure("Redeemed", f"{view.redeemed:,}", help="Rolled back ones aside")
        effects(sums, "Orders that its codes were redeemed with")
    st.button(
        "All its vouchers",
        icon=":material/confirmation_number:",
        type="tertiary",
        on_click=_vouchers,
        args=(view.record["name"],),
    )


def _vouchers(name: str) -> None:
    st.query_params.clear()
    st.session_state["voucher-search"] = name


def _whom(view: CampaignView) -> None:
    names = {one.id: one.name for one in library.saved(workbench())}
    whom = ", ".join(visible(names.get(one, one)) for one in view.record["segments"] or ())
    rows = [("For", f"Members of {whom}" if whom else "Everybody")]
    if personal := view.record["personal_for"]:
        rows.append(("Personal codes", f"For the members of {names.get(personal, personal)}"))
    card("Who may redeem its codes", rows)
