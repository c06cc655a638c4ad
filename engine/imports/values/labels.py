"""
Columns whose numbers are names: postal codes, phones, numbers of orders and customers.

Only whole words of a header count, so "Hotel" is no "tel" and "Width" no "id".
"""

import re
import unicodedata

# Words that make a column text wherever they stand in its header.
WORDS = frozenset(
    # ids and keys
    "id ids uid uuid guid key keys schluessel schlussel cle clave klucz ident identifier kennung"
    " token hash ref reference referenz"
    # codes that look like numbers
    " code codes kod codigo sku ean gtin upc isbn barcode iban bic swift vat ust ustid nip pesel"
    " regon siret siren nif cif tva ssn imei serial"
    # postal codes
    " zip zipcode plz postleitzahl postal postcode postalcode cp"
    # phones
    " phone phones telephone tel telefon telefono mobile handy mobil mobiltelefon cell cellphone"
    " fax komorka movil portable whatsapp msisdn"
    # countries and tongues: "NO" is Norway there, and "SI" Slovenia
    " country land kraj pays pais nation market markt language sprache langue idioma jezyk lang"
    " locale currency wahrung waehrung devise moneda waluta"
    # names of people and places
    " name firstname lastname surname vorname nachname prenom nom nombre apellido apellidos imie"
    " nazwisko street strasse rue calle ulica".split()
)
# Words that mean the number of something, where one of the others says that it is a name.
NUMBERS = frozenset(["number", "no", "nr", "num", "numero", "nummer", "numer"])
NUMBERED = frozenset(
    ["order", "customer", "client", "kunden", "kunde", "kd", "bestell", "bestellung", "auftrag", "auftrags", "rechnung", "rechnungs", "invoice", "account", "konto", "card", "karte", "karten", "member", "mitglied", "mitglieds", "article", "artikel", "item", "product", "produkt", "commande", "cliente", "pedido", "factura", "facture", "compte", "cuenta", "klienta", "zamowienia", "faktury", "konta", "karty", "house", "haus", "tax", "steuer", "voucher", "gutschein", "contract", "vertrag", "vertrags", "tracking", "ticket", "serial", "policy", "police", "document", "reference"]
)
# Words that are written as one, as German does.
COMPOUND = re.compile(
    r"(?:kunden|bestell|auftrags|rechnungs|konto|karten|mitglieds|artikel|haus|steuer|telefon"
    r"|handy|mobil|vertrags|gutschein|personal|serien|order|customer|account|invoice|phone)"
    r"(?:nummer|nr|no|number|id|code)"
)
SPLITS = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^\w]+|_+|(?<=\D)(?=\d)")


def label_word(header: str) -> str | None:
    """The word of a header that makes its column text, whatever its cells look like."""
    words = [_plain(word) for word in SPLITS.split(header) if word]
    found = next((word for word in words if word in WORDS or COMPOUND.fullmatch(word)), None)
    if found or not NUMBERS.intersection(words):
        return found
    return next((word for word in words if word in NUMBERED), None)


def _plain(word: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", word.casefold().replace("ł", "l"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
