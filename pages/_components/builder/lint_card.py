"""What is odd in a filter, with the counts that prove it and a fix."""

import streamlit as st

from engine.base.profiles import Profile
from engine.evaluation.oddities import Finding, lint
from engine.filters.drafts import draft as drafts
from engine.filters.expression import Group
from pages._components.builder.draft_session import FRAGMENTS, replace_draft
from pages._components.shell.session import money, workbench
from pages._components.shell.text import plain

SHOWN = 5


def lint_card(profile: Profile, group: Group) -> None:
    """The oddities of a filter; nothing where there is none."""
    found = lint(profile.masks, group, workbench().clock(), money)
    if not found:
        return
    with st.container(border=True, gap="small"):
        st.caption(f"Worth a look · {len(found):,}")
        for place, finding in enumerate(found[:SHOWN]):
            _finding(place, finding)
        if len(found) > SHOWN:
            st.caption(f"and {len(found) - SHOWN:,} more, once these are fixed")


def _finding(place: int, finding: Finding) -> None:
    mark = ":material/error:" if finding.proved else ":material/info:"
    st.markdown(f"{mark} {plain(finding.message)}")
    sure = "always so" if finding.proved else "today"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{sure} · {_counts(finding)}")
        if finding.fix is not None:
            st.button(
                "Fix",
                key=f"fix-{place}",
                icon=":material/build:",
                type="tertiary",
                help="Changes nobody's membership" if finding.exact else "May change who is in it",
                on_click=_fix,
                args=(finding.fix,),
            )


def _counts(finding: Finding) -> str:
    """The counts that prove it."""
    counts, total = dict(finding.counts), finding.counts.get("total")
    if total is None or "matched" not in counts:
        return " · ".join(f"{name} {count:,}" for name, count in counts.items() if name != "total")
    return f"{counts['matched']:,} of {total:,} customers match"


def _fix(fix: Group) -> None:
    replace_draft(drafts.drafted(fix))
    st.rerun(FRAGMENTS)
