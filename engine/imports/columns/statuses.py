"""What the states of records are called elsewhere, by field; compared without case and accents."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.imports.columns.words import phrase

Words = Mapping[str, str]  # a word of the state -> the state


def _states(rows: Mapping[str, str]) -> Words:
    return MappingProxyType(
        {
            phrase(word): state
            for state, names in rows.items()
            for word in (state, *names.split(","))
            if word
        }
    )


ORDER = _states(
    {
        "PAID": "zaplaceno, zaplacena, uhrazeno, zaplatene, fizetve, kifizetve, platit, platita, "
        "incasata, odendi, odeme alindi, hazirlaniyor, maksettu, оплачен, оплачено, "
        "в обработке, 支払い済み, 支払済み, 入金済み, 処理中, "
        "paid, paid in full, partially refunded, partly refunded, processing, succeeded, "
        "captured, won, closed won, completed payment, ready to ship, awaiting fulfillment, "
        "awaiting shipment, "
        "awaiting pickup, payment accepted, remote payment accepted, payment received, success, "
        "successful, settled, "
        "erfolgreich, reussi, reussie, exitoso, exitosa, udane, "
        "payment complete, "
        "payment completed, processing in progress, preparation in progress, partially shipped, "
        "partially fulfilled, partial, in process, "
        "submitted for settlement, settling, settlement pending, settlement confirmed, "
        "in progress, "
        "paiement accepte, paiement a distance accepte, pago aceptado, pago remoto aceptado, "
        "pagamento accettato, platnosc zaakceptowana, zahlung eingegangen, zahlung akzeptiert, "
        "bezahlt, gezahlt, zahlung erhalten, in bearbeitung, teilweise erstattet, teilerstattet, "
        "wird bearbeitet, in vorbereitung, "
        "paye, payee, en cours de traitement, en preparation, en cours, partiellement rembourse, "
        "partiellement remboursee, pagado, pagada, procesando, en proceso, en preparacion, "
        "reembolsado parcialmente, parcialmente reembolsado, oplacone, oplacony, oplacona, "
        "betaald, in behandeling, wordt verwerkt, pagato, pagata, in lavorazione, in elaborazione, "
        "pago, paga, em processamento, em preparacao, betald, betalad, behandlas, betalt, "
        "zaplacone, zaplacono, w realizacji, w trakcie realizacji, czesciowo zwrocone",
        "FULFILLED": "odeslano, doruceno, vyrizeno, dorucene, odoslane, kiszallitva, teljesitve, "
        "livrat, "
        "livrata, expediat, finalizata, kargolandi, kargoya verildi, teslim edildi, "
        "tamamlandi, toimitettu, lahetetty, доставлен, доставлено, отправлен, выполнен, "
        "завершен, 発送済み, 出荷済み, 配送済み, 配達完了, 完了, "
        "fulfilled, complete, completed, shipped, delivered, dispatched, closed, "
        "done, finished, sent, picked up, in transit, out for delivery, "
        "abgeschlossen, erledigt, versandt, versendet, verschickt, geliefert, zugestellt, "
        "ausgeliefert, expedie, expediee, livre, livree, envoye, envoyee, termine, terminee, "
        "cloture, completado, completada, enviado, enviada, entregado, entregada, finalizado, "
        "finalizada, terminado, terminada, zrealizowane, zrealizowany, zrealizowana, zakonczone, "
        "verzonden, verstuurd, geleverd, bezorgd, afgerond, voltooid, spedito, spedita, "
        "consegnato, consegnata, evaso, completato, completata, entregue, concluido, "
        "concluida, expedido, "
        "skickad, levererad, slutford, sendt, afsendt, leveret, levert, fullfort, afsluttet, "
        "wyslane, wyslany, wyslana, dostarczone, dostarczony, dostarczona, odebrane",
        "CANCELED": "zruseno, storno, stornovano, vraceno, zrusene, torolve, lemondva, anulat, "
        "anulata, "
        "returnata, iptal, iptal edildi, iade edildi, iade, peruttu, palautettu, отменен, "
        "отменено, возврат, возвращен, キャンセル, キャンセル済み, 返金済み, 返品, "
        "cancelled, cancel, lost, closed lost, void, voided, refunded, fully refunded, "
        "denied, declined, "
        "rejected, failed, payment error, payment failed, expired, abandoned, returned, "
        "chargeback, charged back, disputed, gateway rejected, processor declined, "
        "settlement declined, authorization expired, erreur de paiement, error en el pago, "
        "zahlungsfehler, "
        "trash, deleted, storniert, storno, abgebrochen, erstattet, zuruckerstattet, "
        "ruckerstattet, zuruckgezahlt, abgelehnt, fehlgeschlagen, retourniert, zuruckgesendet, "
        "annule, annulee, rembourse, remboursee, refuse, refusee, echoue, echouee, retourne, "
        "retournee, cancelado, cancelada, anulado, anulada, reembolsado, reembolsada, rechazado, "
        "geannuleerd, terugbetaald, geweigerd, mislukt, geretourneerd, annullato, annullata, "
        "rimborsato, rimborsata, rifiutato, fallito, reso, estornado, devolvido, recusado, "
        "avbruten, avbestalld, makulerad, aterbetald, annulleret, kansellert, refunderet, "
        "refundert, "
        "rechazada, fallido, fallida, devuelto, devuelta, anulowane, anulowany, anulowana, "
        "anulowano, zwrocone, zwrocony, zwrot, odrzucone, odrzucony, nieudane",
        "CREATED": "nova, novy, ceka na platbu, cekajici, prijato, uj, fuggoben, noua, "
        "in asteptare, beklemede, odeme bekleniyor, yeni, siparis alindi, odottaa, avoin, uusi, "
        "новый, "
        "ожидает оплаты, в ожидании, не оплачен, 未払い, 保留中, 新規, 受付済み, 入金待ち, "
        "new, open, opened, appointment scheduled, qualified to buy, "
        "presentation scheduled, decision maker bought in, contract sent, prospecting, "
        "qualification, needs analysis, value proposition, id decision makers, "
        "perception analysis, proposal price quote, negotiation review, "
        "identify decision makers, negotiation, proposal, "
        "placed, received, pending, pending payment, on hold, "
        "onhold, hold, awaiting bank wire payment, awaiting check payment, "
        "awaiting cheque payment, "
        "awaiting cash on delivery validation, pending confirmation, draft, checkout draft, "
        "unpaid, overdue, uberfallig, unfulfilled, not paid, awaiting payment, "
        "payment pending, authorized, authorised, partially paid, partly paid, partially "
        "authorized, incomplete, confirmed, overdue, manual verification required, restocked, "
        "offen, neu, ausstehend, unbezahlt, wartend, in wartestellung, zahlung ausstehend, "
        "zuruckgestellt, angelegt, erstellt, bestatigt, autorisiert, teilweise bezahlt, "
        "teilbezahlt, nicht bezahlt, en attente, en attente de paiement, nouveau, nouvelle, "
        "en attente de virement bancaire, en attente du paiement par cheque, "
        "en espera de pago por cheque, en espera de pago por transferencia bancaria, "
        "impaye, impayee, non paye, non payee, ouverte, ouvert, cree, creee, confirmee, autorise, "
        "autorisee, partiellement paye, partiellement payee, pendiente, pendiente de pago, "
        "in afwachting, in de wacht, onbetaald, nieuw, in attesa, in attesa di pagamento, nuovo, "
        "non pagato, pendente, aguardando pagamento, aguardando, novo, nao pago, vantar, "
        "vantande, obetald, ny, afventer, ikke betalt, venter, "
        "en espera, nuevo, nueva, abierto, abierta, creado, creada, no pagado, impagado, "
        "confirmado, autorizado, parcialmente pagado, oczekujace, oczekujacy, oczekuje, "
        "oczekuje na platnosc, oczekuje na wplate, oczekiwanie na platnosc, nowe, nowy, "
        "nieoplacone, niezaplacone, wstrzymane, zlozone, utworzone, przyjete, autoryzowane, "
        "potwierdzone, czesciowo oplacone",
    }
)
RESULT = _states(
    {
        "SUCCESS": "succeeded, successful, ok, erfolg, erfolgreich, succes, reussi, reussie, "
        "exito, exitoso, sukces, udane",
        "FAILURE": "failed, fail, error, fehler, fehlgeschlagen, echec, echoue, fallo, fallido, "
        "blad, nieudane",
    }
)
REDEMPTION = _states(
    {
        "SUCCEEDED": "success, successful, erfolgreich, reussi, reussie, exitoso, udane",
        "FAILED": "failure, fail, fehlgeschlagen, echoue, fallido, nieudane",
        "ROLLED_BACK": "rollback, reverted, reversed, zuruckgenommen, annule, anulado, wycofane",
    }
)
OBJECT = _states({"redemption": "", "redemption_rollback": "rollback"})
PERCENT, AMOUNT = "PERCENT", "AMOUNT"
# "fixed" alone is no word for one: FIXED is what is paid, and elsewhere it is what is taken off.
DISCOUNT_TYPE = _states(
    {
        PERCENT: "percentage, per cent, percent off, percentage off, percentage discount, "
        "percent discount, by percent, prozent, prozentual, prozentualer rabatt, pourcentage, "
        "porcentaje, procent, procentowy, procentowo, percentuale, percentual, porcentagem",
        AMOUNT: "fixed amount, amount off, fixed cart, fixed cart discount, cart fixed, by fixed, "
        "fixed discount, flat, flat amount, betrag, festbetrag, fester betrag, montant, "
        "montant fixe, importe, importe fijo, monto fijo, cantidad fija, kwota, kwotowy, "
        "kwotowo, importo, importo fisso, valor fixo, bedrag, vast bedrag, belopp, fast belopp, "
        "belob, fast belob",
        "UNIT": "",
    }
)
VOUCHER_TYPE = _states(
    {
        "GIFT_VOUCHER": "",
        "GIFT_CARD": "geschenkkarte, geschenkgutschein, carte cadeau, cheque cadeau, "
        "tarjeta regalo, tarjeta de regalo, karta podarunkowa, carta regalo, cartao presente, "
        "cadeaukaart, cadeaubon, presentkort, gavekort",
        "GIFT": "",
        "DISCOUNT_VOUCHER": "",
    }
)

STATES: Mapping[tuple[str, str], Words] = MappingProxyType(
    {
        ("orders", "status"): ORDER,
        ("redemptions", "result"): RESULT,
        ("redemptions", "status"): REDEMPTION,
        ("redemptions", "object"): OBJECT,
    }
)

# What a state is called that may be one of a country too, as a part of an address.
LANDS = frozenset(("state", "etat", "estado", "stato", "stan"))
# Fields that may hold any word: those that are known become the one that the records have.
SPELLINGS: Mapping[tuple[str, str], Words] = MappingProxyType(
    {
        ("vouchers", "discount_type"): DISCOUNT_TYPE,
        ("vouchers", "type"): VOUCHER_TYPE,
    }
)


def state(text: str, words: Words, allowed: tuple[str, ...]) -> str | None:
    """The state that a cell says, as it is or by a word for it; None for no word that is known."""
    said = phrase(text)  # WooCommerce puts "wc-" before its own
    return text if text in allowed else words.get(said) or words.get(said.removeprefix("wc"))
