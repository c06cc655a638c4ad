"""
What columns of customers are called elsewhere: English, German, French, Spanish, Polish.

A header means a field where its words are one of the phrases, with nothing around them but the
qualifiers of the row. Whatever else a header says makes it another thing: "Email Marketing
Consent" is no e-mail address, and "Total spent" no field at all (imports rule 45).
"""

from engine.imports.columns.qualifiers import MOMENT, PERSON, PLACE, SYSTEMS
from engine.imports.columns.synonym import FIRST_NAME, HOUSE_NUMBER, LAST_NAME, row

EMAIL = (
    "email, email address, account email, mail, mail address, emailadresse, mailadresse, adresse "
    "email, "
    "adresse mail, adresse electronique, adresse de courriel, courriel, mel, correo, "
    "correo electronico, direccion de correo, direccion de correo electronico, email correo, "
    "adres email, adres mail, poczta elektroniczna, adres poczty elektronicznej, "
    "emails, email addresses"
)
NUMBER = "id, number, no, nr, num, nummer, code, key, ref, reference"
# Columns named by the person alone are the e-mail where they hold e-mails.
LOGIN = (
    "subscriber, recipient, login, user, account, contact, customer, client, abonnent, empfanger, "
    "kunde, kontakt, benutzer, destinataire, cliente, contacto, usuario, klient"
)
CUSTOMER_NUMBER = (
    "customer id, customer number, customer no, customer nr, customer code, customer ref, "
    "customer reference, cust id, cust no, cust number, client id, client number, client no, "
    "kundennummer, kunden nr, kundennr, kunden id, kundenid, kdnr, kd nr, kdnummer, "
    "debitorennummer, "
    "debitor nr, debitorennr, mitgliedsnummer, mitglieds nr, numero client, n client, no client, "
    "client n, cliente n, "
    "id client, code client, identifiant client, ref client, reference client, numero de client, "
    "id du client, numero de cliente, n cliente, no cliente, no de cliente, n de cliente, "
    "id cliente, id de cliente, id del cliente, codigo cliente, codigo de cliente, "
    "codigo del cliente, cod cliente, num cliente, numer klienta, nr klienta, id klienta, "
    "kod klienta, identyfikator klienta, member id, member number, member no, "
    "membership id, membership number, membership no, lead id, loyalty number, "
    "loyalty card number, loyalty card no, loyalty card, club number, kartennummer, kartennr, "
    "kundenkartennr, bonuskarte, card code, "
    "kundenkartennummer, kundenkarte, numero de carte de fidelite, carte de fidelite, "
    "tarjeta de cliente, numero de tarjeta de cliente, "
    "user id, distinct id, subscriber id, profile id, person id, guest id, patient id, student id"
)
CREATED = (
    "created, created at, created on, created date, create date, date created, creation date, "
    "date added, added on, added at, added time, time added, add time, registered, registered at, "
    "registered on, registration date, "
    "date registered, registration, signup date, sign up date, sign up, signed up, signed up at, "
    "signed up on, "
    "joined, joined at, joined on, date joined, join date, joining date, member since, "
    "customer since, client since, optin time, opt in time, user registered, kunde seit, "
    "kundin seit, erstellt, erstellt am, angelegt, angelegt am, anlagedatum, erstelldatum, "
    "erstellungsdatum, registriert, registriert am, registriert seit, registrierungsdatum, "
    "registrierung, angemeldet am, anmeldedatum, mitglied seit, cree, cree le, date de creation, "
    "date d inscription, inscrit le, inscription, client depuis, creado, creado el, "
    "fecha de creacion, fecha creacion, fecha de alta, fecha alta, fecha de registro, "
    "fecha registro, registrado el, cliente desde, utworzono, utworzony, data utworzenia, "
    "data rejestracji, zarejestrowano, klient od, data dodania, dodano"
)
UPDATED = (
    "updated, updated at, updated on, last updated, last updated at, last update, update time, "
    "date updated, "
    "modified, modified at, modified on, last modified, last modified date, date modified, "
    "modified date, last changed, geandert, geandert am, zuletzt geandert, letzte anderung, "
    "anderungsdatum, aktualisiert, aktualisiert am, modifie le, date de modification, "
    "mis a jour le, derniere modification, actualizado, actualizado el, ultima modificacion, "
    "fecha de modificacion, fecha de actualizacion, zaktualizowano, data modyfikacji, "
    "data aktualizacji, ostatnia modyfikacja"
)

CUSTOMERS = (
    row("source_id", "source id", PERSON),
    row(
        "source_id",
        CUSTOMER_NUMBER + "; contact id, record id, external id, reference id, kontakt id",
        SYSTEMS,
    ),
    row("source_id", NUMBER, SYSTEMS, qualified=True),
    row(
        "name",
        "name, full name, display name, card name, kundenname, vollstandiger name, vor und "
        "nachname, "
        "vorname und nachname, vorname nachname, name vorname, nachname vorname, "
        "nom complet, nom et prenom, prenom et nom, "
        "nom prenom, nombre completo, nombre y apellidos, nombre y apellido, imie i nazwisko, "
        "nazwisko i imie, pelna nazwa, nazwa; nom, nombre",
        PERSON,
    ),
    row(
        FIRST_NAME,
        "first name, given name, forename, forenames, christian name, first nm, name first, "
        "account first name, fname, "
        "vorname, vornamen, rufname, prenom, prenoms, "
        "nombre de pila, primer nombre, imie, imiona, nombres; nombre",
        PERSON,
    ),
    row(
        LAST_NAME,
        "last name, surname, family name, second name, last nm, name last, account last name, "
        "lname, "
        "nachname, familienname, zuname, nom de famille, "
        "apellido, apellidos, nazwisko; nom",
        PERSON,
    ),
    row(FIRST_NAME, "first, given", PERSON),  # halves of a name beside each other alone
    row(LAST_NAME, "last, family", PERSON),
    row("email", f"{EMAIL}; {LOGIN}", PERSON),
    row(
        "phone",
        "phone, phone number, phone numbers, phone no, telephone, telephone number, telephone no, "
        "telefon, "
        "telefonnummer, telefon nr, tel, tel nr, tel no, tel number, fon, rufnummer, festnetz, "
        "landline, contact number, contact no, numero de telephone, "
        "n de telephone, telephone fixe, tel fixe, telefono, "
        "numero de telefono, telefono fijo, numer telefonu, nr telefonu, nr tel;"
        "mobile, mobile phone, phone mobile, phone cell, telefon mobil, telefon handy, "
        "mobile number, mobile no, mobile phone number, cell, cell phone, "
        "cell number, cell phone number, mobil, mobiltelefon, mobilnummer, mobilfunknummer, "
        "mobil nr, handy, handynummer, handy nr, portable, telephone portable, telephone mobile, "
        "tel mobile, tel portable, movil, telefono movil, celular, telefono celular, komorka, "
        "telefon komorkowy, numer komorkowy, tel kom",
        PLACE,
    ),
    row(
        "birthdate",
        "birthdate, birthday, birth date, date of birth, dob, born, born on, geburtsdatum, "
        "geburtstag, geb datum, gebdat, geb, geboren, geboren am, geb am, "
        "date de naissance, naissance, ne le, "
        "ne e le, nee le, "
        "date naiss, date naissance, anniversaire, fecha de nacimiento, fecha nacimiento, "
        "nacimiento, nacido el, cumpleanos, "
        "data urodzenia, data urodzin, urodziny, data ur",
        PERSON,
    ),
    row("description", "beschreibung, opis, descripcion"),
    row(
        "address.line_1",
        "address line 1, address 1, addr 1, street address, street address 1, "
        "street address line 1, street 1, street, address street, "
        "street and number, street name, strasse, str, strasse 1, strasse nr, "
        "strasse hausnr, strasse hausnummer, strasse und hausnummer, strasse u nr, "
        "strasse und nr, anschrift, adresse, adresse 1, adresse ligne 1, ligne d adresse 1, "
        "adresse postale, rue, voie, numero et rue, n et rue, calle, calle y numero, direccion, "
        "direccion 1, direccion postal, domicilio, ulica, ulica i numer, ulica nr, adres, "
        "adres 1, adres zamieszkania, linia adresu 1; address, addr",
        PLACE,
    ),
    row(
        HOUSE_NUMBER,
        "house number, house no, street number, building number, hausnummer, hausnr, haus nr, "
        "numero de rue, numero de voie, numero de calle, numer domu, nr domu, numer budynku",
        PLACE,
    ),
    row(
        "address.line_2",
        "address line 2, address 2, addr 2, street address 2, street address line 2, street 2, "
        "apartment, apt, suite, "
        "unit, adresszusatz, adresse 2, adresse ligne 2, ligne d adresse 2, complement d adresse, "
        "complement adresse, complement, direccion 2, piso, adres 2, linia adresu 2",
        PLACE,
    ),
    row(
        "address.postal_code",
        "postal code, postcode, zip, zip code, zip postal code, postal code zip, "
        "zip or postal code, "
        "postal zip code, plz, postleitzahl, code postal, cp, c p, codigo postal, "
        "cod postal, kod pocztowy",
        PLACE,
    ),
    row(
        "address.city",
        "city, town, city town, town city, ort, stadt, wohnort, ville, commune, localite, ciudad, "
        "localidad, poblacion, municipio, miasto, miejscowosc",
        PLACE,
    ),
    row(
        "address.state",
        "state, province, region, county, state region, region state, state province, "
        "province state, state county, province region, state or province, state name, "
        "province name, bundesland, kanton, departement, provincia, estado, "
        "comunidad autonoma, wojewodztwo; state code, province code, region code, "
        "state province code, county code, code de la province, codigo de provincia",
        PLACE,
    ),
    row(
        "address.country",
        "country, country region, country name, land, land region, staat, pays, pays region, "
        "pais, pais region, kraj, kraj region, panstwo;"
        "country code, country id, country iso, country iso code, country code v2, land iso, "
        "landercode, landeskurzel, code pays, "
        "code du pays, code de pays, "
        "codigo pais, codigo de pais, kod kraju",
        PLACE,
    ),
    row("created_at", CREATED, MOMENT),
    row("updated_at", UPDATED, MOMENT),
    row(
        "loyalty.points",
        "loyalty points, reward points, treuepunkte, bonuspunkte, points de fidelite, "
        "puntos de fidelidad, punkty lojalnosciowe",
        PERSON,
    ),
)
