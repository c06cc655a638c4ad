"""
What columns are called in Dutch, Italian, Portuguese, Swedish, Danish and Norwegian.

Rows as those of `synonyms` and `activity_synonyms`; words that are the same in the languages there
stand there alone.
"""

from engine.imports.columns.qualifiers import (
    ITEM,
    ITEM_MONEY,
    MOMENT,
    MONEY,
    ORDER,
    ORDER_MOMENT,
    PERSON,
    PLACE,
)
from engine.imports.columns.synonym import (
    FIRST_NAME,
    HOUSE_NUMBER,
    LAST_NAME,
    NAME_PREFIX,
    row,
)

EMAIL = (
    "emailadres, indirizzo email, indirizzo mail, indirizzo di posta elettronica, "
    "posta elettronica, endereco de email, correio eletronico, epost, epostadress, epostadresse, "
    "mailadress"
)
CUSTOMER_NUMBER = (
    "klantnummer, klantnr, klant nr, klant id, klantid, klantcode, relatienummer, "
    "debiteurnummer, debiteurennummer, lidnummer, codice cliente, numero cliente, "
    "numero tessera, codigo do cliente, numero do cliente, no do cliente, "
    "id do cliente, kundnummer, kundnr, kund nr, kund id, medlemsnummer, kundenummer, "
    "kunde nr, medlemsnr, debitornummer"
)

CUSTOMERS = (
    row("source_id", CUSTOMER_NUMBER),
    row(
        "name",
        "naam, volledige naam, klantnaam, nome completo, nome e cognome, cognome e nome, "
        "nominativo, nome do cliente, namn, fullstandigt namn, kundnamn, navn, fulde navn, "
        "fullt navn; nome",
        PERSON,
    ),
    row(
        FIRST_NAME,
        "voornaam, roepnaam, nome di battesimo, primeiro nome, nome proprio, fornamn, fornavn; "
        "nome",
        PERSON,
    ),
    row(
        NAME_PREFIX,
        "tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels; primer apellido, "
        "apellido paterno",
        PERSON,
    ),
    row(LAST_NAME, "segundo apellido, apellido materno; primer apellido, apellido paterno"),
    row(
        LAST_NAME,
        "achternaam, familienaam, cognome, sobrenome, apelido, ultimo nome, efternamn, "
        "efternavn, etternavn; naam, namn, navn",
        PERSON,
    ),
    row("email", EMAIL, PERSON),
    row(
        "phone",
        "telefoon, telefoonnummer, telefoonnr, tel nummer, numero di telefono, telefono fisso, "
        "telefone, telefone fixo, numero de telefone, telefonnr;"
        "mobiel, mobiele telefoon, mobiel nummer, mobielnummer, gsm, gsm nummer, cellulare, "
        "telefono cellulare, numero di cellulare, telefono mobile, telemovel, mobiltelefonnummer, "
        "mobilnr",
        PLACE,
    ),
    row(
        "birthdate",
        "geboortedatum, geboren op, data di nascita, data nascita, nato il, compleanno, "
        "data de nascimento, nascimento, aniversario, fodelsedatum, fodelsedag, fodselsdato, "
        "fodselsdag",
        PERSON,
    ),
    row("description", "omschrijving, descrizione, descricao, beskrivning, beskrivelse"),
    row(
        "address.line_1",
        "straat, straatnaam, straat en huisnummer, straat en nummer, adresregel 1, indirizzo, "
        "indirizzo 1, via, via e numero, endereco, morada, rua, logradouro, gatuadress, gata, "
        "adress, vej, gade, gateadresse, gate",
        PLACE,
    ),
    row(
        HOUSE_NUMBER,
        "huisnummer, huisnr, huis nr, numero civico, civico, n civico, husnummer, husnr",
        PLACE,
    ),
    row("address.line_2", "adresregel 2, indirizzo 2, endereco 2, complemento, adress 2", PLACE),
    row("address.postal_code", "cap, codice postale, cep, postnummer, postnr", PLACE),
    row(
        "address.city",
        "woonplaats, plaats, plaatsnaam, gemeente, stad, citta, comune, localita, cidade, "
        "postort, poststed",
        PLACE,
    ),
    row("address.state", "provincie, regione, distrito", PLACE),
    row("address.country", "paese, nazione; landcode, landkod, codice paese", PLACE),
    row(
        "created_at",
        "klant sinds, lid sinds, aangemaakt, aangemaakt op, aanmaakdatum, registratiedatum, "
        "inschrijfdatum, ingeschreven op, data iscrizione, data di iscrizione, iscritto il, "
        "data registrazione, data di registrazione, registrato il, data creazione, "
        "data di creazione, creato il, cliente dal, data de cadastro, cadastrado em, criado em, "
        "data de criacao, data de registo, kund sedan, medlem sedan, skapad, skapad den, "
        "registreringsdatum, registrerad, kunde siden, medlem siden, oprettet, opprettet",
        MOMENT,
    ),
    row(
        "updated_at",
        "gewijzigd, gewijzigd op, laatst gewijzigd, bijgewerkt op, modificato il, "
        "ultima modifica, data modifica, aggiornato il, atualizado em, ultima atualizacao, "
        "uppdaterad, senast andrad, andrad, sidst aendret, opdateret, oppdatert",
        MOMENT,
    ),
    row(
        "loyalty.points",
        "spaarpunten, punti fedelta, pontos de fidelidade, bonuspoang, bonuspoeng",
        PERSON,
    ),
)

OWNER = (
    row("customer.source_id", CUSTOMER_NUMBER),
    row("customer.email", EMAIL, PERSON),
)
MOMENTS = "tijdstip, data e ora, data ora, data e hora, tidpunkt, dato, tidspunkt"

ORDERS = (
    *OWNER,
    row(
        "source_id",
        "ordernummer, ordernr, bestelnummer, bestelling, numero ordine, n ordine, ordine, "
        "numero d ordine, riferimento ordine, codice ordine, numero do pedido, n do pedido, "
        "no do pedido, numero da encomenda, no da encomenda, encomenda, bestallning, "
        "bestallningsnummer, ordrenummer, ordrenr, ordre;"
        "bestelling id, id ordine, id do pedido, id da encomenda, ordre id",
    ),
    row(
        "created_at",
        MOMENTS + ", besteldatum, orderdatum, besteld op, data ordine, data dell ordine, "
        "data acquisto, data do pedido, data da encomenda, data da compra, bestallningsdatum, "
        "ordredato, orderdato, kobsdato, inkopsdatum, aankoopdatum",
        ORDER_MOMENT,
    ),
    row(
        "status",
        "orderstatus, bestelstatus, status bestelling, status van de bestelling, stato ordine, "
        "stato dell ordine, situacao, situacao do pedido, status do pedido, estado do pedido, "
        "status da encomenda, estado da encomenda, bestallningsstatus, ordrestatus; stato;"
        "betaalstatus, stato pagamento, stato del pagamento, status do pagamento, "
        "estado do pagamento, betalningsstatus, betalingsstatus;"
        "verzendstatus, stato spedizione, stato della spedizione, stato consegna, "
        "status da entrega, estado da entrega, leveransstatus, leveringsstatus",
        ORDER,
    ),
    row("amount", "subtotaal, bedrag, subtotale, importo, valor, belopp, belob, delsumma", MONEY),
    row(
        "discount_amount",
        "korting, kortingsbedrag, sconto, sconti, importo sconto, desconto, descontos",
        MONEY,
    ),
    row(
        "total_amount",
        "totaal, totaalbedrag, totaalprijs, eindbedrag, orderbedrag, totale, importo totale, "
        "totale ordine, valor total, total do pedido, total da encomenda, totalt, totalbelopp, "
        "ordersumma, summa, totalbelob; omzet, fatturato, omsattning, faturamento",
        MONEY,
    ),
    row("items.product_id", "prodotto, nome prodotto, articolo, produto, nome do produto, "
        "productnaam, artikelnaam, produktnamn, varenavn, vare"),
    row("items.sku_id", "artikelnummer, codice prodotto, codice articolo, varenummer", ITEM),
    row("items.quantity", "aantal, hoeveelheid, quantita, qta, quantidade, qtd, antal", ITEM),
    row(
        "items.price",
        "prijs, stuksprijs, prezzo, prezzo unitario, preco, preco unitario, pris, styckpris",
        ITEM_MONEY,
    ),
)  # fmt: skip
REDEMPTIONS = (
    *OWNER,
    row("date", MOMENTS + ", ingewisseld op, data di utilizzo, utilizzato il, data de uso"),
    row("voucher.code", "kortingscode, vouchercode, codice sconto, codice promozionale, "
        "codice coupon, buono, codigo de desconto, cupom, rabattkod, rabattkode, kupong"),
    row("campaign", "campagna, campanha, kampanj, kampanje"),
    row("result", "risultato, resultaat"),
)  # fmt: skip
EVENTS = (
    *OWNER,
    row("event", "gebeurtenis, actie, azione, nome evento, acao, nome do evento, handelse"),
    row("created_at", MOMENTS + ", data evento, data do evento"),
)
VOUCHERS = (
    row("code", "kortingscode, vouchercode, codice sconto, codice coupon, codigo de desconto, "
        "cupom, rabattkod, rabattkode"),
    row("start_date", "geldig vanaf, begindatum, valido dal, data inizio, inicio, gyldig fra"),
    row("expiration_date", "geldig tot, vervaldatum, einddatum, valido fino al, scadenza, "
        "data scadenza, data fine, validade, gyldig til, utgangsdatum"),
    row("value", "waarde, valore, varde, vaerdi"),
)  # fmt: skip
