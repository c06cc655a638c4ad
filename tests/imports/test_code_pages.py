"""Which code page a text is read in: by the letters that it gives."""

import random

import pytest

from engine.imports.files.code_pages import PAGES, WORD, code_page, is_mostly_utf8

LISTS = {
    "German": ("cp1252", "Müller Jäger Groß Schröder Köhler Jürgen Björn Zoë Köln Düsseldorf Weiß"),
    "French": (
        "cp1252",
        "Hélène Lefèvre François Benoît Zoé Noël Gaëlle Jérôme Anaïs Orléans Évry",
    ),
    "Spanish": ("cp1252", "José Núñez María García Peña Martínez Íñigo Álvaro Muñoz Cádiz León"),
    "Portuguese": ("cp1252", "João Conceição Gonçalves Simões Antônio Luís Magalhães Évora"),
    "Danish": ("cp1252", "Søren Åse Kjærgaard Jørgen Ærø København Nørgaard"),
    "Swedish": ("cp1252", "Åsa Björn Sjöberg Hägg Åkerström Göran Märta Örebro Malmö"),
    "German of a Mac": ("mac_roman", "Müller Jäger Groß Köhler Jürgen Björn Köln Düsseldorf Weiß"),
    "French of a Mac": ("mac_roman", "Hélène Lefèvre François Benoît Zoé Noël Gaëlle Jérôme Évry"),
    "German of DOS": ("cp850", "Müller Jäger Groß Köhler Jürgen Björn Köln Düsseldorf Weiß Zoë"),
    "Spanish of DOS": ("cp850", "José Núñez María García Peña Martínez Íñigo Muñoz Cádiz León"),
    "Polish": ("cp1250", "Łukasz Wójcik Kamiński Łódź Wiśniewski Dąbrowski Żaneta Źródlana Święty"),
    "Polish capitals": ("cp1250", "SPÓŁKA ŁÓDŹ ŻÓŁKIEWSKI WIŚNIEWSKI GDAŃSK PAWEŁ DĄBROWSKA"),
    "Polish in Latin-2": ("iso8859-2", "Łukasz Wójcik Łódź Wiśniewski Dąbrowski Źródlana Święty"),
    "Czech": (
        "cp1250",
        "Jiří Dvořák Novák Černý Procházka Kučera Štěpán Tomáš Žižka Plzeň Růžička",
    ),
    "Polish of a Mac": ("mac_latin2", "Łukasz Wójcik Łódź Wiśniewski Dąbrowski Źródlana Święty"),
    "German in Latin-9": ("iso8859-15", "Müller Jäger Groß Köhler 12,50\u00a0€ 5€ Köln Weiß"),
    "Czech in Latin-2": ("iso8859-2", "Jiří Dvořák Štěpán Tomáš Žižka Plzeň Růžička Ústí"),
    "Hungarian": ("cp1250", "Tóth Kovács Győr Pécs Kőszeg László Zoltán Erzsébet Lőrinc Fűzfő"),
    "Croatian": ("cp1250", "Željko Babić Marić Đorđe Šimić Kovačević Čakovec Šibenik"),
    "Russian": ("cp1251", "Москва Иванов Сергей Анна Екатерина Смирнова Дмитрий Кузнецов Юрий"),
    "Russian capitals": ("cp1251", "МОСКВА ИВАНОВ СЕРГЕЙ ЕКАТЕРИНА ЩЕРБАКОВА ЮРИЙ"),
    "Ukrainian": ("cp1251", "Київ Шевченко Олена Ковальчук Андрій Львів Харків Наталія"),
    "Japanese": (
        "cp932",
        "山田太郎 佐藤花子 東京都 大阪府 田中さくら 渡辺ミカ コード 氏名 電話番号",
    ),
    "Japanese kana": ("cp932", "ﾔﾏﾀﾞ ﾀﾛｳ ｻﾄｳ ﾊﾅｺ ｽｽﾞｷ ﾀﾅｶ ｲﾁﾛｳ"),
    "Turkish": ("cp1254", "Ayşe Yılmaz İstanbul Çağla Öztürk Eskişehir Şahin Gülşen Doğan Işıl"),
    "Greek": ("cp1253", "Γιώργος Παπαδόπουλος Αθήνα Μαρία Νικολάου Ελένη Κώστας Πάτρα Βασίλης"),
    "Latvian": ("cp1257", "Jānis Bērziņš Rīga Kalniņa Līga Ozoliņš Pēteris Krūmiņš Ķekava"),
    "Hebrew": ("cp1255", "דוד כהן משה לוי שרה אברהם ירושלים חיפה יוסף מזרחי"),
    "Korean": ("cp949", "김민수 서울 이영희 부산 박지훈 최수진 정대현 강남구 인천 대구"),
    "Chinese of Taiwan": ("big5", "陳大文 台北市 林小姐 高雄市 王志明 黃美玲 張家豪 新北市"),
    "Japanese of Unix": ("euc_jp", "山田太郎 佐藤花子 東京都 大阪府 田中さくら 渡辺ミカ"),
    "Polish of DOS": ("cp852", "Łukasz Wójcik Kamiński Łódź Dąbrowski Żaneta Źródlana Święty"),
    "Russian of DOS": ("cp866", "Москва Иванов Сергей Анна Екатерина Смирнова Дмитрий Юрий"),
    "Russian of Unix": ("koi8_r", "Москва Иванов Сергей Анна Екатерина Смирнова Дмитрий Юрий"),
    "Chinese": ("gb18030", "王伟 李娜 张敏 刘洋 北京市 上海市 广州市 杭州市朝阳区 姓名 城市 电话"),
}


def people(names: str, count: int, seed: int) -> str:
    chosen = random.Random(seed)
    words = names.split()
    rows = (f"k{row},{chosen.choice(words)},{chosen.choice(words)}" for row in range(count))
    return "\n".join(("Source_id,Name,City", *rows))


@pytest.mark.parametrize("count", [20, 60, 300])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_people_is_read_in_its_page(name, seed, count):
    page, names = LISTS[name]
    text = people(names, count, seed)
    raw = text.encode(page)
    words = WORD.findall(raw)

    assert not is_mostly_utf8(words)
    assert raw.decode(code_page(words).encoding) == text


@pytest.mark.parametrize(
    "text", ["Köln", "Groß", "é", "Jäger, Zoë", "5 €", "O’Neil – it’s", "„ja“", "Straße 5"]
)
def test_a_tie_falls_to_windows_1252(text):
    assert code_page(WORD.findall(text.encode("cp1252"))).encoding == "cp1252"


@pytest.mark.parametrize("name", LISTS)
def test_utf8_with_some_broken_bytes_is_utf8(name):
    page, names = LISTS[name]
    raw = people(names, 20, 0).encode() + b"\nk99," + names.split()[0].encode(page)

    assert is_mostly_utf8(WORD.findall(raw))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("mac_roman", "1,Jürgen Müller,Köln"),
        ("mac_roman", "1,Hélène"),
        ("cp850", "1,Jürgen Müller,Köln"),
        ("cp850", "1,José Núñez"),
        ("cp850", "1,Åsa Sjöberg,Örebro"),
        ("cp852", "1,Łukasz Wójcik,Łódź"),
        ("cp1254", "1,Ayşe Yılmaz,İstanbul\n2,Çağla Öztürk"),
        ("cp1252", "1,„Groß“ – 25 °C"),
        ("cp1252", "1,José Núñez,5¢\n2,Jürgen,5¢"),
        ("iso8859-15", '1,Müller,"12,50 €"'),
        ("iso8859-15", "1,Ann,5€"),
        ("mac_latin2", "1,Jiří Dvořák,Plzeň\n2,Štěpán Růžička"),
    ],
)
def test_one_person_is_enough(page, text):
    raw = text.encode(page)

    assert raw.decode(code_page(WORD.findall(raw)).encoding) == text


def test_a_page_that_fits_nearly_as_well_is_named():
    doubtful, plain = (code_page(WORD.findall(text.encode("cp1252")))
                       for text in ("Ÿ", "Müller Größe Straße"))  # fmt: skip

    assert (doubtful.encoding, bool(doubtful.rival), plain.rival) == ("cp1252", True, None)


def test_a_single_stray_byte_alone_is_no_utf8():
    assert not is_mostly_utf8([b"Ren\xe9"])


def test_every_page_of_the_rule_has_a_list():
    assert {page for page, _ in LISTS.values()} == set(PAGES)
