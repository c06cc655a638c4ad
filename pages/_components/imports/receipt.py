"""The receipt of one import: the verdict in words, the counts, who moved, and what was rejected."""

import json

import streamlit as st

from engine.imports import history
from engine.imports.columns.table import REPORTED
from engine.imports.history import ImportRun, LogLine
from engine.rights import REVEAL
from engine.text.display import SENTENCE, visible, visible_json
from pages._components.imports.moves import moves
from pages._components.imports.notes import notes
from pages._components.imports.segment import segment_card
from pages._components.imports.sentences import sentences
from pages._components.imports.undo import undo_card
from pages._components.shell.downloads import by_who_clicks
from pages._components.shell.masks import mask, show_button
from pages._components.shell.rights import takes
from pages._components.shell.session import header, instant, workbench
from pages._components.shell.text import plain

SHOWN = 1000  # rejected rows on the page; the file has all
CELLS = 4  # of a rejected row beside its reason
ASIDE, LONG = 3, 60  # lines that are shown beside the counts, and characters of a cell


def receipt(run: ImportRun) -> None:
    """What one import did, and its rejected rows ready to be fixed."""
    undone = history.undo_of(workbench(), run)
    header(
        f"{run.kind.capitalize()} from {plain(run.file_name)}",
        f"{instant(run.at)} · by {plain(run.actor)}",
    )
    with st.container(border=True):
        verdict(run, undone)
        figures(run)
        remarks(run)
        if run.change is not None:
            _segments(run)
        if run.rejected or run.notes or run.set_aside:
            _cells(run)
        with st.expander("Details", icon=":material/data_object:"):
            _details(run)
        if not undone:
            segment_card(run)
    if not undone:
        undo_card(run)
    _onwards()


@takes(REVEAL)
def _cells(run: ImportRun) -> None:
    """What cells of the file say, which may name people."""
    if mask(run.id).on:
        st.caption("What cells of the file say may name people; who looked is in the change log.")
        show_button("imports", run.id)
        return
    if run.rejected:
        rejected(run)
    if run.notes or run.set_aside:
        with st.expander("What was found out about the file", icon=":material/info:"):
            notes(run)


def _onwards() -> None:
    """Where one goes from a receipt."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Import another file",
            icon=":material/upload_file:",
            on_click=st.query_params.clear,
        )
        st.page_link("pages/segments.py", label="Build a segment", icon=":material/filter_alt:")


def counted(run: ImportRun, create: str, update: str) -> str:
    """What becomes of the records: "create 3 customers and update 1"."""
    parts = [f"{verb} {count:,}" for verb, count in ((create, run.created), (update, run.updated))
             if count]  # fmt: skip
    first, _, number = parts[0].partition(" ")
    one = (run.created or run.updated) == 1
    what = run.kind.removesuffix("s") if one else run.kind
    return " and ".join([f"{first} {number} {what}", *parts[1:]])


def figures(run: ImportRun) -> None:
    """The counts of an import."""
    counts = {
        "Created": run.created,
        "Updated": run.updated,
        "Unchanged": run.unchanged,
        "Rejected rows": run.rejected,
        "Set aside": len(run.set_aside),
        **({"Suppressed": run.suppressed} if run.suppressed else {}),
    }
    with st.container(horizontal=True):
        for label, figure in counts.items():
            st.metric(label, f"{figure:,}", width=150)


def remarks(run: ImportRun) -> None:
    """What the counts alone do not say."""
    for aside in run.set_aside[:ASIDE]:
        told = " · ".join(visible(cell, LONG) for cell in aside["cells"] if cell)
        text = f"Line {aside['line']:,} is set aside, as {aside['reason']}: {told}"
        st.caption(plain(text, SENTENCE))
    if run.repeated:
        rows = "row repeats" if run.repeated == 1 else "rows repeat"
        st.caption(f"{run.repeated:,} {rows} a record of the same file; the later row wins.")
    if run.customers_created:
        who = "customer is" if run.customers_created == 1 else "customers are"
        st.caption(f"{run.customers_created:,} {who} new: these {run.kind} name them first.")
    for field, count in run.misfits.items():
        what = "1 value does not" if count == 1 else f"{count:,} values do not"
        misfits = f"{visible(field)}: {what} fit its type; kept, and ignored by filters."
        st.caption(f":material/warning: {plain(misfits, SENTENCE)}")


def verdict(run: ImportRun, undone: LogLine | None) -> None:
    """The result in one line; that it was undone is one, too."""
    if undone:
        st.success(
            f"Undone on {instant(undone.at)} by {plain(undone.actor)}: everything this import "
            "brought is removed again. Below is what it had done.",
            icon=":material/undo:",
        )
        return
    same = history.earlier(workbench(), run)
    if same:
        st.info(
            f"The same file was imported before, on {instant(same.at)}.",
            icon=":material/content_copy:",
        )
    aside = left_out(run, ("was", "were"))
    if run.created + run.updated:
        done = f"{counted(run, 'Created', 'updated' if run.created else 'Updated')}."
        st.success(f"{done} {aside}".strip(), icon=":material/check_circle:")
    elif run.unchanged:
        st.info(f"Nothing changed: all {run.kind} were like this already. {aside}".strip(),
                icon=":material/info:")  # fmt: skip
    else:
        st.error(f"0 imported: {_nothing(run)}.", icon=":material/error:")


def _nothing(run: ImportRun) -> str:
    """Why nothing of a file came in."""
    if run.rejected:
        return "every row was rejected"
    if run.suppressed:
        return "every row is of somebody who was erased"
    return "the file has a header and no rows"


def _agreeing(count: int, noun: str, verbs: tuple[str, str]) -> str:
    return f"{noun} {verbs[0]}" if count == 1 else f"{noun}s {verbs[1]}"


def left_out(run: ImportRun, verbs: tuple[str, str]) -> str:
    """What of the file does not go in; the verbs are of one thing and of several."""
    rejected = f"{run.rejected:,} {_agreeing(run.rejected, 'row', verbs)} rejected"
    count = len(run.set_aside)
    aside = f"{count:,} {_agreeing(count, 'line', verbs)} set aside"
    rows = _agreeing(run.suppressed, "row", verbs)
    erased = f"{run.suppressed:,} {rows} left out, of people who were erased"
    parts = ((rejected, run.rejected), (aside, count), (erased, run.suppressed))
    told = [text for text, any_ in parts if any_]
    return f"{' and '.join(told)}." if told else ""


def _segments(run: ImportRun) -> None:
    st.markdown("**Segments that moved**")
    moves(
        [(one.segment_id, one.name, one.entered, one.left, one.before, one.after)
         for one in history.segment_moves(workbench(), run)],
        "No segment gained or lost anybody.",
    )  # fmt: skip


def rejected(run: ImportRun) -> None:
    """The rejected rows with their reasons, and as a file that comes in again."""
    rows = history.rejected(workbench(), run)
    leading = REPORTED
    st.markdown(f"**Rejected rows** · {run.rejected:,}")
    others = [name for name in rows.columns if name not in leading][:CELLS]
    sentences(
        (
            {
                "Row": row[leading[0]],
                "Line": row[leading[1]],
                "Why": row[leading[2]],
                "It says": " · ".join(visible(row[name], LONG) for name in others if row[name]),
            }
            for row in rows.head(SHOWN).iter_rows(named=True)
        ),
        f"rejected-{run.id}",
    )
    st.download_button(
        "Download rejected rows",
        by_who_clicks(history.download_rejected, run),
        f"rejected-{run.id}.csv",
        "text/csv",
        icon=":material/download:",
        help="Fix the cells and import the file again. Its columns with the reasons are ignored, "
        "and the same mapping is used.",
    )


def _details(run: ImportRun) -> None:
    st.caption(
        f"{run.file_bytes:,} bytes · {run.seconds:.1f} s · receipt {plain(run.id)} · "
        f"fingerprint of the file (SHA-256) {run.file_sha256}"
    )
    if not run.mapping:
        st.caption("No column was mapped by hand: each went where its name says.")
        return
    st.markdown("How the columns were mapped")
    st.code(json.dumps(visible_json(dict(run.mapping)), indent=2, ensure_ascii=False), "json")
