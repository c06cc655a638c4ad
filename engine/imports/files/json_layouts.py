"""
JSON as other programs answer or stream it, which is not the API's shape: one row for each layout.

A row says by which keys its records are known, and how their objects become the columns of a table,
whose headers are then understood as those of any table. Nothing else is guessed: what fits no row
is read as the API's own shape.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import ImportFileError

Signs = Mapping[tuple[str, ...], str]  # the path of a key -> its value; "" is any


@dataclass(frozen=True, eq=False)
class JsonLayout:
    """A layout of one kind of records."""

    kind: str
    name: str
    signs: Signs  # all of them are there
    lifted: tuple[tuple[str, ...], ...] = ()  # objects whose keys stand for themselves
    pairs: frozenset[str] = frozenset()  # lists of keys and values, which are objects of those keys
    rows: str = ""  # a list of objects that are a row each, such as the lines of an order
    firsts: tuple[tuple[str, ...], ...] = ()  # lists of objects of which the first one stands
    names: Mapping[str, str] = field(default_factory=dict)  # a path -> what tables call it
    lacking: frozenset[str] = frozenset()  # keys that another shape has beside the same signs

    def fits(self, record: Mapping[str, Any]) -> bool:
        """Whether a record is of this layout."""
        signed = all(_has(record, path, value) for path, value in self.signs.items())
        return signed and self.lacking.isdisjoint(record)

    def is_other(self, record: Mapping[str, Any]) -> bool:
        """Whether a record says of itself that it is something else, as another call of a log."""
        return not all(_has(record, path, value) for path, value in self.signs.items() if value)

    def without_lifted(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """What leads to a value from the innermost of the objects that are lifted around it."""
        outer = [len(each) for each in self.lifted if path[: len(each)] == each != path]
        return path[max(outer, default=0) :]


def _has(record: Mapping[str, Any], path: tuple[str, ...], value: str) -> bool:
    found: Any = record
    for key in path:
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return not value or found == value


def _layout(
    kind: str, name: str, signs: str, *, lifted: str = "", pairs: str = "", rows: str = "",
    firsts: str = "", names: Mapping[str, str] | None = None, lacking: str = "",
) -> JsonLayout:  # fmt: skip
    """A row: paths between blanks; a sign may say its value behind `=`."""
    said = (sign.partition("=") for sign in signs.split())
    return JsonLayout(
        kind,
        name,
        {tuple(path.split(".")): value for path, _, value in said},
        tuple(tuple(path.split(".")) for path in lifted.split()),
        frozenset(pairs.split()),
        rows,
        tuple(tuple(path.split(".")) for path in firsts.split()),
        names or {},
        frozenset(lacking.split()),
    )


SHOPIFY = {
    "id": "Customer ID",
    "state": "Account state",  # whether they can log in, and no part of an address
    "default_address.default": "Default",
    # The codes go before the names, as its lists in CSV have nothing else.
    "default_address.province_code": "State",
    "default_address.country_code": "Country",
}
# Lists of what a customer of Lightspeed has several of, with the names of what is in them.
LIGHTSPEED: Mapping[str, Mapping[str, str]] = {
    "Emails.ContactEmail": {"address": "Email"},
    "Phones.ContactPhone": {"number": "Phone"},
    "Addresses.ContactAddress": {
        "address1": "Address line 1", "address2": "Address line 2", "city": "City",
        "state": "State", "zip": "Zip", "country": "Country",
    },
}  # fmt: skip
# Times without "gmt" are those of the shop, wherever it is.
IN_UTC = {"date_created_gmt": "Created at (UTC)", "date_modified_gmt": "Updated at (UTC)"}
LAYOUTS = (
    *(
        _layout("customers", "Shopify customers", f"first_name last_name {sign}", names=SHOPIFY)
        for sign in ("orders_count total_spent", "admin_graphql_api_id email")
    ),
    _layout("orders", "Shopify orders", "financial_status line_items total_price",
            rows="line_items",
            names={"name": "Order name", "subtotal_price": "Subtotal",
                   "line_items.sku": "Lineitem sku"}),
    _layout("customers", "WooCommerce customers", "billing shipping username date_created",
            names={"id": "Customer ID", **IN_UTC}),
    _layout("orders", "WooCommerce orders", "billing line_items total date_created",
            rows="line_items",
            names={"number": "Order number", "id": "Order ID", **IN_UTC}),
    _layout("customers", "Stripe customers", "object=customer livemode"),
    _layout("customers", "Square customers", "id given_name family_name email_address",
            names={"id": "Square Customer ID", "address.address_line_1": "Address line 1",
                   "address.address_line_2": "Address line 2", "address.locality": "City",
                   "address.administrative_district_level_1": "State"}),
    _layout("customers", "HubSpot contacts", "id properties.email createdAt updatedAt",
            lifted="properties", names={"id": "Record ID"}),
    _layout("customers", "Klaviyo profiles", "type=profile id attributes.email",
            lifted="attributes attributes.location attributes.properties",
            names={"id": "Klaviyo ID"}),
    _layout("customers", "Salesforce contacts", "attributes.type=Contact attributes.url Id"),
    _layout("customers", "Salesforce leads", "attributes.type=Lead attributes.url Id"),
    _layout("customers", "Mailchimp members", "email_address merge_fields status",
            lifted="merge_fields",
            names={"id": "Subscriber hash", "contact_id": "Mailchimp contact",
                   "timestamp_opt": "OPTIN_TIME"}),
    _layout("customers", "Pipedrive persons", "add_time email phone owner_id first_name",
            firsts="email phone",
            names={"id": "Customer ID", "email.value": "Email", "phone.value": "Phone"}),
    _layout("orders", "Pipedrive deals", "add_time title value person_id stage_id",
            names={"id": "Deal ID", "value": "Deal value", "add_time": "Deal created",
                   "person_id.value": "Customer number", "person_id.name": "Customer name"}),
    _layout("customers", "BigCommerce customers", "customer_group_id registration_ip_address email",
            firsts="addresses", names={"id": "Customer ID"}),
    _layout("orders", "BigCommerce orders", "status_id total_inc_tax billing_address date_created",
            names={"id": "Order ID", "customer_id": "Customer number",
                   "total_inc_tax": "Order total", "subtotal_inc_tax": "Subtotal",
                   "billing_address.email": "Customer email"}),
    _layout("customers", "Magento customers", "group_id website_id firstname email",
            firsts="addresses", names={"id": "Customer ID"}),
    _layout("orders", "Magento orders", "increment_id entity_id grand_total items",
            rows="items",
            names={"increment_id": "Order number", "customer_id": "Customer number",
                   "entity_id": "Magento entity", "discount_amount": "Discount",
                   "items.name": "Item name", "items.sku": "Item sku",
                   "items.qty_ordered": "Item quantity", "items.price": "Item price",
                   "items.row_total": "Item amount"}),
    _layout("customers", "Brevo contacts", "emailBlacklisted attributes email",
            lifted="attributes", names={"id": "Brevo ID", "attributes.SMS": "Phone"}),
    _layout("customers", "Iterable users", "dataFields email", lifted="dataFields"),
    _layout("customers", "Braze users", "braze_id external_id",
            lifted="custom_attributes", names={"external_id": "Customer ID"}),
    # An order and a redemption of the API have their customer inside them, and keys of their own.
    _layout("customers", "Chargebee customers", "customer.object=customer",
            lifted="customer", names={"customer.id": "Customer ID"}, lacking="id object"),
    _layout("customers", "Intercom contacts", "type=contact external_id role",
            lifted="custom_attributes",
            names={"id": "Intercom contact", "external_id": "Customer ID"}),
    _layout("customers", "Eventbrite attendees", "profile.email ticket_class_name",
            lifted="profile", names={"id": "Customer ID"}),
    _layout("orders", "Stripe charges", "object=charge amount billing_details",
            names={"id": "Order ID", "amount": "Total amount", "customer": "Customer number",
                   "billing_details.email": "Email"}),
    _layout("orders", "Stripe invoices", "object=invoice total customer",
            names={"id": "Order ID", "customer": "Customer number"}),
    _layout("orders", "HubSpot deals", "id properties.dealstage createdAt",
            lifted="properties", firsts="associations.contacts.results",
            names={"id": "Deal ID", "properties.dealstage": "Deal stage",
                   "properties.amount": "Deal amount",
                   "associations.contacts.results.id": "Customer number"}),
    # Amounts of Square are in the smallest unit, as ours are; those of Mollie and PayPal are not.
    _layout("orders", "Square orders", "location_id line_items total_money", rows="line_items",
            names={"id": "Order ID", "customer_id": "Customer number",
                   "total_money.amount": "Total", "total_discount_money.amount": "Discount",
                   "line_items.name": "Item name", "line_items.quantity": "Item quantity",
                   "line_items.base_price_money.amount": "Item price",
                   "line_items.total_money.amount": "Item amount"}),
    _layout("orders", "Square payments", "amount_money source_type location_id",
            names={"id": "Order ID", "customer_id": "Customer number",
                   "total_money.amount": "Total", "amount_money.amount": "Amount"}),
    _layout("orders", "Mollie payments", "resource=payment amount.value createdAt",
            names={"id": "Payment ID", "amount.value": "Total", "customerId": "Customer number",
                   "profileId": "Mollie profile"}),  # of the shop
    _layout("customers", "Mollie customers", "resource=customer mode createdAt",
            names={"id": "Customer ID"}),
    _layout("orders", "Mollie orders", "resource=order orderNumber amount.value", rows="lines",
            names={"orderNumber": "Order number", "id": "Order ID", "amount.value": "Total",
                   "customerId": "Customer number", "profileId": "Mollie profile",
                   "billingAddress.email": "Email",
                   "lines.name": "Item name", "lines.sku": "Item sku",
                   "lines.quantity": "Item quantity", "lines.unitPrice.value": "Item price",
                   "lines.totalAmount.value": "Item amount"}),
    _layout("orders", "PayPal transactions",
            "transaction_info.transaction_id transaction_info.transaction_amount.value",
            names={"transaction_info.transaction_id": "Transaction ID",
                   "transaction_info.transaction_amount.value": "Total",
                   "transaction_info.transaction_status": "Status",
                   "transaction_info.transaction_initiation_date": "Created at",
                   "transaction_info.transaction_updated_date": "Updated at",
                   "payer_info.email_address": "Email"}),
    _layout("customers", "Customer.io people", "customer.identifiers customer.attributes",
            lifted="customer customer.attributes", names={"customer.id": "Customer ID"}),
    _layout("events", "Customer.io activities", "type=event customer_identifiers name",
            lifted="data",
            names={"id": "Event ID", "name": "Event name", "customer_id": "Customer source ID"}),
    _layout("customers", "Lightspeed customers", "customerID firstName Contact",
            firsts=" ".join(f"Contact.{each}" for each in LIGHTSPEED),
            names={"customerID": "Customer ID", "createTime": "Created at",
                   "timeStamp": "Updated at",
                   **{f"Contact.{path}.{key}": name
                      for path, names in LIGHTSPEED.items() for key, name in names.items()}}),
    _layout("orders", "Lightspeed sales", "saleID ticketNumber calcTotal",
            names={"saleID": "Sale ID", "createTime": "Created at", "customerID": "Customer number",
                   "calcTotal": "Total", "calcSubtotal": "Subtotal", "calcDiscount": "Discount"}),
    _layout("orders", "Shopware orders", "orderNumber orderCustomer amountTotal", rows="lineItems",
            names={"orderNumber": "Order number", "id": "Order ID", "orderDateTime": "Order date",
                   "amountTotal": "Total", "orderCustomer.customerNumber": "Customer number",
                   "orderCustomer.email": "Email",
                   "stateMachineState.technicalName": "Order status",
                   "lineItems.label": "Item name", "lineItems.quantity": "Item quantity",
                   "lineItems.unitPrice": "Item price", "lineItems.totalPrice": "Item amount"}),
    _layout("customers", "Typeform responses", "response_id submitted_at answers",
            lifted="answers", pairs="answers", names={"submitted_at": "Created at"}),
    _layout("customers", "Segment identify calls", "type=identify traits", lifted="traits"),
    _layout("events", "Segment track calls", "type=track event", lifted="properties"),
    _layout("events", "Amplitude events", "event_type event_time event_properties",
            lifted="event_properties",
            names={"uuid": "Event ID", "event_time": "Created at (UTC)"}),
    _layout("events", "Mixpanel events", "event properties.distinct_id properties.time",
            lifted="properties", names={"properties.$insert_id": "Event ID"}),
    _layout("events", "Google Analytics 4 events", "event_name event_params event_timestamp",
            lifted="event_params", pairs="event_params user_properties",
            names={"event_timestamp": "Event timestamp"}),
)  # fmt: skip


API = JsonLayout("", "the API's own", {})


def known_layout(records: Iterable[Mapping[str, Any]], kind: str | None) -> JsonLayout | None:
    """
    The layout that some of the records have; None for the API's own shape.

    Args:
        kind: of records that are wanted; None for any.

    Raises:
        ImportFileError: they are known to be of another kind.
    """
    some = [*records]
    found = [each for each in LAYOUTS if any(map(each.fits, some))]
    wanted = next((each for each in found if kind in (None, each.kind)), None)
    if found and wanted is None:
        names = ", ".join(dict.fromkeys(each.name for each in found))
        kinds = " or ".join(dict.fromkeys(each.kind for each in found))
        raise ImportFileError(f"expected {kind}, got {names}: import them as {kinds}")
    return wanted
