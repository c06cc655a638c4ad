"""How a file is read before its columns are: what was detected, and what to read it as instead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import streamlit as st

from engine.imports.files.forms import FORMS
from engine.imports.files.source import SourceFile
from engine.text.display import visible
from pages._components.imports.mapping_draft import MappingDraft

ENCODINGS = MappingProxyType({
    "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252 (Western)",
    "cp1250": "Windows-1250 (Central European)", "iso8859-2": "Latin-2 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)", "shift_jis": "Shift-JIS (Japanese)",
    "gb18030": "GB18030 (Chinese)", "cp1254": "Windows-1254 (Turkish)",
    "cp1253": "Windows-1253 (Greek)", "cp1257": "Windows-1257 (Baltic)",
    "cp1255": "Windows-1255 (Hebrew)", "cp949": "Windows-949 (Korean)", "big5": "Big5 (Chinese)",
    "euc_jp": "EUC-JP (Japanese)", "mac_roman": "Mac Roman", "cp850": "DOS (Western)",
    "cp852": "DOS (Central European)", "cp866": "DOS (Cyrillic)", "koi8_r": "KOI8-R (Cyrillic)",
})  # fmt: skip
DELIMITERS = MappingProxyType({",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"})
NO_QUOTE = "none"  # as an option; the mapping says it by an empty text
QUOTES = MappingProxyType({'"': 'Double "', "'": "Single '", NO_QUOTE: "None"})


@dataclass(frozen=True)
class FileSetting:
    """One setting that is detected and can be chosen instead."""

    name: str  # in the mapping
    label: str
    options: Mapping[str, str]
    detected: Callable[[SourceFile], str]


CHOICES = (
    FileSetting("encoding", "Encoding", ENCODINGS, lambda source: source.encoding),
    FileSetting(
        "delimiter", "Columns are separated by", DELIMITERS, lambda source: source.delimiter
    ),
    FileSetting(
        "quote", "Quotes around cells", QUOTES, lambda source: source.dialect.quote or NO_QUOTE
    ),
)
PARTS = MappingProxyType({
    **dict.fromkeys(FORMS["xlsx"].suffixes, ("sheet", "Sheet")),
    ".zip": ("member", "File in the archive"),
})  # fmt: skip


def layout_form(path: Path, draft: MappingDraft, source: SourceFile | None) -> None:
    """
    The settings of a file of text, or of the part of a workbook or an archive.

    Args:
        source: what was detected; None where the file could not be read as it is chosen.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for suffix, (name, label) in PARTS.items():
            if suffix in (each.lower() for each in path.suffixes):
                _part(name, label, draft)
        if source is None or source.form == "csv":
            for choice in CHOICES:
                _choice(choice, draft, source)
        if source is None or source.form in ("csv", "xlsx"):
            _header_row(draft)


def _choice(choice: FileSetting, draft: MappingDraft, source: SourceFile | None) -> None:
    said, found = draft.layout.get(choice.name), choice.detected(source) if source else None
    said = NO_QUOTE if said == "" else said
    detected = "Detected"
    if said is None and found:
        detected = f"{choice.options.get(found, visible(found))} (detected)"
    others = [said] if said is not None and said not in choice.options else []
    options = ["", *choice.options, *others]
    key = draft.key("layout", choice.name)
    st.selectbox(
        choice.label,
        options,
        index=options.index("" if said is None else said),
        format_func=lambda one: detected if not one else choice.options.get(one, visible(str(one))),
        key=key,
        width=220,
        on_change=_chosen,
        args=(draft, choice.name, key),
    )


def _header_row(draft: MappingDraft) -> None:
    key = draft.key("layout", "header_row")
    st.number_input(
        "Header in line",
        min_value=1,
        value=draft.layout.get("header_row"),
        placeholder="Detected",
        key=key,
        width=150,
        on_change=_chosen,
        args=(draft, "header_row", key),
    )


def _part(name: str, label: str, draft: MappingDraft) -> None:
    key = draft.key("layout", name)
    st.text_input(
        label,
        draft.layout.get(name, ""),
        key=key,
        placeholder="The first",
        width=220,
        on_change=_chosen,
        args=(draft, name, key),
    )


def _chosen(draft: MappingDraft, name: str, key: str) -> None:
    value = st.session_state[key]
    draft.choose_layout(name, "" if value == NO_QUOTE else value or None)
