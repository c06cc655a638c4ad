"""
Which encoding a text is in that is no clean UTF-8: chosen by the letters that it gives.

A language uses few letters beyond ASCII, and some of them often. Read in the wrong code page, a
list of people holds letters that no language has together, or signs in the middle of words. Each
row of LANGUAGES is weighed as in a naive Bayes classifier over all such words of the file.
charset-normalizer was tried instead: of 276 lists of 5 to 200 people in 23 languages and pages it
read 110 wrong, and this none.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from types import MappingProxyType

WORD = re.compile(rb"[0-9@-~]*(?:[\x80-\xff]+[0-9@-~]*)+")  # what follows a lead byte is no comma
UTF_8 = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}"
    rb"|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
PAGES: Mapping[str, str] = MappingProxyType(  # a Python codec -> its name; ties fall to the first
    {
        "cp1252": "Windows-1252",
        "cp1250": "Windows-1250",
        "iso8859-2": "ISO-8859-2 (Latin-2)",
        "cp1251": "Windows-1251",
        "cp932": "Shift-JIS",
        "gb18030": "GB18030",
        "cp1254": "Windows-1254 (Turkish)",
        "cp1253": "Windows-1253 (Greek)",
        "cp1257": "Windows-1257 (Baltic)",
        "cp1255": "Windows-1255 (Hebrew)",
        "cp949": "Korean (code page 949)",
        "big5": "Big5",
        "euc_jp": "EUC-JP",
        "mac_roman": "Mac Roman",
        "cp850": "DOS Latin-1 (code page 850)",
        "cp852": "DOS Latin-2 (code page 852)",
        "cp866": "DOS Cyrillic (code page 866)",
        "koi8_r": "KOI8-R",
        "iso8859-15": "ISO-8859-15 (Latin-9)",
        "mac_latin2": "Mac Latin-2",
    }
)
# Latin-9 is Windows-1252 with another euro sign: where one stands by itself or at a number. Its
# other letters say nothing for it: they are accents and fractions of Windows.
LATIN_9 = "iso8859-15"
EURO = re.compile(rb"(?<![A-Za-z\x80-\xff])\xa4(?![A-Za-z\x80-\xff])")
CONTROLS = bytes(0x81 if 0x80 <= byte < 0xA0 else byte for byte in range(256))  # no text in it
TIE = 1.0  # natural logarithm: evidence below it is none,
DOUBT = 3.0  # and below this it is little
# Of old programs: what may be punctuation of Windows is no letter.
OLD = ("mac_roman", "cp850", "cp852", "cp866", "koi8_r", "mac_latin2")
WIDE = ("cp932", "gb18030", "cp949", "big5", "euc_jp")  # two bytes are a character in them
RARE: Mapping[str, float] = MappingProxyType(  # what has to speak for a page of few files
    dict.fromkeys((*OLD, "cp1257", "big5", "euc_jp"), 4.0)
    | dict.fromkeys(("cp1253", "cp1254", "cp1255", "cp949", "iso8859-15"), 1.5)
    | {"mac_latin2": 7.0}
)
ASCII = log(1 / 30)  # the same in every page, unless it is the second byte of a character
STRAY = log(1e-6)  # bytes that the page does not know
SIGN = log(1e-5)  # a sign where a letter is expected
MARK = log(2e-3)  # what stands between words in any language
FOREIGN = log(5e-4)  # a letter of another language
LATIN = "[A-Za-z\u00c0-\u024f]"
TORN = re.compile(  # quotes and crosses within a word, and signs of East Asia beside Latin ones
    rf"(?<={LATIN})[^\w\s\x00-\x7f’·](?={LATIN})|(?<={LATIN})[\u2e80-\uffef]|[\u2e80-\uffef](?={LATIN})"
)
BROKEN_CASE = log(0.02)  # a capital after a small letter, or Greek and Cyrillic beside Latin
OTHERS = MappingProxyType({"Ll": FOREIGN, "Lu": FOREIGN, "Cc": STRAY})  # categories of Unicode
MARKS = frozenset("€„“”‚‘’«»–—…§°®©™ª²³½·•£\u00a0")  # what people and programs type between words
DOUBTFUL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        page: frozenset(
            bytes([byte]).decode(page)
            for byte in range(0x80, 0x100)
            if bytes([byte]).decode("cp1252", errors="replace") in MARKS
        )
        for page in OLD
    }
)


@dataclass(frozen=True)
class Language:
    """One row of what may be in a file."""

    name: str
    pages: tuple[str, ...]
    weight: Callable[[str], float]  # of one character: the logarithm of how frequent it is


def _letters(by_frequency: str) -> Callable[[str], float]:
    """How likely each letter is in a language with these, the most frequent first (Zipf)."""
    shares = [1 / (rank + 2) for rank in range(len(by_frequency))]
    known = {
        letter: log(0.97 * share / sum(shares))
        for letter, share in zip(by_frequency, shares, strict=True)
    }

    def weight(char: str) -> float:
        if (found := known.get(char.lower())) is not None:
            return found
        if char in MARKS:
            return MARK
        return OTHERS.get(unicodedata.category(char), SIGN)

    return weight


def _of_bytes(codec: str, rows: Sequence[tuple[range, float]]) -> Callable[[str], float]:
    """How likely a character is, by the lead byte that it has in a codec that is sorted by use."""

    def weight(char: str) -> float:
        try:
            lead = char.encode(codec)[0]
        except UnicodeEncodeError:
            return STRAY
        return next((log(share) for leads, share in rows if lead in leads), STRAY)

    return weight


WEST = ("cp1252", "mac_roman", "cp850", "iso8859-15")
EAST, CYRILLIC = ("cp1250", "iso8859-2", "cp852", "mac_latin2"), ("cp1251", "cp866", "koi8_r")
LANGUAGES = (
    Language("German", WEST, _letters("üäßöé")),
    Language("French", WEST, _letters("éèàêçôîïëâûœùüæÿ")),
    Language("Spanish", WEST, _letters("óíáéñúüº¿¡")),
    Language("Portuguese", WEST, _letters("ãçáéóíêõâúàôü")),
    Language("Italian", WEST, _letters("àèòùéìîó")),
    Language("Dutch", WEST, _letters("ëéïöèü")),
    Language("Danish and Norwegian", WEST, _letters("øåæéüö")),
    Language("Swedish and Finnish", WEST, _letters("äöåéü")),
    Language("Icelandic", WEST, _letters("ðáíóöúþéæý")),
    Language("Polish", EAST, _letters("łóąężśćńź")),
    Language("Czech", EAST, _letters("íáéěřčžšýůúňťďó")),
    Language("Slovak", EAST, _letters("áčíšžýúéľťňôóäďŕĺ")),
    Language("Hungarian", EAST, _letters("áéöóőíüúű")),
    Language("Romanian", EAST, _letters("ăşţîâ")),
    Language("Croatian and Slovene", EAST, _letters("čšžćđ")),
    Language("German", EAST, _letters("üäßöé")),
    Language("Russian", CYRILLIC, _letters("оаеинтсрвлкмдпуяыьгзбчйхжшюцщэфъё№")),
    Language("Ukrainian", CYRILLIC, _letters("оанивіерктслдмупязьбгчхйюїжєщцшфґ")),
    Language("Turkish", ("cp1254",), _letters("ışüöçğâî")),
    Language("Greek", ("cp1253",), _letters("αοιετσνηυρπκμλςίάόγδέήωχύθφβξζώψϊ")),
    Language("Latvian and Lithuanian", ("cp1257",), _letters("āšēīžėņūųļčąģķęįõ")),
    Language("Hebrew", ("cp1255",), _letters("יולהרמאתשבנדחעקכספצגזטןםךףץ")),
    Language(
        "Korean",
        ("cp949",),
        _of_bytes("euc_kr", [(range(0xB0, 0xC9), 4e-4), (range(0xCA, 0xFE), 1e-5)]),
    ),
    Language(
        "Chinese",
        ("big5",),
        _of_bytes(
            "big5",
            [(range(0xA4, 0xC7), 1.8e-4), (range(0xC9, 0xFA), 1e-5), (range(0xA1, 0xA4), 1e-3)],
        ),
    ),
    Language(
        "Japanese",
        ("euc_jp",),
        _of_bytes(
            "euc_jp",
            [
                (range(0xA4, 0xA6), 6e-3),
                (range(0xB0, 0xD0), 2e-4),
                (range(0xD0, 0xF5), 1e-5),
                (range(0xA1, 0xA4), 1e-3),
            ],
        ),
    ),
    Language(
        "Japanese",
        ("cp932",),
        _of_bytes(  # signs, kana, frequent kanji, single bytes of kana, the others
            "cp932",
            [
                (range(0x81, 0x82), 1e-3),
                (range(0x82, 0x84), 6e-3),
                (range(0x88, 0x98), 2e-4),
                (range(0xA1, 0xE0), 1.5e-2),
                (range(0x98, 0xA0), 1e-5),
                (range(0xE0, 0xFD), 1e-5),
            ],
        ),
    ),
    Language(
        "Chinese",
        ("gb18030",),
        _of_bytes(  # frequent characters by their sound, the others by their radical, signs
            "gb2312",
            [
                (range(0xB0, 0xD8), 2.5e-4),
                (range(0xD8, 0xF8), 2e-5),
                (range(0xA1, 0xA4), 1e-3),
            ],
        ),
    ),
)


@dataclass(frozen=True)
class PageChoice:
    """An encoding, and why."""

    encoding: str  # a Python codec name
    gives: str  # such as the letters of a language
    rival: str | None = None  # another that fits nearly as well, and gives other letters


def is_mostly_utf8(words: Sequence[bytes]) -> bool:
    """Whether the text is UTF-8 with some broken bytes, from its words with other than ASCII."""
    text = b" ".join(words)
    rest, whole = UTF_8.subn(b"", text)
    broken = len(rest.translate(None, bytes(range(0x80))))
    return whole >= broken


def code_page(words: Iterable[bytes]) -> PageChoice:
    """The code page whose letters fit best."""
    text = b" ".join(words)
    if EURO.search(text) and EURO.sub(b"", text).isascii():
        return PageChoice(LATIN_9, "a sign of the euro")
    texts = {page: _read(text, page) for page in PAGES}
    found = {page: _best(page, read) for page, read in texts.items()}
    fit = {page: weight - RARE.get(page, 0.0) for page, (weight, _) in found.items()}
    first = next(iter(PAGES))
    page = max(fit, key=lambda each: fit[each])
    if fit[page] - fit[first] < TIE:
        page = first
    rivals = [each for each in fit if texts[each] != texts[page] and fit[page] - fit[each] < DOUBT]
    rival = max(rivals, key=lambda each: fit[each], default=None)
    return PageChoice(page, f"the letters of {found[page][1]}", rival)


def _read(text: bytes, page: str) -> str:
    """The text in a page, as far as it is evidence."""
    if page == LATIN_9:
        return EURO.sub(b"\x80", text.translate(CONTROLS)).decode("cp1252", "replace")
    return text.decode(page, errors="replace")


def _best(page: str, text: str) -> tuple[float, str]:
    """The language of the page that fits best: how well, and its name."""
    chars = Counter(text)
    del chars[" "]
    same = ASCII * sum(count for char, count in chars.items() if char.isascii())
    strays = chars.pop("\ufffd", 0)
    # One may be an accident, which rejects its row; the others say that the page is another.
    accident = MARK - STRAY if strays and page not in WIDE else 0.0
    same += STRAY * strays + accident + BROKEN_CASE * _breaks(text)
    others = [(char, count) for char, count in chars.items() if not char.isascii()]
    doubtful = DOUBTFUL.get(page, frozenset())

    def weight(language: Language, char: str) -> float:
        found = language.weight(char)
        return min(found, MARK) if char in doubtful else found

    return max(
        (same + sum(count * weight(each, char) for char, count in others), each.name)
        for each in LANGUAGES
        if page in each.pages
    )


def _breaks(text: str) -> int:
    """Places where a word goes on as no word does."""
    return len(TORN.findall(text)) + sum(
        (second.isupper() and first.islower())
        or ((first.isascii() != second.isascii()) and "\u0370" <= max(first, second) <= "\u04ff")
        for first, second in pairwise(text)
        if first.isalpha() and second.isalpha() and not (first.isascii() and second.isascii())
    )
