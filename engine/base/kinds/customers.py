"""Customers: the records that segments are made of."""

from typing import Any

import polars as pl

from engine.base.kinds.column import Column
from engine.base.kinds.row import RecordKind
from engine.filters.fields import Field
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING, Kind
from engine.filters.words import FieldWords

PLACE = FieldWords("place")


def _customer(
    path: str, label: str, group: str, doc: str, kind: Kind = STRING, **more: Any
) -> Column:
    """A file may leave out `address`: the guide's template says City alone."""
    whole, _, part = path.partition(".")  # points may be those of anything
    headers = (*((part,) if whole == "address" else ()), *more.get("aliases", ()))
    return Column(path, label, doc, kind, group=group, headers=headers, **more)


MERGED = "merged_into"  # the `row` of the customer who a deleted one has turned out to be
ANONYMOUS = "anonymous"

KIND = RecordKind(
    "customers",
    "customer",
    "cust_",
    (
        _customer("id", "ID", "Profile", "The customer's id here."),
        _customer("source_id", "Source ID", "Profile", "The customer's id in your own systems."),
        _customer("name", "Name", "Profile", "The full name."),
        _customer("email", "E-mail", "Profile", "The e-mail address."),
        _customer("phone", "Phone", "Profile", "The phone number, as text."),
        _customer("description", "Description", "Profile", "The free text about the customer."),
        _customer(
            "birthdate",
            "Birthdate",
            "Profile",
            "The day of birth; calendar operators up to a month ignore its year.",
            DATE,
            year_free=True,
            words=FieldWords("on", "birthday", verb="born"),
            aliases=("birthday",),
        ),
        _customer(
            "created_at",
            "Created at",
            "Profile",
            "When the profile was created, or first imported.",
            INSTANT,
            words=FieldWords("on", "creation date", verb="created"),
        ),
        _customer(
            "updated_at",
            "Updated at",
            "Profile",
            "When the profile last changed; activity does not count.",
            INSTANT,
            words=FieldWords("on", "date of the last change", verb="last changed"),
        ),
        _customer("address.line_1", "Address line 1", "Address", "First line of the address."),
        _customer("address.line_2", "Address line 2", "Address", "Second line of the address."),
        _customer("address.postal_code", "Postal code", "Address", "The postal code, as text."),
        _customer("address.city", "City", "Address", "The city.", aliases=("city",), words=PLACE),
        _customer("address.state", "State", "Address", "The state or region.", words=PLACE),
        _customer("address.country", "Country", "Address", "The country.", words=PLACE),
        _customer(
            "loyalty.points",
            "Loyalty points",
            "Loyalty",
            "The stored number of points.",
            NUMBER,
            absent=0,
            always=True,
            words=FieldWords("number", "loyalty point", "loyalty points"),
        ),
        _customer(
            "referrer",
            "Referrer",
            "Loyalty",
            "Source id of the customer who referred this one.",
            shown=False,
        ),
        _customer(
            ANONYMOUS,
            "Anonymous",
            "Profile",
            "A visitor of whom only a tracking id is known; left out unless a filter asks.",
            BOOLEAN,
            absent=False,
            always=True,
            assumed=False,
        ),
    ),
    shown=(
        *("name", "email", "phone", "address.city", "address.country", "birthdate"),
        *("loyalty.points", "created_at", "source_id", "id"),
    ),
    sort="-created_at",
    searched=("name", "email", "phone", "id", "source_id"),
    owned=False,
    without_key="reject",
    namespaces={"metadata": "metadata", "system_metadata": "system_metadata"},
    internal={MERGED: pl.Int64()},
)

# Metadata keys whose type is ours.
FIXED = (
    Field(
        "system_metadata.source",
        "Source",
        "System",
        STRING,
        "customers",
        None,
        "Where the profile came from.",
    ),
    Field(
        "system_metadata.web_widget.widgets",
        "Web widgets",
        "System",
        STRING,
        "customers",
        None,
        "The web widgets the customer has used.",
        many=True,
    ),
)

# What no record says: it is counted over all customers, or kept with the segments.
REFERRED = Field(
    "loyalty.referred_customers",
    "Referred customers",
    "Loyalty",
    NUMBER,
    "referrals",
    None,
    "How many customers name this one as referrer.",
    absent=0,
    always=True,
    words=FieldWords("number", "referred customer", "referred customers"),
)
SEGMENTS = Field(
    "segments",
    "Segments",
    "Segments",
    STRING,
    "segments",
    None,
    "Ids of the segments the customer is in.",
    many=True,
    absent=(),
    always=True,
    words=FieldWords("member", "segment", "segments"),
)
