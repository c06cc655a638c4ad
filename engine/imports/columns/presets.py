"""
Layouts that are known by their header, with what their columns mean there and not elsewhere.

Most columns of them are understood by their words alone; a preset names the layout, and says what
the words cannot: that "Name" is the number of an order in an export of Shopify's orders.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.imports.columns.words import bare

Meanings = Mapping[str, Mapping[str, str | None]]  # of a field: a cell -> what it means there


@dataclass(frozen=True, eq=False)
class Preset:
    """A layout of one kind of file."""

    kind: str
    name: str
    signature: frozenset[str]  # headers that are all there, as `bare` has them
    # A header -> its field, or what other files call it; None is left out.
    fields: Mapping[str, str | None] = field(default_factory=dict)
    meanings: Meanings = field(default_factory=dict)


def _preset(
    kind: str,
    layout: str,
    signature: str,
    meanings: Meanings = MappingProxyType({}),
    /,
    **fields: str | None,
) -> Preset:
    """A row: the headers of its signature between `|`, and its own meanings by bare header."""
    return Preset(kind, layout, frozenset(map(bare, signature.split("|"))), fields, meanings)


# An order of Magento is complete once it is shipped, and closed once all of it is refunded.
MAGENTO: Meanings = MappingProxyType({"status": {"closed": "CANCELED"}})
PAYPAL: Meanings = MappingProxyType(
    {"status": {"S": "PAID", "P": "CREATED", "V": "CANCELED", "D": "CANCELED"}}
)
# Its stages are followed by their pipeline, which is called so unless somebody has named it.
HUBSPOT: Meanings = MappingProxyType(
    {
        "status": {
            f"{stage} (Sales Pipeline)": state
            for state, stages in {
                "PAID": ("Closed Won",),
                "CANCELED": ("Closed Lost",),
                "CREATED": ("Appointment Scheduled", "Qualified To Buy", "Presentation Scheduled",
                            "Decision Maker Bought-In", "Contract Sent"),
            }.items()
            for stage in stages
        }
    }
)  # fmt: skip
# Whose order it is, by a number that is theirs and none of ours.
THEIRS = {"customerid": "customer.source_id"}


PRESETS = (
    _preset("customers", "Shopify customers", "First Name|Last Name|Email|Accepts Email Marketing|"
            "Default Address Address1|Total Spent|Total Orders"),
    _preset("customers", "Shopify customers", "First Name|Last Name|Email|Accepts Marketing|"
            "Province Code|Country Code|Total Spent|Total Orders"),
    _preset("orders", "Shopify orders", "Name|Email|Financial Status|Fulfillment Status|Subtotal|"
            "Total|Created at|Lineitem quantity|Lineitem name", name="source_id"),
    _preset("customers", "WooCommerce customers", "Name|Username|Last Active|Sign Up|Email|Orders|"
            "Total Spend|AOV"),
    _preset("customers", "WooCommerce customers", "user_login|user_email|billing_first_name|"
            "billing_postcode"),
    _preset("customers", "WooCommerce customers", "customer_id|first_name|last_name|email|"
            "billing_first_name|billing_postcode"),
    _preset("orders", "WooCommerce orders", "Order Number|Order Status|Order Date|"
            "Email (Billing)|Order Total Amount"),
    _preset("orders", "WooCommerce orders", "order_id|order_number|status|order_total|"
            "billing_email"),
    _preset("orders", "WooCommerce orders", "order_id|order_number|order_date|status|order_total|"
            "customer_email"),
    _preset("orders", "WooCommerce orders", "Date|Order #|Status|Customer|Customer type|"
            "Items sold"),
    _preset("customers", "Mailchimp audience", "Email Address|MEMBER_RATING|OPTIN_TIME|LEID|EUID"),
    _preset("customers", "HubSpot contacts", "Record ID|First Name|Last Name|Email|Contact owner"),
    _preset("customers", "HubSpot contacts", "Contact ID|First Name|Last Name|Email|Contact owner"),
    _preset("customers", "HubSpot contacts", "Record ID|Email|Lifecycle Stage"),
    _preset("orders", "HubSpot deals", "Record ID|Deal Name|Deal Stage|Pipeline", HUBSPOT,
            recordid="source_id", associatedcontactids="customer.source_id"),
    _preset("orders", "HubSpot deals", "Deal ID|Deal Name|Deal Stage|Pipeline", HUBSPOT,
            associatedcontactids="customer.source_id"),
    _preset("customers", "Stripe customers", "id|Description|Email|Name|Created (UTC)|Delinquent"),
    _preset("orders", "Stripe payments", "id|Created date (UTC)|Amount|Amount Refunded|Currency|"
            "Captured|Fee|Status", **THEIRS),
    _preset("orders", "Stripe payments", "id|Created (UTC)|Amount|Amount Refunded|Currency|"
            "Captured|Fee|Status", **THEIRS),
    _preset("customers", "Klaviyo profiles", "Email|Klaviyo ID|First Name|Last Name"),
    _preset("customers", "Salesforce contacts", "Contact ID|First Name|Last Name|Mailing Street|"
            "Mailing City"),
    _preset("customers", "Salesforce contacts", "Id|FirstName|LastName|MailingStreet|MailingCity"),
    _preset("orders", "Salesforce opportunities", "Opportunity ID|Opportunity Name|Stage|Amount|"
            "Close Date", stage="status"),
    _preset("orders", "Salesforce opportunities", "Id|Name|StageName|Amount|CloseDate",
            id="source_id", stagename="status"),
    _preset("orders", "Pipedrive deals", "Deal - ID|Deal - Title|Deal - Value|Deal - Stage|"
            "Deal - Status"),
    _preset("orders", "Zoho deals", "Record Id|Deal Name|Stage|Amount|Closing Date",
            recordid="source_id", stage="status"),
    _preset("customers", "Square customers", "Reference ID|First Name|Last Name|Email Address|"
            "Square Customer ID|Creation Source"),
    _preset("orders", "Square transactions", "Date|Time|Gross Sales|Net Sales|Total Collected|"
            "Transaction ID|Payment ID|Event Type", **THEIRS),
    _preset("orders", "Squarespace orders", "Order ID|Email|Financial Status|Paid at|"
            "Fulfillment Status|Lineitem name"),
    _preset("orders", "Etsy orders", "Sale Date|Order ID|Buyer User ID|Number of Items|Order Value|"
            "Order Total|Order Net", ordervalue="amount"),
    _preset("orders", "eBay orders", "Sales Record Number|Order Number|Buyer Username|"
            "Buyer Email|Item Title"),
    _preset("orders", "Wix orders", "Order number|Date created|Contact email|Qty|Payment status|"
            "Fulfillment status"),
    _preset("orders", "PrestaShop orders", "id_order|reference|customer|payment|date_add"),
    _preset("customers", "BigCommerce customers", "Customer ID|Customer Name|Email|Date Joined|"
            "Customer Group"),
    _preset("orders", "BigCommerce orders", "Order ID|Customer ID|Customer Email|Order Date|"
            "Order Status|Order Total (inc tax)", **THEIRS),
    _preset("customers", "Magento customers", "email|_website|_store|created_in|firstname|lastname|"
            "group_id"),
    _preset("customers", "Magento customers", "ID|Name|Email|Group|Phone|ZIP|Country|"
            "State/Province|Customer Since"),
    _preset("orders", "Magento orders", "ID|Purchase Point|Purchase Date|Bill-to Name|"
            "Grand Total (Purchased)|Status|Customer Email", MAGENTO, id="source_id",
            **{"grandtotal(purchased)": "total_amount"}),
    _preset("orders", "Magento orders", "increment_id|status|base_grand_total|grand_total|"
            "customer_email", MAGENTO),
    _preset("orders", "Magento orders", "Magento entity|Order number|grand_total", MAGENTO),
    _preset("orders", "Amazon orders", "order-id|order-item-id|purchase-date|buyer-email|"
            "quantity-purchased|item-price", itemprice="items.amount"),  # of all, not of one
    # The number of an order begins with 1 again every day.
    _preset("orders", "Toast orders", "Location|Order Id|Order #|Opened|Server|Total",
            orderid="source_id", opened="created_at"),
    _preset("events", "Snowplow events", "app_id|collector_tstamp|event|event_id|domain_userid",
            collectortstamp="created_at"),
    _preset("orders", "PayPal activity", "Date|Time|TimeZone|Status|Gross|Fee|Net|"
            "From Email Address|Transaction ID", gross="total_amount",
            fromemailaddress="customer.email"),
    *(
        _preset("orders", "PayPal activity", f"{moment}|{sums}|{payer}|{number}",
                **{bare(sums.split("|")[0]): "total_amount", bare(payer): "customer.email",
                   bare(number): "source_id", bare(status): "status"})
        for moment, sums, payer, number, status in (
            ("Datum|Uhrzeit|Zeitzone", "Brutto|Netto", "Absender E-Mail-Adresse",
             "Transaktionscode", "Status"),
            ("Date|Heure|Fuseau horaire", "Avant commission|Commission", "De l'adresse email",
             "Numéro de transaction", "État"),
            ("Fecha|Hora|Zona horaria", "Bruto|Neto", "Correo electrónico del remitente",
             "Id. de transacción", "Estado"),
        )
    ),
    _preset("orders", "PayPal transactions", "transaction_info.transaction_event_code|"
            "Transaction ID|Status", PAYPAL),
    _preset("orders", "Clover orders", "Order Date|Order ID|Order Employee Name|Order Total|"
            "Order Payment State", orderpaymentstate="status", orderid="source_id", **THEIRS),
    _preset("orders", "Braintree transactions", "Transaction ID|Transaction Status|"
            "Created Datetime|Amount Authorized", transactionid="source_id",
            transactionstatus="status", createddatetime="created_at", amountauthorized="amount",
            amountsubmittedforsettlement="total_amount", **THEIRS),
    _preset("orders", "Etsy order items", "Sale Date|Item Name|Buyer|Item Total|Order ID|"
            "Listing ID", buyer="customer.source_id"),
    _preset("customers", "DATEV debtors", "Konto|Name (Adressattyp Unternehmen)|"
            "Name (Adressattyp natürl. Person)|Vorname (Adressattyp natürl. Person)",
            konto="source_id", **{
                bare("Name (Adressattyp natürl. Person)"): "last name",
                bare("Vorname (Adressattyp natürl. Person)"): "first name",
                bare("Name (Adressattyp Unternehmen)"): "name",
                bare("Name (Adressattyp keine Angabe)"): "name",
            }),
    _preset("customers", "OXID customers", "OXID|OXUSERNAME|OXCUSTNR", oxid="source_id",
            oxusername="email", oxfname="first name", oxlname="last name", oxstreet="street",
            oxstreetnr="house number", oxcity="city", oxzip="zip", oxfon="phone",
            oxcreate="created_at", oxbirthdate="birthdate"),
    _preset("customers", "Zoho contacts", "Record Id|Contact Owner|First Name|Last Name|Email|"
            "Created Time|Modified Time"),
    _preset("customers", "Dynamics contacts", "(Do Not Modify) Contact|"
            "(Do Not Modify) Row Checksum|(Do Not Modify) Modified On",
            **{"(donotmodify)contact": "source_id"}),
    _preset("customers", "Google contacts", "First Name|Last Name|Labels|E-mail 1 - Value|"
            "Phone 1 - Value"),
    _preset("customers", "Google contacts", "Name|Given Name|Family Name|E-mail 1 - Value"),
    _preset("customers", "Brevo contacts", "EMAIL|SMS|LASTNAME|FIRSTNAME", sms="phone"),
    _preset("customers", "Voucherify customers", "Source ID|Name|Email|Phone|Address Line 1|"
            "Address Postal Code|Loyalty Points"),
    _preset("redemptions", "Voucherify redemptions", "ID|Object|Date|Voucher Code|Customer ID|"
            "Tracking ID|Result|Failure Code"),
    _preset("vouchers", "Voucherify vouchers", "Code|Voucher Type|Value|Discount Type|Start Date|"
            "Expiration Date|Redemption Limit|Active"),
    _preset("vouchers", "Shopify discounts", "Name|Value|Value Type|Times Used In Total|Start|End",
            name="code", type="metadata.Type"),
    _preset("vouchers", "WooCommerce coupons", "post_title|discount_type|coupon_amount",
            posttitle="code"),
    _preset("vouchers", "WooCommerce coupons", "Code|Coupon type|Coupon amount"),
    _preset("vouchers", "WooCommerce coupons", "Coupon code|Coupon type|Coupon amount"),
    # Our own lists, first by field: what is looked up or counted is no part of a record.
    _preset("customers", "customers of this workbench", "id|source_id|created_at|updated_at|"
            "address.line_1|loyalty.points", segments=None),
    _preset("redemptions", "redemptions of this workbench", "id|date|voucher.code|outcome",
            outcome=None),
    _preset("orders", "orders of this workbench", "ID|Order source ID|Created at|Source ID",
            sourceid="customer.source_id", customer=None, email="customer.email"),
    _preset("orders", "orders of this workbench", "ID|Created at|Status|Total amount|Customer|"
            "Customer ID", customer=None, email="customer.email"),
    _preset("redemptions", "redemptions of this workbench", "ID|Outcome|Voucher|Customer",
            outcome=None, customer=None, email="customer.email"),
    _preset("events", "events of this workbench", "ID|Created at|Event|Customer|Source ID",
            customer=None, email="customer.email"),
)  # fmt: skip

# Layouts whose whole amounts are currency too: deals are of thousands, and nobody has 5 cents off.
IN_CURRENCY = frozenset(
    ("HubSpot deals", "Salesforce opportunities", "Pipedrive deals", "Zoho deals",
     "WooCommerce coupons")
)  # fmt: skip


def preset_of(header: Iterable[str], kind: str | None = None) -> Preset | None:
    """The layout of a kind, or of any, that has most of a header; None where none is known."""
    known = frozenset(map(bare, header))
    fitting = (each for each in PRESETS if kind in (None, each.kind) and each.signature <= known)
    return max(fitting, key=lambda each: len(each.signature), default=None)
