"""
Words that may stand around the name of a field and leave it what it is, such as "billing city".

Each has a rank: of two columns for one field the lower rank goes first (imports rule 46).
"""

from collections.abc import Mapping
from types import MappingProxyType

OWN, POSTAL, BILLING, SHIPPING, OTHER = 0, 10, 20, 40, 60  # of several addresses, names, mails


def _ranked(rows: Mapping[int, str]) -> Mapping[str, int]:
    return MappingProxyType({word: rank for rank, text in rows.items() for word in text.split()})


# Whose name, e-mail or phone.
PERSON = _ranked(
    {
        OWN: "customer customers client cliente klient klienta klienten kunde kunden contact "
        "contacto kontakt user usuario member mitglied subscriber profile person personal primary "
        "main default cust shopper donor buyer purchaser purchase guest lead attendee "
        "acheteur comprador kaufer kaufers besteller bestellers nabywca 1 value "
        "des der du del de la l",  # "E-Mail des Kunden"
        BILLING: "billing bill invoice rechnung rechnungs rechnungsadresse facturation "
        "facturacion factura rozliczeniowy payer",
        SHIPPING: "shipping ship delivery recipient liefer lieferung lieferadresse versand "
        "livraison envio entrega dostawy wysylki",
        OTHER: "work business other secondary alternate alternative additional second home 2 3 "
        "private privat geschaftlich dienstlich",
    }
)

# Whose address; "default address zip", "mailing street", "address: city".
PLACE = _ranked(
    {
        OWN: " ".join(word for word, rank in PERSON.items() if rank == OWN)
        + " address addresses adresse anschrift adres adresu direccion residence residential "
        "current permanent physical",
        POSTAL: "mailing postal",
        BILLING: " ".join(word for word, rank in PERSON.items() if rank == BILLING) + " to",
        SHIPPING: " ".join(word for word, rank in PERSON.items() if rank == SHIPPING),
        OTHER: " ".join(word for word, rank in PERSON.items() if rank == OTHER),
    }
)

# Whose number a number is; one of these has to stand beside "id" or "number".
SYSTEMS = _ranked(
    {
        OWN: "customer customers client cliente klient klienta kunde kunden kd contact kontakt "
        "user member "
        "mitglied mitglieds subscriber profile person guest buyer debitor "
        "lead membership",
        BILLING: "klaviyo hubspot mailchimp shopify salesforce stripe woocommerce woo magento "
        "bigcommerce braze zendesk intercom pipedrive odoo sap dynamics sendgrid iterable "
        "activecampaign brevo zoho square lightspeed wix squarespace prestashop shopware "
        "mailerlite paypal omnisend crm erp pos shop external ext extern legacy record loyalty "
        "system unique",
    }
)

# What a moment is one of; "created (UTC)", "order date".
MOMENT = _ranked(
    {OWN: "utc gmt cet at on date time customer customers account user contact profile person "
     "subscriber member record"}
)  # fmt: skip
ORDER = _ranked({OWN: "order orders bestell bestellung auftrag commande pedido zamowienia 1"})
# Whose order a number is, where nothing is called the order alone; "amazon-order-id".
SHOPS = _ranked(
    {BILLING: "amazon ebay etsy otto zalando allegro kaufland walmart shopify woocommerce magento "
     "shopware prestashop bigcommerce wix squarespace shop store web online external marketplace "
     "channel sales"}
)  # fmt: skip
ORDER_MOMENT = _ranked({OWN: "order orders bestellung commande pedido zamowienia utc gmt at on"})

# The unit of an amount; "Betrag in EUR", "Item price (EUR)".
UNIT = (
    "in eur usd gbp pln chf euro sek nok dkk czk huf ron bgn try uah jpy cny inr aud cad nzd brl "
    "mxn zar sgd hkd aed us cents cent"
)

# Money with tax and without; "order total (inc tax)".
MONEY = _ranked(
    {
        OWN: f"order bestellung commande pedido zamowienia {UNIT} cart "
        "amount total inctax ttc brutto gross",
        BILLING: "extax netto net ht",
    }
)

# A line of an order; "lineitem price", "product sku".
LINE = "lineitem line item items product produkt artikel article position refund"
ITEM = _ranked({OWN: LINE})
ITEM_MONEY = _ranked({OWN: f"{LINE} {UNIT} inctax ttc brutto gross", BILLING: "extax netto net ht"})
NOTHING: Mapping[str, int] = MappingProxyType({})
