"""What headers mean by their words: every row of the tables, and what only looks like a field."""

import pytest

from engine.imports.columns.activity_synonyms import SYNONYMS
from engine.imports.columns.facts import Facts
from engine.imports.columns.presets import PRESETS
from engine.imports.columns.proposals import proposed, proposed_targets
from engine.imports.columns.recognition import senses
from engine.imports.columns.synonym import (
    CLOCK,
    FIRST_NAME,
    HOUSE_NUMBER,
    LAST_NAME,
    NAME_PREFIX,
    ZONE,
)
from engine.imports.columns.table import TABLES
from engine.imports.preview import likely

JOINED = (CLOCK, ZONE, FIRST_NAME, NAME_PREFIX, LAST_NAME, HOUSE_NUMBER)
ROWS = [
    pytest.param(kind, synonym, id=f"{kind} {synonym.path} {place}")
    for kind, rows in SYNONYMS.items()
    for place, synonym in enumerate(rows)
    if not synonym.qualified
]


def field(header, kind="customers"):
    return proposed(header, TABLES[kind]).field


@pytest.mark.parametrize(("kind", "synonym"), ROWS)
def test_every_phrase_is_a_header_of_its_field(kind, synonym):
    meant = {phrase: {each.path for each in senses(phrase, kind)} for phrase in synonym.phrases}

    assert [phrase for phrase, paths in meant.items() if synonym.path not in paths] == []


@pytest.mark.parametrize("kind", list(SYNONYMS))
def test_every_synonym_is_of_a_field_that_a_file_brings(kind):
    known = {column.path for column in TABLES[kind].columns}

    assert {each.path for each in SYNONYMS[kind]} - {*JOINED} <= known


@pytest.mark.parametrize(
    ("header", "found"),
    [
        *((header, "email") for header in (
            "Email Address", "E-Mail-Adresse", "Primary Email", "eMail", "E-Mail (privat)",
            "Courriel", "Correo electrónico", "Adres e-mail", "user_email", "EMAIL_ADDRESS",
            "Emails", "Email Address(es)", "What is your email address?", "E-Mail des Kunden")),
        *((header, "source_id") for header in (
            "Customer ID", "Kd.-Nr.", "KdNr", "Kundennummer", "Kunden-Nr.", "Klaviyo ID",
            "HubSpot contact id", "Record ID - Contact", "Contact ID", "Client N°",
            "Nº cliente", "ID klienta", "customerId", "External ID", "CRM-ID", "Member #",
            "客户编号", "고객번호", "Lead ID", "Membership No.",
            "Klantnummer", "Codice cliente", "Código do cliente",
            "Kundnr", "Kundenummer")),
        *((header, "phone") for header in (
            "Phone Number", "Telefon", "Tel.", "Téléphone", "Teléfono móvil", "Handy",
            "Default Address Phone", "Mobile Phone Number", "Nr telefonu", "Business Phone",
            "Person - Phone - Mobile", "Cellulare", "Telemóvel", "Telefoonnummer",
            "Phone Number(s)", "Ihre Telefonnummer", "Teléfono del cliente")),
        *((header, "birthdate") for header in (
            "Date of Birth", "Geburtsdatum", "DOB", "Date de naissance", "Data urodzenia",
            "Fecha de nacimiento", "geb. am", "Date naiss.", "Geboortedatum", "Data di nascita",
            "Födelsedatum", "Fødselsdato", "BIRTH_DT", "Né(e) le")),
        *((header, "address.line_1") for header in (
            "Straße", "Street Address", "Address1", "Default Address Address1", "Mailing Street",
            "Adresse", "Dirección", "Ulica", "Rue", "Billing Address 1", "Address (Billing)",
            "physical_address1", "Street address line 1 - Home", "Indirizzo",
            "Straat", "Gatuadress", "Morada")),
        *((header, "address.line_2") for header in (
            "Address 2", "Default Address Address2", "Adresszusatz", "Complément d'adresse",
            "Complément")),
        *((header, "address.postal_code") for header in (
            "Zip", "ZIP Code", "PLZ", "Code postal", "Kod pocztowy", "C.P.", "Código postal",
            "Mailing Zip/Postal Code", "Shipping Zip", "billing_postcode", "Postcode (Billing)",
            "ZIP_CD")),
        *((header, "address.city") for header in (
            "Default Address City", "Billing City", "Ort", "Wohnort", "Ville", "Ciudad",
            "Miasto", "City / Town", "Ship To City", "Rechnungsadresse Ort")),
        *((header, "address.state") for header in (
            "State / Region", "Province/State", "Bundesland", "Województwo", "Provincia",
            "Default Address Province Code", "Mailing State/Province")),
        *((header, "address.country") for header in (
            "Country / Region", "Land", "Pays", "País", "Kraj", "Country Code",
            "Default Address Country Code", "Code du pays", "country_id")),
        *((header, "created_at") for header in (
            "Created (UTC)", "Kunde seit", "Create Date", "Date Joined", "Sign Up", "OPTIN_TIME",
            "Signed up (Europe/Berlin)", "Registration date", "Fecha de alta", "Data rejestracji",
            "Client depuis", "Erstellt am")),
        *((header, "updated_at") for header in ("Last Modified Date", "LAST_CHANGED")),
        *((header, "name") for header in (
            "Full Name", "Customer Name", "Nom", "Nombre", "Imię i nazwisko", "Kunden-Name")),
        ("Address line 1", "address.line_1"),
        ("Loyalty points", "loyalty.points"),
    ],
)  # fmt: skip
def test_columns_of_customers_are_understood(header, found):
    assert field(header) == found


@pytest.mark.parametrize(
    "header",
    [
        *(
            "Email Marketing Consent",
            "Accepts Email Marketing",
            "Email opened count",
            "Email 2 type",
        ),
        *(
            "Company name",
            "Orders count",
            "Points earned",
            "Product name",
            "Account Name",
            "User name",
            "Contact owner",
            "Hotel",
        ),
        *("Total Spent", "Created by", "City of birth", "Country of last order", "Statement"),
        *("Phone type", "Last order ID", "Tax ID", "Company ID", "Tax VAT Number", "Store ID"),
        *("Last Active", "Birthday month", "IP Address", "Address type", "Postal", "Landing page"),
        *("What is your company name?", "Your order email", "E-Mail des Verkäufers", "TA ID"),
        *("Customer group", "Customer type", "Kundengruppe", "Ortsteil", "Vorname Partner"),
    ],
)
def test_what_says_more_is_no_field(header):
    assert field(header) == f"metadata.{header}"


@pytest.mark.parametrize(
    ("kind", "header", "found"),
    [
        *(("orders", header, "source_id") for header in (
            "Order Number", "Order #", "order_id", "Bestellnummer", "N° de commande",
            "Nº de commande", "Nº de pedido", "Número de pedido", "Nr zamówienia", "Bestell-Nr.")),
        *(("orders", header, "created_at") for header in (
            "Order Date", "Bestelldatum", "Date de commande", "Fecha", "Data zamówienia",
            "Date created", "Datum")),
        *(("orders", header, "status") for header in (
            "Financial Status", "Order Status", "Bestellstatus", "Statut", "Estado del pedido",
            "État", "État commande", "État de la commande", "État du paiement", "Zustand", "Estado",
            "Estado de envío", "Stan", "Status przesyłki", "Stato", "Stato del pagamento",
            "Situação do pedido", "Status do pedido", "Status bestelling", "State")),
        *(("customers", header, f"metadata.{header}") for header in ("État", "Stan", "Stato")),
        ("customers", "Estado", "address.state"),
        ("customers", "State", "address.state"),
        *(("orders", header, "total_amount") for header in (
            "Total", "Order Total", "Grand Total", "Order Total (inc tax)", "Gesamtbetrag",
            "Total TTC", "Importe total", "Do zapłaty", "Kwota razem", "TotalToPay",
            "Order Total Amount", "Total (EUR)")),
        *(("orders", header, "discount_amount") for header in (
            "Rabatt", "Remise", "Descuento", "Cart Discount Amount")),
        *(("orders", header, "amount") for header in (
            "Subtotal", "Zwischensumme", "Order Subtotal Amount", "Betrag in EUR")),
        *(("orders", header, "source_id") for header in (
            "id_order", "amazon-order-id", "Purchase ID", "Booking reference",
            "Sales Record Number", "Bestelnummer", "Numero ordine", "Ordrenummer",
            "Nº da encomenda")),
        *(("orders", header, "total_amount") for header in (
            "Total Collected", "Totaalbedrag", "Importo totale", "Valor total", "Totalbelopp")),
        ("orders", "Purchase Email", "customer.email"),
        ("customers", "Doğum tarihi", "birthdate"),
        ("customers", "PSČ", "address.postal_code"),
        ("customers", "郵便番号", "address.postal_code"),
        ("orders", "Číslo objednávky", "source_id"),
        ("orders", "合計金額", "total_amount"),
        ("orders", "订单号", "source_id"),
        ("orders", "결제금액", "total_amount"),
        ("orders", "Sipariş durumu", "status"),
        ("orders", "Klantnummer", "customer.source_id"),
        ("orders", "Gross Sales", "amount"),
        ("orders", "Lineitem name", "items.product_id"),
        ("orders", "Lineitem sku", "items.sku_id"),
        ("orders", "Item Cost", "items.price"),
        ("orders", "Menge", "items.quantity"),
        ("orders", "Item product", "items.product_id"),
        ("orders", "Billing Email", "customer.email"),
        ("orders", "E-mail", "customer.email"),
        ("orders", "Customer ID", "customer.id"),
        ("orders", "Kundennummer", "customer.source_id"),
        ("orders", "Total Tax", "metadata.Total Tax"),
        ("orders", "Order Total Tax Amount", "metadata.Order Total Tax Amount"),
        ("orders", "Discount Code", "metadata.Discount Code"),
        ("orders", "Discount %", "metadata.Discount %"),
        ("orders", "Item #", "metadata.Item #"),
        ("orders", "Billing Name", "metadata.Billing Name"),
        ("orders", "Customer Name", "metadata.Customer Name"),
        ("orders", "Billing City", "metadata.Billing City"),
        ("orders", "customer.name", None),
        ("redemptions", "Coupon code", "voucher.code"),
        ("redemptions", "Redeemed at", "date"),
        ("redemptions", "shop", "metadata.shop"),
        ("events", "Event name", "event"),
        ("events", "Timestamp", "created_at"),
        ("events", "page", "metadata.page"),
        ("vouchers", "Gutscheincode", "code"),
        ("orders", "Amount (cents)", "amount"),
        ("vouchers", "Coupon amount", "value"),
        ("vouchers", "Minimum spend", "minimum_amount"),
        ("customers", "registriert", "created_at"),
        ("vouchers", "Valid until", "expiration_date"),
        ("vouchers", "Gift Balance", "metadata.Gift Balance"),
    ],
)  # fmt: skip
def test_columns_of_activity_are_understood_and_none_vanishes(kind, header, found):
    assert field(header, kind) == found


@pytest.mark.parametrize("kind", list(TABLES))
def test_readable_headers_are_understood(kind):
    """Those of the columns whose label no other column has as its spelling."""
    for column in TABLES[kind].columns:
        if column.label and column.label not in ("Source ID", "Created at"):
            assert field(column.label, kind) == column.path


def test_a_column_that_holds_other_things_is_no_field():
    """A row is never rejected for a guess: these stay metadata."""
    columns = {"Mail": ("yes", "no"), "Kunde seit": ("2019", "lange"), "Telefon": ("1", "2")}
    shown = list(columns.values())

    found = proposed_targets(
        list(columns), TABLES["customers"], lambda place: Facts(2, 2, 2, shown[place])
    )

    assert [each.field for each in found] == ["metadata.Mail", "metadata.Kunde seit", "phone"]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("3 / 100", "0 / ∞"), "metadata.Usage / Limit"),
        (("2024-01-31", "2024-02-29"), "metadata.Usage / Limit"),
        *((cells, "redemption_limit") for cells in (
            ("100", "1 000"), ("1.000,00",), ("4E+12",), ("(12) times",), ("", ""))),
    ],
)  # fmt: skip
def test_a_guess_of_a_number_has_one_in_a_cell(cells, found):
    facts = Facts(2, 2, 2, tuple(cell for cell in cells if cell))
    [target] = proposed_targets(["Usage / Limit"], TABLES["vouchers"], lambda _place: facts)

    assert target.field == found


def test_the_form_can_be_drawn_of_any_header():
    for header in ([], [""], ["", ""], ["Name", "Name"], ["x"], ["1", "a@b.c"], ["#", "%", "."]):
        for table in TABLES.values():
            assert len(proposed_targets(header, table)) == len(header)


@pytest.mark.parametrize(
    "preset", PRESETS, ids=[f"{preset.name} {place}" for place, preset in enumerate(PRESETS)]
)
def test_what_a_preset_says_of_a_header_is_a_field_of_its_kind_or_words_for_one(preset):
    known = {column.path for column in TABLES[preset.kind].columns}

    said = {path for path in preset.fields.values() if path} - known

    assert [
        each for each in said if not senses(each, preset.kind) and "metadata." not in each
    ] == []


@pytest.mark.parametrize(
    "preset", PRESETS, ids=[f"{preset.name} {place}" for place, preset in enumerate(PRESETS)]
)
def test_the_header_of_a_preset_says_what_the_file_holds(preset, tmp_path):
    file = tmp_path / "file.csv"
    file.write_text(",".join(preset.signature) + "\n" + ",".join("1" for _ in preset.signature))

    assert likely(file) is TABLES[preset.kind]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("orderCustomer.customerNumber", "customer.source_id"),
        ("Order Customer ID", "customer.source_id"),
        ("orderCustomer.email", "customer.email"),
        ("Order Email", "customer.email"),
        ("Order Customer Reference", "metadata.Order Customer Reference"),
        ("Order Profile ID", "metadata.Order Profile ID"),
        ("Stage", "metadata.Stage"),
        ("Deal Stage", "status"),
    ],
)
def test_what_is_the_orders_own_is_no_customers(header, found):
    assert field(header, "orders") == found


def test_addresses_do_not_make_customers_of_orders(tmp_path):
    file = tmp_path / "file.csv"
    file.write_text(
        "Order no,Order date,Status,Order total,Email,Street,City,Zip,State,Country\n"
        "1,2026-01-02,PAID,5.00,a@x.org,Main 1,Ulm,89073,BW,DE\n"
    )

    assert likely(file) is TABLES["orders"]
