"""
What columns are called in Czech, Slovak, Hungarian, Romanian, Turkish, Finnish, Russian, Japanese,
Chinese and Korean.

Rows as those of `synonyms` and `activity_synonyms`. Where the family name stands first, as in
Hungarian and the last three, it is the first part of the name.
"""

from engine.imports.columns.qualifiers import ITEM, ITEM_MONEY, MONEY, PLACE
from engine.imports.columns.synonym import CLOCK, FIRST_NAME, HOUSE_NUMBER, LAST_NAME, row

EMAIL = (
    "emailova adresa, elektronicka posta, emailcim, email cim, adresa email, adresa de email, "
    "eposta, eposta adresi, email adresi, sahkoposti, sahkopostiosoite, электронная почта, почта, "
    "адрес электронной почты, эл почта, メールアドレス, メール, eメール, 電子メール, "
    "邮箱, 电子邮箱, 电子邮件, 邮箱地址, 이메일, 이메일 주소, 메일"
)
CUSTOMER_NUMBER = (
    "cislo zakaznika, kod zakaznika, id zakaznika, zakaznicke cislo, cislo zakaznika, "
    "ugyfelszam, ugyfel azonosito, ugyfelkod, vevokod, cod client, id client, numar client, "
    "musteri no, musteri numarasi, musteri kodu, musteri id, asiakasnumero, asiakastunnus, "
    "asiakas id, id клиента, номер клиента, код клиента, 顧客番号, 顧客コード, 顧客id, 会員番号, "
    "会員id, お客様番号, 客户编号, 客户号, 客户id, 会员编号, 会员号, 会员id, 고객번호, "
    "고객 번호, 고객id, 회원번호"
)

CUSTOMERS = (
    row("source_id", CUSTOMER_NUMBER),
    row(
        "name",
        "jmeno a prijmeni, cele jmeno, jmeno zakaznika, meno a priezvisko, cele meno, "
        "teljes nev, ugyfel neve, nume complet, nume si prenume, nume client, ad soyad, "
        "adi soyadi, isim soyisim, musteri adi, koko nimi, nimi, asiakkaan nimi, "
        "фио, полное имя, имя и фамилия, фамилия и имя, имя клиента, 氏名, お名前, 名前, 顧客名, "
        "会員名, 姓名, 客户姓名, 客户名称, 会员姓名, 이름, 성명, 고객명; jmeno, meno, nev, "
        "nume, имя",
    ),
    row(
        FIRST_NAME,
        "krestni jmeno, krstne meno, vezeteknev, csaladnev, prenume, isim, onad, etunimi, "
        "etunimet, имя, імя, 姓, 姓氏, 名字, 苗字, 성; ad, adi, jmeno, meno",
    ),
    row(
        LAST_NAME,
        "prijmeni, priezvisko, keresztnev, utonev, nume de familie, soyad, soyadi, soyisim, "
        "sukunimi, фамилия, прізвище, 名; nume",
    ),
    row("email", EMAIL),
    row(
        "phone",
        "电话, 电话号码, 联系电话, 手机, 手机号, 手机号码, 전화번호, 휴대폰, 휴대폰번호, "
        "telefonni cislo, cislo telefonu, telefonne cislo, telefonszam, numar de telefon, "
        "numar telefon, telefon numarasi, telefon no, puhelin, puhelinnumero, телефон, "
        "номер телефона, 電話番号, 電話, tel番号; mobilni telefon, mobilszam, cep telefonu, cep, "
        "gsm no, matkapuhelin, мобильный телефон, мобильный, 携帯電話, 携帯番号, "
        "携帯電話番号, 携帯",
        PLACE,
    ),
    row(
        "birthdate",
        "datum narozeni, narozeni, narozeniny, datum narodenia, szuletesi datum, szuletesi ido, "
        "szuletesnap, data nasterii, data de nastere, dogum tarihi, dogum gunu, syntymaaika, "
        "syntymapaiva, дата рождения, день рождения, 生年月日, 誕生日, "
        "生日, 出生日期, 생년월일, 생일",
    ),
    row(
        "address.line_1",
        "ulice, ulice a cislo, ulice a cislo popisne, ulica a cislo, utca, utca hazszam, cim, "
        "strada, adres satiri 1, katuosoite, lahiosoite, osoite, улица, адрес, 住所, 住所1, 番地, "
        "地址, 详细地址, 주소",
        PLACE,
    ),
    row(HOUSE_NUMBER, "cislo popisne, cislo domu, hazszam, kapi no, номер дома, дом", PLACE),
    row("address.line_2", "adres satiri 2, 住所2, 建物名, マンション名", PLACE),
    row(
        "address.postal_code",
        "psc, postovni smerovaci cislo, iranyitoszam, irsz, cod postal, posta kodu, "
        "postinumero, индекс, почтовый индекс, 郵便番号, 邮编, 邮政编码, 우편번호",
        PLACE,
    ),
    row(
        "address.city",
        "mesto, obec, varos, telepules, helyseg, oras, localitate, sehir, ilce, kaupunki, "
        "postitoimipaikka, paikkakunta, город, 市区町村, 市町村, 市, 城市, 도시",
        PLACE,
    ),
    row("address.state", "okres, megye, judet, il, maakunta, область, регион, 都道府県, 省, 省份",
        PLACE),
    row("address.country", "zeme, stat, krajina, orszag, tara, ulke, maa, страна, 国, 国家, "
        "국가", PLACE),
    row(
        "created_at",
        "datum registrace, registrovan, vytvoreno, datum vytvoreni, zakaznik od, "
        "datum registracie, vytvorene, regisztracio datuma, regisztralt, letrehozva, "
        "data inregistrarii, data crearii, kayit tarihi, uyelik tarihi, olusturma tarihi, "
        "rekisteroitynyt, luotu, asiakas alkaen, дата регистрации, создан, дата создания, "
        "登録日, 会員登録日, 作成日, 注册时间, 注册日期, 创建时间, 가입일, 등록일",
    ),
    row("updated_at", "upraveno, posledni zmena, frissitve, guncelleme tarihi, muokattu, "
        "дата изменения, обновлен, 更新日, 更新时间"),
)  # fmt: skip

OWNER = (row("customer.source_id", CUSTOMER_NUMBER), row("customer.email", EMAIL))
MOMENTS = (
    "datum a cas, tarih, tarih saat, paivays, paivamaara, pvm, дата, дата и время, 日付, 日時, "
    "日期, 날짜"
)
TIME = row(CLOCK, "cas, saat, kello, klo, kellonaika, время, 時刻, 時間")

ORDERS = (
    *OWNER,
    TIME,
    row(
        "source_id",
        "cislo objednavky, kod objednavky, objednavka, id objednavky, rendelesszam, "
        "rendeles szama, rendeles azonosito, numar comanda, nr comanda, comanda, siparis no, "
        "siparis numarasi, siparis kodu, siparis id, tilausnumero, tilausnro, tilaus, "
        "номер заказа, заказ, заказ no, id заказа, 注文番号, 受注番号, 注文id, "
        "订单号, 订单编号, 订单id, 주문번호",
    ),
    row(
        "created_at",
        MOMENTS + ", datum objednavky, datum vytvoreni, datum nakupu, rendeles datuma, "
        "data comenzii, siparis tarihi, tilauspaiva, tilaus pvm, дата заказа, 注文日, 注文日時, "
        "受注日, 受注日時, 購入日, 下单时间, 订单日期, 订单时间, 주문일, 주문일시",
    ),
    row(
        "status",
        "stav, stav objednavky, rendeles allapota, allapot, statusz, stare comanda, stare, "
        "siparis durumu, durum, tila, tilauksen tila, статус, статус заказа, 注文状況, "
        "ステータス, 状態, 受注状況, 订单状态, 状态, 주문상태; stav platby, odeme durumu, "
        "maksun tila, статус оплаты, "
        "支払い状況",
    ),
    row("amount", "mezisoucet, reszosszeg, ara toplam, valisumma, 小計, 商品合計", MONEY),
    row("discount_amount", "sleva, zlava, kedvezmeny, reducere, indirim, indirim tutari, alennus, "
        "скидка, 割引, 割引額, 値引き", MONEY),
    row(
        "total_amount",
        "celkem, celkova cena, cena celkem, celkem s dph, spolu, celkova suma, vegosszeg, "
        "osszesen, osszeg, fizetendo, total de plata, toplam, toplam tutar, genel toplam, "
        "siparis tutari, tutar, yhteensa, loppusumma, summa, итого, сумма, сумма заказа, "
        "общая сумма, 合計, 合計金額, 総額, 請求金額, 注文金額, "
        "订单金额, 总金额, 总价, 实付金额, 金额, 주문금액, 결제금액, 합계",
        MONEY,
    ),
    row("items.product_id", "nazev produktu, nazev zbozi, produkt nazov, termek, termek neve, "
        "produs, nume produs, urun, urun adi, tuote, tuotenimi, товар, наименование, "
        "название товара, 商品名, 商品, 品名, 商品名称, 상품명"),
    row("items.sku_id", "kod zbozi, cikkszam, cod produs, stok kodu, urun kodu, tuotekoodi, "
        "tuotenumero, артикул, 商品コード, 商品番号, 品番", ITEM),
    row("items.quantity", "mnozstvi, pocet kusu, pocet, mnozstvo, mennyiseg, darabszam, "
        "cantitate, adet, miktar, maara, kpl, количество, кол во, 数量, 個数, 수량", ITEM),
    row("items.price", "jednotkova cena, cena za kus, egysegar, pret, pret unitar, birim fiyat, "
        "fiyat, hinta, yksikkohinta, цена, 単価, 価格, 单价, 단가", ITEM_MONEY),
)  # fmt: skip
REDEMPTIONS = (*OWNER, row("date", MOMENTS))
EVENTS = (*OWNER, row("created_at", MOMENTS))
