"""What columns of orders, redemptions, events and vouchers are called elsewhere."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.imports.columns import eastern_tongues, further_tongues
from engine.imports.columns.qualifiers import (
    ITEM,
    ITEM_MONEY,
    MONEY,
    ORDER,
    ORDER_MOMENT,
    PERSON,
    SHOPS,
    SYSTEMS,
)
from engine.imports.columns.synonym import CLOCK, ZONE, Synonym, row
from engine.imports.columns.synonyms import CUSTOMER_NUMBER, CUSTOMERS, EMAIL, LOGIN, UPDATED

# Whose record it is. A name alone says it of nobody.
OWNER = (
    row("customer.id", "customer id"),
    # No word "order" around them: an order's customer reference is what a customer calls it.
    row("customer.source_id", "customer source id, order customer id, order customer number, "
        "order customer customer number; " + CUSTOMER_NUMBER),
    row("customer.source_id", "id, number, no, nr, nummer", SYSTEMS, qualified=True),
    row("customer.email", f"{EMAIL}, order email, order customer email; {LOGIN}", PERSON),
)  # fmt: skip
MOMENTS = (
    "date, datetime, date time, timestamp, time, moment, datum, zeitpunkt, zeitstempel, "
    "uhrzeit, date et heure, horodatage, fecha, fecha y hora, fecha hora, data, data i godzina, "
    "created, created on, created date, creation date, date created, created time, "
    "created datetime, erstellt, "
    "erstellt am, "
    "create date, creado, creado el, cree le, date de creation, fecha de creacion, "
    "data utworzenia, utworzono"
)
TIME = row(
    CLOCK,
    "time, time of day, uhrzeit, zeit, heure, hora, godzina, ora, orario, tijd, tid, klokkeslaet, "
    "order time, purchase time, sale time, transaction time, event time, time created, "
    "heure de commande, hora del pedido, godzina zamowienia, bestellzeit",
    ORDER_MOMENT,
)
ZONE_OF_TIME = row(
    ZONE,
    "time zone, timezone, tz, created timezone, zeitzone, fuseau horaire, zona horaria, "
    "fuso orario, fuso horario, tijdzone, strefa czasowa, tidszon, tidszone, tidssone",
)
ORDER_NUMBER = (
    "order number, order no, order nr, order num, order name, order ref, order reference, "
    "order, bestellnummer, bestell nr, bestellnr, bestellung, bestellung nr, auftragsnummer, "
    "auftrags nr, auftragsnr, belegnummer, beleg nr, numero de commande, numero commande, "
    "n de commande, n commande, no commande, commande, ref commande, reference commande, "
    "numero de pedido, numero pedido, n pedido, n de pedido, no pedido, pedido, "
    "ref pedido, numer zamowienia, nr zamowienia, zamowienie, increment id;"
    "order id, id order, bestell id, bestellungs id, auftrags id, id commande, id de commande, "
    "id pedido, "
    "id del pedido, id de pedido, id zamowienia"
)
PAPER_NUMBER = (  # of what stands for an order where nothing is called one
    "merchant reference, psp reference, deal id, deal number, opportunity id, "
    "subscription id, bon nr, bonnummer, kassenbon, kassenbon nr, purchase id, "
    "purchase number, charge id, payment id, booking id, booking number, "
    "booking reference, reservation id, reservation number, ticket number, "
    "sales record number, transaction id, transaction number, transaction no, transaction code, "
    "transaktionscode, transaktions id, transaktionsid, "
    "transaktionsnummer, numero de transaction, id de transaccion, numero de transaccion, "
    "numer transakcji, receipt id, receipt number, receipt no, sale id, sales id, "
    "invoice id, invoice number, invoice no, rechnungsnummer, rechnungsnr, rechnung nr, "
    "numero de facture, numero facture, n facture, n de facture, numero de factura, "
    "numero factura, n factura, n de factura, numer faktury, nr faktury"
)

ORDERS = (
    *OWNER,
    TIME,
    ZONE_OF_TIME,
    row("source_id", f"{ORDER_NUMBER}; {PAPER_NUMBER}", SHOPS),
    row(
        "created_at",
        MOMENTS + ", order date, ordered at, ordered on, order created, order placed, placed at, "
        "placed on, deal created, date ordered, sale date, date of sale, sold on, date sold, "
        "transaction date, "
        "invoice date, rechnungsdatum, purchase date, purchased at, purchased on, "
        "date of purchase, date add, booking date, date booked, booked on, booked at, "
        "bestelldatum, bestellt am, auftragsdatum, belegdatum, verkauft am, verkaufsdatum, "
        " kaufdatum, gekauft am, date de commande, "
        "date commande, date d achat, fecha de pedido, fecha del pedido, fecha pedido, "
        "fecha de compra, data zamowienia, data zlozenia, data zlozenia zamowienia, data zakupu",
        ORDER_MOMENT,
    ),
    row("updated_at", UPDATED, ORDER_MOMENT),
    row(
        "status",
        "status, order state, deal status, bestellstatus, auftragsstatus, "
        "status der bestellung, statut, "
        "statut de commande, etat de la commande, statut de la commande, statut commande, "
        "etat de commande, "
        "estado del pedido, estado pedido, estado de la orden, status zamowienia, stan zamowienia;"
        "state, zustand, etat, estado, stan;"
        "financial status, payment status, zahlungsstatus, zahlstatus, statut de paiement, "
        "statut du paiement, statut paiement, etat du paiement, etat de paiement, etat paiement, "
        "estado de pago, estado del pago, status platnosci, stan platnosci;"
        "fulfillment status, fulfilment status, delivery status, shipping status, lieferstatus, "
        "versandstatus, statut de livraison, statut de la livraison, etat de la livraison, "
        "estado de envio, estado del envio, estado de entrega, status wysylki, status przesylki;"
        "deal stage",
        ORDER,
    ),
    row(
        "amount",
        "subtotal, sub total, amount, gross sales, zwischensumme, warenwert, betrag, sous total, "
        "montant, importe, subtotal amount, kwota, wartosc, suma czesciowa",
        MONEY,
    ),
    row(
        "discount_amount",
        "discount, discounts, discount amount, discount total, total discount, total discounts, "
        "cart discount, order discount, rabatt, rabattbetrag, nachlass, remise, remises, "
        "montant de la remise, reduction, descuento, descuentos, importe de descuento, rabat, "
        "znizka, kwota rabatu",
        MONEY,
    ),
    row(
        "total_amount",
        "total, total amount, grand total, total price, order total, order amount, "
        "total paid, total paid tax incl, deal value, deal amount, amount paid, total collected, "
        "summe, gesamt, gesamtbetrag, gesamtsumme, "
        "gesamtpreis, bruttobetrag, brutto, kwota brutto, wartosc brutto, montant ttc, "
        "total con iva, endbetrag, rechnungsbetrag, montant total, "
        "total commande, total de la commande, total ttc, importe total, total pedido, "
        "total del pedido, razem, suma, kwota calkowita, lacznie, do zaplaty, "
        "kwota razem, kwota do zaplaty, laczna kwota, wartosc calkowita, total to pay, "
        "betrag gesamt, "
        "bestellsumme, importe del pedido, montant de la commande, prix total;"
        "total paid tax excl, sale price, sale amount, order value, revenue, turnover, "
        "bestellwert, auftragswert, gesamtwert, umsatz, "
        "wartosc zamowienia",
        MONEY,
    ),
    row("items.product_id", "product id, item id, produkt id, id du produit, id del producto;"
        "name, title, product, item, product name, item name, lineitem name, product title, "
        "produkt, produktname, artikel, artikelname, artikelbezeichnung, bezeichnung, "
        "angebotstitel, "
        "produit, nom du produit, article, designation, producto, nombre del producto, articulo, "
        "nazwa produktu, nazwa towaru, towar", ITEM, qualified=True),
    row("items.product_id", "produkt, produktname, artikel, artikelname, artikelbezeichnung, "
        "product, item, product name, item name, produit, nom du produit, article, producto, "
        "nombre del producto, articulo, nazwa produktu, nazwa towaru, towar"),
    row("items.sku_id", "sku, sku id, sku code, variant sku, variant id, artikelnummer, "
        "artikel nr, art nr, artnr, reference produit, referencia, indeks, kod produktu", ITEM),
    row("items.quantity", "quantity, qty, quantity ordered, qty ordered, quantity purchased, "
    "menge, anzahl, stuck, stuckzahl, "
        "quantite, qte, cantidad, cant, ilosc, sztuk, liczba sztuk", ITEM),
    row("items.price", "price, unit price, cost, unit cost, einzelpreis, stuckpreis, preis, "
        "prix, prix unitaire, precio, precio unitario, cena, cena jednostkowa", ITEM_MONEY),
    row("items.amount", "line total, line amount, line item total, item total, lineitem total, "
        "lineitem amount, positionsbetrag, positionssumme, zeilensumme, total ligne, "
        "total linea, wartosc pozycji, item amount", ITEM_MONEY),
)  # fmt: skip

CODE = (
    "voucher code, voucher, coupon code, coupon, promo code, promotion code, discount code, "
    "gift card code, gift card number, gutscheincode, gutschein code, gutschein, gutscheinnummer, "
    "rabattcode, code promo, code promotionnel, code de reduction, bon, code coupon, "
    "code du bon, cupon, codigo de cupon, codigo cupon, codigo promocional, "
    "codigo de descuento, kod, kod rabatowy, kod kuponu, kupon, kod promocyjny"
)
CAMPAIGN = "campaign name, kampagne, campagne, campana, kampania"

REDEMPTIONS = (
    *OWNER,
    TIME,
    ZONE_OF_TIME,
    row("id", "redemption id, einlosungs id, id de utilisation, id de canje, id canje"),
    row(
        "date",
        MOMENTS + ", redeemed at, redeemed on, redeemed, redemption date, date redeemed, used at, "
        "used on, created at, eingelost am, einlosedatum, date d utilisation, utilise le, "
        "fecha de canje, canjeado el, data wykorzystania, data realizacji",
    ),
    row("voucher.code", CODE + ", code"),
    row("campaign", CAMPAIGN),
    row("result", "ergebnis, resultat, resultado, wynik, redemption result"),
    row("status", "redemption status, statut, estado"),
    row("failure_code", "error code, fehlercode, code d erreur, codigo de error, kod bledu"),
    row("failure_message", "error message, failure reason, fehlermeldung, message d erreur"),
    row("order.id", ORDER_NUMBER),
    row("order.amount", "order total, order value, bestellwert, montant de la commande, "
        "importe del pedido, wartosc zamowienia"),
    row("gift.amount", "gift card amount, redeemed amount, amount redeemed"),
)  # fmt: skip

EVENTS = (
    *OWNER,
    TIME,
    ZONE_OF_TIME,
    row("id", "event id, insert id, message id, ereignis id"),
    row(
        "event",
        "event name, event type, action, activity, activity type, metric, metric name, ereignis, "
        "ereignisname, aktion, aktivitat, evenement, nom de l evenement, type d evenement, "
        "evento, nombre del evento, tipo de evento, zdarzenie, nazwa zdarzenia, typ zdarzenia",
    ),
    row(
        "created_at",
        MOMENTS + ", event date, event time, event timestamp, occurred at, occurred on, "
        "happened at, ereignisdatum, date de l evenement, fecha del evento, data zdarzenia",
    ),
)

VOUCHERS = (
    row("code", CODE),
    row("type", "type, voucher type, typ, art, gutscheinart, tipo"),
    row("discount.type", "value type, coupon type, rabattart, type de remise, tipo de descuento, "
        "rodzaj rabatu"),
    row("active", "is active, enabled, aktiv, actif, activo, aktywny"),
    row("start_date", "starts at, starts on, start, valid from, gultig ab, gultig von, "
        "startdatum, "
        "date de debut, valable a partir du, fecha de inicio, valido desde, data rozpoczecia, "
        "wazny od"),
    row("expiration_date", "expires, expires at, expires on, expiry, expiry date, end date, "
        "valid until, valid to, valid through, ends at, ends on, ends, end, date expires, "
        "expires date, gultig bis, ablaufdatum, date d expiration, valable jusqu au, "
        "date de fin, fecha de caducidad, fecha de vencimiento, valido hasta, data waznosci, "
        "wazny do"),
    row("value", "amount, gift amount, voucher value, coupon amount, coupon value, "
        "discount amount, discount value, face value, gutscheinwert, rabattwert, "
        "initial value, initial amount, "
        "original value, original amount, wert, betrag, valeur, montant, valor, "
        "importe, wartosc, kwota"),
    row("minimum_amount", "minimum spend, minimum amount, minimum order amount, "
        "minimum order value, minimum order, mindestbestellwert, montant minimum, "
        "importe minimo"),
    row("category", "kategorie, categorie, categoria, kategoria"),
    row("redemption_limit", "usage limit, limit, max redemptions, max uses"),
    row("campaign", CAMPAIGN),
)  # fmt: skip

SYNONYMS: Mapping[str, tuple[Synonym, ...]] = MappingProxyType(
    {
        "customers": (*CUSTOMERS, *further_tongues.CUSTOMERS, *eastern_tongues.CUSTOMERS),
        "orders": (*ORDERS, *further_tongues.ORDERS, *eastern_tongues.ORDERS),
        "redemptions": (*REDEMPTIONS, *further_tongues.REDEMPTIONS, *eastern_tongues.REDEMPTIONS),
        "events": (*EVENTS, *further_tongues.EVENTS, *eastern_tongues.EVENTS),
        "vouchers": (*VOUCHERS, *further_tongues.VOUCHERS),
    }
)
