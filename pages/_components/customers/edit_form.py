"""A customer created or edited: inputs by type, the changes before they are saved, every fault."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from engine.accounts.people import EMAIL
from engine.base.kinds.registry import CUSTOMERS
from engine.base.profiles import Profile
from engine.customers import editing
from engine.customers.documents import editable
from engine.customers.field_texts import written_document
from engine.filters.fields import Field
from engine.lists.texts import customer_values
from engine.rights import BUILD, REVEAL
from engine.text.counts import counted
from engine.text.display import visible
from pages._components.customers.field_inputs import Text, as_text, field_input
from pages._components.shell.acts import done
from pages._components.shell.form_faults import FormFaults, sent
from pages._components.shell.masks import revealed_first
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, header, workbench
from pages._components.shell.text import bold, plain
from pages._components.shell.values import value_text

NEW = "new-customer"
NOT_HERE = ("created_at",)  # it is when the profile came, which no hand changes
ACROSS = 3  # inputs beside each other
Texts = dict[str, Text]


@takes(BUILD)
def new_customer(profile: Profile) -> None:
    """The form of a new customer."""
    header("Create a customer", "Fill in what is known; everything can be added later.")
    texts, faults = _form(profile, NEW, {})
    faults.rest()
    with st.container(horizontal=True):
        if st.button("Create customer", type="primary", icon=":material/person_add:"):
            sent(NEW, partial(_create, texts))
        leave()


@takes(BUILD, REVEAL)
@revealed_first
def edited_customer(profile: Profile, position: int) -> None:
    """The form of a customer who is there."""
    key = profile.ids[position]
    known = {field.path: (field, value) for field, value in customer_values(profile, position)}
    texts, faults = _form(profile, key, known)
    _changes(profile, known, texts)
    faults.rest()
    with st.container(horizontal=True):
        if st.button("Save", type="primary", icon=":material/save:"):
            sent(key, partial(_save, key, position, texts))
        leave()


def leave() -> None:
    """The way out of a form, with nothing written."""
    st.button("Cancel", type="tertiary", on_click=leave_form)


def leave_form() -> None:
    """Goes back to what the form is about."""
    for name in ("do", "other"):
        st.query_params.pop(name, None)


Known = Mapping[str, tuple[Field, Any]]


def _form(profile: Profile, scope: str, known: Known) -> tuple[Texts, FormFaults]:
    """What is written that differs from what is known, and the faults of the last time."""
    faults, texts = FormFaults(scope), Texts()
    own = [field for field in profile.catalogue.fields() if _is_own(field, known)]
    with st.container(border=True):
        st.markdown("**Profile**")
        texts |= _inputs(own, scope, known, faults)
    with st.container(border=True):
        st.markdown("**Metadata**")
        texts |= _inputs(_metadata(profile, scope, known), scope, known, faults)
    return texts, faults


def _is_own(field: Field, known: Known) -> bool:
    if field.path == "source_id":  # it is given once
        return "source_id" not in known
    return field.path in editable() and field.path not in NOT_HERE


def _metadata(profile: Profile, scope: str, known: Known) -> list[Field]:
    """The keys that the customer has, and those that are added."""
    theirs = [field for path, (field, _) in known.items() if _is_metadata(path)]
    others = {
        field.path.partition(".")[2]: field.path
        for field in profile.catalogue.fields()
        if _is_metadata(field.path) and field.path not in known
    }
    added = st.multiselect(
        "Add a field",
        list(others),
        format_func=visible,
        key=f"added-{scope}",
        accept_new_options=True,
        placeholder="Choose one, or type the name of a new one and press Enter",
    )
    paths = [others.get(name, f"metadata.{name.strip()}") for name in added if name.strip()]
    return [*theirs, *(profile.catalogue.field(path) for path in paths)]


def _is_metadata(path: str) -> bool:
    return path.partition(".")[0] in CUSTOMERS.namespaces and "." in path


def _inputs(fields: Sequence[Field], scope: str, known: Known, faults: FormFaults) -> Texts:
    """Row by row, so that a narrow screen has them in their order."""
    found = Texts()
    for first in range(0, len(fields), ACROSS):
        row = fields[first : first + ACROSS]
        for column, field in zip(st.columns(ACROSS, gap="medium"), row, strict=False):
            before = known[field.path][1] if field.path in known else None
            with column:
                text = field_input(field, f"field-{scope}-{field.path}", before)
                faults.at(field.path)
                if field.path == "email" and text and not EMAIL.fullmatch(str(text)):
                    # Files and calls may bring it too, so it is no fault.
                    st.caption(":material/warning: This is no e-mail such as ann\\@example.com.")
            if text != as_text(field, before):
                found[field.path] = text
    return found


def _changes(profile: Profile, known: Known, texts: Texts) -> None:
    """Each change, before → after."""
    if not texts:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown("**Changes**")
        for path, text in texts.items():
            field, before = known.get(path, (profile.catalogue.field(path), None))
            after = ", ".join(text) if isinstance(text, list) else text
            name, value = st.columns([1, 3], gap="small", wrap=False)
            name.caption(plain(field.label))
            value.markdown(f"{plain(value_text(field, before))} → {bold(after or 'no value')}")


def _document(texts: Texts, position: int | None) -> dict[str, Any]:
    given = {path: text for path, text in texts.items() if text is not None}
    cleared = [path for path, text in texts.items() if text is None]
    return written_document(workbench().profile(), given, cleared, position, workbench().zone)


def _create(texts: Texts) -> None:
    made = editing.create(acting(), _document(texts, None))
    st.query_params.from_dict({"customer": made.id})
    done("Created.", made.change)


def _save(key: str, position: int, texts: Texts) -> None:
    if not texts:
        leave_form()
        return
    changed = editing.edit(acting(), key, _document(texts, position))
    leave_form()
    count = len(changed.differences)
    done(f"Saved {counted(count, 'changes')}.", changed.change)
