"""
Columns whose numbers are names: postal codes, phones, numbers of orders and customers.

Only whole words of a header count, so "Hotel" is no "tel" and "Width" no "id".
"""

import re

import polars as pl

from engine.imports.columns.words import words

POINT = ".0"
POINTED = "is read without `.0`: all of its numbers are names that a program took for decimals"
DECIMAL = r"^(?:0|[1-9][0-9]{0,14})\.0$"

# Words that make a column text wherever they stand in its header, without accents.
WORDS = (
    ("ids and keys", "id ids uid uuid guid key keys token hash ref reference referenz ident"),
    ("in other tongues", "kennung schluessel schlussel cle clave klucz identifier identyfikator"),
    ("codes", "code codes kod codigo sku ean gtin upc isbn barcode iban bic swift imei serial"),
    ("tax and people", "vat ust ustid nip pesel regon siret siren nif cif tva ssn"),
    ("postal codes", "zip zipcode plz postleitzahl postal postcode postalcode cp"),
    ("phones", "phone phones telephone tel telefon telefono mobile handy mobil mobiltelefon cell"),
    ("more phones", "cellphone fax komorka movil portable whatsapp msisdn"),
    ("countries, where NO is Norway", "country land kraj pays pais nation market markt"),
    ("more countries", "countries countrycode cc iso paese panstwo staat"),
    ("markets", "markets marche mercado mercato marknad rynek"),
    ("countries in one word", "herkunftsland lieferland rechnungsland geburtsland wohnsitzland"),
    ("their codes", "landescode landercode laendercode landerkennung landcode landkod landekode"),
    (
        "whose citizen",
        "nationality nationalitat nationalitaet nationalite nacionalidad citizenship",
    ),
    ("in other tongues", "nazionalita nationaliteit nacionalidade nationalitet narodowosc"),
    ("citizenship", "staatsangehorigkeit staatsburgerschaft citoyennete ciudadania obywatelstwo"),
    ("provinces, where NO is Novara", "province prov provincia provincie provinz wojewodztwo"),
    ("tongues and money", "language sprache langue idioma jezyk lang locale currency waluta"),
    ("more tongues", "languages taal lingua lengua idiomas sprak sprog"),
    ("money", "wahrung waehrung devise moneda"),
    ("names", "name firstname lastname surname vorname nachname prenom nom nombre apellido"),
    ("more names", "apellidos imie nazwisko street strasse rue calle ulica"),
)
# Words for a number, and the words with which it is a name and no amount.
NUMBER = ("a number", "number no nr num numero nummer numer")
NUMBERED = (
    ("of people", "customer client kunden kunde kd cliente klienta member mitglied mitglieds"),
    ("of papers", "order bestell bestellung auftrag auftrags commande pedido zamowienia rechnung"),
    ("of bills", "rechnungs invoice factura facture faktury contract vertrag vertrags policy"),
    ("of accounts", "account konto konta compte cuenta card karte karten karty voucher gutschein"),
    ("of things", "article artikel item product produkt house haus tax steuer tracking ticket"),
    ("of documents", "police document reference serial"),
)
# Words that are written as one, as German does.
COMPOUND = re.compile(
    r"(?:kunden|bestell|auftrags|rechnungs|konto|karten|mitglieds|artikel|haus|steuer|telefon"
    r"|handy|mobil|vertrags|gutschein|personal|serien|order|customer|account|invoice|phone)"
    r"(?:nummer|nr|no|number|id|code)"
)
KEYS, NUMBERS, NAMED = (
    frozenset(word for _, text in rows for word in text.split())
    for rows in (WORDS, (NUMBER,), NUMBERED)
)


def label_word(header: str) -> str | None:
    """The word of a header that makes its column text, whatever its cells look like."""
    said = words(header)
    found = next((word for word in said if word in KEYS or COMPOUND.fullmatch(word)), None)
    if found or not NUMBERS.intersection(said):
        return found
    return next((word for word in said if word in NAMED), None)


def are_pointed(cells: pl.Series) -> bool:
    """Whether all of the cells are whole numbers that a program has written as decimals."""
    given = cells.drop_nulls()
    return bool(len(given)) and bool(given.str.contains(DECIMAL).all())
