"""The fields a filter can name: one row each, and the families whose names are data."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from engine.display import quoted
from engine.errors import FilterError, Issue
from engine.filters.kinds import ANY, DATE, INSTANT, NUMBER, STRING, Kind
from engine.filters.reading import nfc, short

# Behind the path of a metadata key: what the key is for a test that its type does not fit. Nobody
# has a value there, and no file can bring the sign.
UNFIT = "\0"
ACTIVITY = ("orders", "redemptions", "events")  # tables whose fields take `window` and `where`


@dataclass(frozen=True, eq=False)
class Field:
    """One field: where its value is, what it means, and what it is when there is no record."""

    path: str
    label: str
    group: str  # heading in the picker
    kind: Kind
    table: (
        str  # customers | orders | redemptions | events | referrals | segments, or a record's table
    )
    column: str | None  # name in that table; None where the value is aggregated or metadata
    doc: str
    many: bool = False
    unit: str | None = None  # "cents" shows as currency with two decimals
    absent: Any = None  # what comparisons read where no record exists; None = missing
    always: bool = False  # has a value even without a record, for `$has_value` too
    year_free: bool = False  # calendar operators up to a month ignore the year
    known: bool = True  # False: a name nobody has yet
    named: bool = False  # the name is data: a metadata key or an event
    aliases: tuple[str, ...] = ()

    @property
    def activity(self) -> bool:
        """Whether `window` and `where` may narrow the records behind the value."""
        return self.table in ACTIVITY and self.column is None

    def __repr__(self) -> str:
        return f"Field({self.path})"


@dataclass(frozen=True)
class Named:
    """The settled type of a name that is data."""

    kind: Kind
    many: bool = False


def _customer(
    path: str, label: str, group: str, doc: str, kind: Kind = STRING, **more: Any
) -> Field:
    return Field(path, label, group, kind, "customers", path.replace(".", "_"), doc, **more)


def _orders(name: str, label: str, doc: str, kind: Kind = NUMBER, **more: Any) -> Field:
    return Field(f"summary.orders.{name}", label, "Orders", kind, "orders", None, doc, **more)


def _redemptions(name: str, label: str, doc: str, kind: Kind = NUMBER, **more: Any) -> Field:
    group = "Gift cards" if name.startswith("gift.") else "Redemptions"
    return Field(
        f"summary.redemptions.{name}", label, group, kind, "redemptions", None, doc, **more
    )


def _record(
    table: str, path: str, label: str, column: str, doc: str, kind: Kind = STRING, **more: Any
) -> Field:
    return Field(path, label, f"The {table}", kind, table, column, doc, **more)


ROWS = (
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
        aliases=("birthday",),
    ),
    _customer(
        "created_at",
        "Created at",
        "Profile",
        "When the profile was created, or first imported.",
        INSTANT,
    ),
    _customer(
        "updated_at",
        "Updated at",
        "Profile",
        "When the profile last changed; activity does not count.",
        INSTANT,
    ),
    _customer("address.line_1", "Address line 1", "Address", "First line of the address."),
    _customer("address.line_2", "Address line 2", "Address", "Second line of the address."),
    _customer("address.postal_code", "Postal code", "Address", "The postal code, as text."),
    _customer("address.city", "City", "Address", "The city.", aliases=("city",)),
    _customer("address.state", "State", "Address", "The state or region."),
    _customer("address.country", "Country", "Address", "The country."),
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
    _orders(
        "total_amount",
        "Total order amount",
        "Sum of all orders, after discounts.",
        unit="cents",
        absent=0,
    ),
    _orders("total_count", "Number of orders", "How many orders.", absent=0),
    _orders(
        "average_amount",
        "Average order amount",
        "Mean amount of an order, rounded half up.",
        unit="cents",
    ),
    _orders("last_order_amount", "Last order amount", "Amount of the latest order.", unit="cents"),
    _orders("last_order_date", "Last order date", "When the latest order was created.", INSTANT),
    _orders(
        "first_order_date", "First order date", "When the earliest order was created.", INSTANT
    ),
    _redemptions(
        "total_redeemed", "Redemptions", "Redemptions that succeeded or failed.", absent=0
    ),
    _redemptions(
        "total_succeeded",
        "Successful redemptions",
        "Redemptions that succeeded, rolled back or not.",
        absent=0,
    ),
    _redemptions("total_failed", "Failed redemptions", "Redemptions that failed.", absent=0),
    _redemptions("total_rolled_back", "Rollbacks", "Rollbacks, successful or not.", absent=0),
    _redemptions(
        "total_rollback_succeeded", "Successful rollbacks", "Rollbacks that succeeded.", absent=0
    ),
    _redemptions("total_rollback_failed", "Failed rollbacks", "Rollbacks that failed.", absent=0),
    _redemptions(
        "gift.redeemed_amount",
        "Gift card amount redeemed",
        "Gift amounts redeemed, less what was rolled back.",
        unit="cents",
        absent=0,
    ),
    _redemptions(
        "gift.amount_to_go",
        "Gift card amount left",
        "Balances of the gift cards the customer has used.",
        unit="cents",
        absent=0,
    ),
    _redemptions(
        "last_redemption_date",
        "Last redemption date",
        "Date of the last redemption, failed ones too.",
        INSTANT,
    ),
    _customer(
        "loyalty.points",
        "Loyalty points",
        "Loyalty",
        "The stored number of points.",
        NUMBER,
        absent=0,
        always=True,
    ),
    Field(
        "loyalty.referred_customers",
        "Referred customers",
        "Loyalty",
        NUMBER,
        "referrals",
        None,
        "How many customers name this one as referrer.",
        absent=0,
        always=True,
    ),
    Field(
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
    ),
)

RECORD_ROWS = (
    _record(
        "orders", "amount", "Amount", "amount", "Amount before discounts.", NUMBER, unit="cents"
    ),
    _record(
        "orders",
        "total_amount",
        "Total amount",
        "total_amount",
        "Amount after discounts.",
        NUMBER,
        unit="cents",
    ),
    _record("orders", "status", "Status", "status", "PAID or FULFILLED; other orders never count."),
    _record(
        "redemptions",
        "amount",
        "Gift amount",
        "gift_amount",
        "Gift amount redeemed.",
        NUMBER,
        unit="cents",
    ),
    _record("redemptions", "result", "Result", "result", "SUCCESS or FAILURE."),
    _record("redemptions", "status", "Status", "status", "SUCCEEDED, FAILED or ROLLED_BACK."),
    _record(
        "redemptions", "voucher_code", "Voucher code", "voucher_code", "The code that was redeemed."
    ),
    _record("redemptions", "campaign", "Campaign", "campaign", "The campaign of the voucher."),
)

FIELDS: Mapping[str, Field] = MappingProxyType({row.path: row for row in ROWS})
RECORD_FIELDS: Mapping[str, Mapping[str, Field]] = MappingProxyType(
    {table: {row.path: row for row in RECORD_ROWS if row.table == table} for table in ACTIVITY}
)

EVENT_PARTS = (
    ("count", "number of", "How often the event was recorded.", NUMBER, 0),
    ("first_occurred", "first", "When the event was first recorded.", INSTANT, None),
    ("last_occurred", "last", "When the event was last recorded.", INSTANT, None),
)  # part, label, doc, kind, value without a record

# Known to the real service and not served here (contract section 7, 5).
NOT_SERVED = (
    "loyalty_points.",
    "loyalty_tier.",
    "loyalty.referred_customers.campaigns.",
    "publications.",
    "summary.redemptions.loyalty_card.",
)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """
    Every field that a filter can name now: the rows, and the names that are data.

    `metadata` and `system_metadata` map a key's dotted name to its settled type; `events` lists the
    stored event names; `records` holds the metadata of orders, redemptions and events for `where`.
    """

    metadata: Mapping[str, Named] = field(default_factory=dict)
    system_metadata: Mapping[str, Named] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    records: Mapping[str, Mapping[str, Named]] = field(default_factory=dict)
    rows: Mapping[str, Field] = field(default_factory=lambda: FIELDS)
    table: str = "customers"  # the grain: a customer, or a record of this table

    def of_records(self, table: str) -> "Catalogue":
        """The catalogue of `where`: the fields of one order, redemption or event."""
        rows = RECORD_FIELDS[table]
        return Catalogue(metadata=self.records.get(table, {}), rows=rows, table=table)

    def field(self, path: str) -> Field:
        """The field of a path or alias. Raises FilterError with one issue when there is none."""
        found = self.find(path)
        if found is None:
            raise self._unknown(path)
        return found

    def find(self, path: str) -> Field | None:
        """`field`, or None: the look for a similar name takes 1 ms and more."""
        return self.rows.get(path) or self._aliases().get(path) or self._named(path)

    def unaliased(self, path: str) -> str:
        """The path of the field that an alias names; any other path as it is."""
        named = self._aliases().get(path)
        return named.path if named else path

    def is_metadata(self, field: Field) -> bool:
        """Whether the field is a metadata key of these records, and no event."""
        return field.named and field.table == self.table

    def fields(self) -> tuple[Field, ...]:
        """Every field with a stored name, in the order of the rows, for pickers and docs."""
        return (*self.rows.values(), *self._stored())

    def nearest(self, path: str) -> str | None:
        """The stored field whose path is most like this one, if any is."""
        paths = [row.path for row in self.fields()]
        same_case = {known.casefold(): known for known in reversed(paths)}
        close = get_close_matches(short(path).casefold(), same_case, n=1, cutoff=0.7)
        return same_case[close[0]] if close else None

    def _aliases(self) -> dict[str, Field]:
        return {alias: row for row in self.rows.values() for alias in row.aliases}

    def _stored(self) -> Iterable[Field]:
        for family, names in self._families().items():
            for name, named in names.items():
                if f"{family}.{name}" not in self.rows:
                    yield self._metadata(family, name, named)
        for name in self.events:
            yield from (self._event(name, part) for part in _PARTS)

    def _families(self) -> dict[str, Mapping[str, Named]]:
        families = {"metadata": self.metadata, "system_metadata": self.system_metadata}
        return families if self.table == "customers" else {"metadata": self.metadata}

    def _named(self, path: str) -> Field | None:
        family, dot, name = path.partition(".")
        if not dot or not _is_unicode(path):
            return None
        names = self._families().get(family)
        if names is not None and not name and name not in names:
            return None  # a key may be empty, but not one that is only asked for
        if names is not None:
            stored = _stored(name, names)
            return self._metadata(family, stored, names.get(stored))
        event, _, part = name.rpartition(".")
        served = family == "events" and self.table == "customers" and part in _PARTS
        served = served and bool(event or event in self.events)
        return self._event(_stored(event, self.events), part) if served else None

    def _metadata(self, family: str, name: str, named: Named | None) -> Field:
        shown = name.removesuffix(UNFIT)
        label = shown if family == "metadata" else f"{shown} (system)"
        kind, many = (named.kind, named.many) if named else (ANY, False)
        row = Field(
            f"{family}.{name}",
            label,
            _HEADINGS[family],
            kind,
            self.table,
            None,
            f"Stored as {family}.",
        )
        return replace(row, many=many, known=named is not None, named=True)

    def _event(self, name: str, part: str) -> Field:
        _, label, doc, kind, absent = _PARTS[part]
        row = Field(f"events.{name}.{part}", f"{label} {name}", "Events", kind, "events", None, doc)
        return replace(row, absent=absent, known=name in self.events, named=True)

    def _unknown(self, path: str) -> FilterError:
        if self.table == "customers" and path.startswith(NOT_SERVED):
            message = f"the field {quoted(path)} is known to Voucherify but not served here"
            return FilterError(message, [Issue(path, message)])
        message = f"unknown field {quoted(path)}"
        return FilterError(message, [Issue(path, message, self._suggestion(path))])

    def _suggestion(self, path: str) -> str | None:
        event, _, part = path.rpartition(".")
        likely = get_close_matches(part, _PARTS, n=1) if event.startswith("events.") else []
        return f"{event}.{likely[0]}" if likely else self.nearest(path)


def _stored(name: str, known: Collection[str]) -> str:
    """The stored name that is the same text, as all text is compared; else the name as it is."""
    return name if name in known else _composed(tuple(known)).get(nfc(name), name)


@lru_cache(maxsize=16)
def _composed(known: tuple[str, ...]) -> dict[str, str]:
    """The stored names by their normal form; of equal ones the first."""
    return {nfc(each): each for each in reversed(known)}


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


_PARTS = {row[0]: row for row in EVENT_PARTS}
_HEADINGS = {"metadata": "Metadata", "system_metadata": "System"}

EMPTY_CATALOGUE = Catalogue()
