"""How long records are kept: the rules, what would go by them now, and letting it go."""

from collections.abc import Iterator

import streamlit as st

from engine.privacy import retention
from engine.privacy.inventory import PLACES
from engine.privacy.retention import RetentionPreview, RuleCount
from engine.privacy.retention_rules import (
    HISTORY,
    WHOLE,
    RetentionRule,
    conditions_of,
    dates_of,
    remove_rule,
    rules,
    set_rule,
    usual_date,
)
from engine.rights import ADMIN
from engine.text.counts import counted
from engine.text.display import visible
from engine.workspace.settings import ACTIVITY
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, faults_shown, instant, workbench
from pages._components.shell.text import plain
from pages._components.shell.toasts import rerun_with_toast

SEEN = "retention-preview"  # what would go, until it goes or a rule is another
COUNTED = "retention-counted"  # the rule whose count is on the screen
OLDER_VERSIONS = "older versions"
EVERYTHING = "all of them"


@takes(ADMIN)
def retention_rules() -> None:
    """The rules, a new one, and what they come to."""
    with st.container(border=True):
        st.markdown("**Retention**")
        st.caption(
            "What is older than a rule says is removed for good: every day while the workbench "
            "runs, or by hand. The preview counts it before."
        )
        found = rules(workbench())
        for rule in found:
            _rule(rule)
        _new_rule()
        if found:
            _apply()


def _rule(rule: RetentionRule) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_sentence(rule))
        st.button(
            "Remove",
            icon=":material/delete:",
            type="tertiary",
            key=f"retention-remove-{rule.key}",
            on_click=_remove,
            args=(rule.key,),
        )


def _sentence(rule: RetentionRule) -> str:
    if rule.kind == HISTORY:
        return (
            f"Older versions of all records, {counted(rule.days, 'days')} after they were replaced"
        )
    which = next(row.label for row in conditions_of(rule.kind) if row.key == rule.only)
    only = f", {which}" if rule.only else ""
    return (
        f"{rule.kind.capitalize()}{only}: {counted(rule.days, 'days')} after {plain(_date(rule))}"
    )


def _date(rule: RetentionRule) -> str:
    field = dates_of(workbench().profile(), rule.kind).get(rule.by)
    return rule.by if field is None else field.label


def _remove(key: str) -> None:
    with faults_shown():
        remove_rule(acting(), key)
        st.session_state.pop(SEEN, None)


def _new_rule() -> None:
    columns = st.columns(4, vertical_alignment="bottom")
    kind = columns[0].selectbox("Remove", WHOLE, format_func=_kind, key="retention-kind")
    days = columns[1].number_input("Older than (days)", value=1_095, key="retention-days")
    dates = dates_of(workbench().profile(), kind)
    by = columns[2].selectbox(
        "Counted from",
        [*dates] or [""],
        [*dates].index(usual_date(kind)) if dates else 0,
        format_func=lambda path: dates[path].label if dates else "when it was replaced",
        key=f"retention-by-{kind}",
        disabled=not dates,
    )
    offered = {row.key: row.label for row in conditions_of(kind)} or {"": EVERYTHING}
    only = columns[3].selectbox(
        "Only", [*offered], format_func=offered.__getitem__, key=f"retention-only-{kind}"
    )
    with faults_shown():
        _set(RetentionRule(kind, int(days), by, only))


def _set(rule: RetentionRule) -> None:
    """What the rule comes to, and the button that sets it once this was seen."""
    count = retention.rule_count(workbench(), rule)
    st.caption(f"Goes by this rule now: {_count(count)}")
    seen = st.session_state.get(COUNTED) == rule
    st.session_state[COUNTED] = rule
    if not st.button("Set rule", icon=":material/add:", key="retention-set"):
        return
    if not seen:  # what was typed last came with the click
        st.info("Look at what goes by this rule, then set it.", icon=":material/fact_check:")
        return
    set_rule(acting(), rule)
    st.session_state.pop(SEEN, None)
    st.rerun()


def _kind(kind: str) -> str:
    return OLDER_VERSIONS if kind == HISTORY else kind


def _apply() -> None:
    """The preview, and what it has counted goes."""
    if st.button("Preview", icon=":material/fact_check:", key="retention-preview-now"):
        with faults_shown():
            st.session_state[SEEN] = retention.preview(acting())
    seen: RetentionPreview | None = st.session_state.get(SEEN)
    if seen is None:
        last = retention.last_run(workbench())
        st.caption("Not applied yet." if last is None else f"Applied last on {instant(last)}.")
        return
    st.markdown("\n".join(f"- {line}" for line in _lines(seen)))
    if not any(one.count for one in seen.rules):
        return
    st.warning("It cannot be undone: what is removed is gone from the disk.")
    sure = st.checkbox("I have looked at what goes", key="retention-sure")
    if st.button("Remove it now", type="primary", disabled=not sure, key="retention-run"):
        with faults_shown():
            done = retention.run(acting())
            st.session_state.pop(SEEN, None)
            count = 0 if done is None else sum(one.count for one in done.rules)
            rerun_with_toast(
                f"Removed {counted(count, 'records and versions')}", ":material/delete_sweep:"
            )


def _lines(seen: RetentionPreview) -> Iterator[str]:
    yield from map(_count, seen.rules)
    for key, count in seen.counts.items():
        yield f"{PLACES[key].holds.capitalize()}: {count:,} removed or changed"
    if seen.people:
        yield f"Of the customers who go, {ACTIVITY[seen.activity]}"
    for words, moved in (("loses", seen.left), ("gains", seen.entered)):
        for name, count in moved.items():
            yield f"Segment {plain(visible(name))} {words} {count:,}"
    for name, at in seen.told_since.items():
        yield f"What the {name} were before {instant(at)} can no longer be shown"


def _count(one: RuleCount) -> str:
    what = OLDER_VERSIONS if one.rule.kind == HISTORY else one.rule.kind
    only = f" {one.rule.only.replace('-', ' ')}" if one.rule.only else ""
    stay = f"; {one.staying:,} stay, as their vouchers count them" if one.staying else ""
    return f"{counted(one.count, what)}{only} from before {instant(one.before)}{stay}"
