"""What months, days of the week and zones of time are called in dates, in a row each."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

# language: a month between bars, its spellings between blanks; a spelling is of one month alone
MONTH_NAMES = (
    ("English", "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august"
     "|sep sept september|oct october|nov november|dec december"),
    ("German", "jan januar jän jänner|feb februar|mär märz mrz maerz|apr april|mai|jun juni"
     "|jul juli|aug august|sep sept september|okt oktober|nov november|dez dezember"),
    ("French", "janv janvier|févr février fevr fevrier|mars|avr avril|mai|juin|juil juillet"
     "|août aout|sept septembre|oct octobre|nov novembre|déc décembre dec decembre"),
    ("Spanish", "ene enero|feb febrero|mar marzo|abr abril|may mayo|jun junio|jul julio"
     "|ago agosto|sep sept septiembre set setiembre|oct octubre|nov noviembre|dic diciembre"),
    ("Italian", "gen gennaio|feb febbraio|mar marzo|apr aprile|mag maggio|giu giugno|lug luglio"
     "|ago agosto|set settembre|ott ottobre|nov novembre|dic dicembre"),
    ("Portuguese", "jan janeiro|fev fevereiro|mar março marco|abr abril|mai maio|jun junho"
     "|jul julho|ago agosto|set setembro|out outubro|nov novembro|dez dezembro"),
    ("Dutch", "jan januari|feb februari|mrt maart|apr april|mei|jun juni|jul juli|aug augustus"
     "|sep sept september|okt oktober|nov november|dec december"),
    ("Polish", "sty stycznia styczeń|lut lutego luty|mar marca marzec|kwi kwietnia kwiecień"
     "|maj maja|cze czerwca czerwiec|lip lipca lipiec|sie sierpnia sierpień"
     "|wrz września wrzesień|paź października październik|lis listopada listopad"
     "|gru grudnia grudzień"),
    ("Swedish", "jan januari|feb februari|mar mars|apr april|maj|jun juni|jul juli|aug augusti"
     "|sep sept september|okt oktober|nov november|dec december"),
    ("Czech", "ledna leden|února únor|března březen|dubna duben|května květen|června červen"
     "|července červenec|srpna srpen|září|října říjen|listopadu|prosince prosinec"),
    ("Turkish", "ocak oca|şubat şub|mart|nisan nis|mayıs|haziran haz|temmuz tem|ağustos ağu"
     "|eylül eyl|ekim eki|kasım kas|aralık ara"),
    ("Danish and Norwegian", "jan januar|feb februar|mar marts mars|apr april|maj mai|jun juni"
     "|jul juli|aug august|sep sept september|okt oktober|nov november|dec des december desember"),
)  # fmt: skip
WEEKDAYS = (
    "mon monday tue tues tuesday wed wednes wednesday thu thur thurs thursday fri friday sat satur "
    "saturday sun sunday mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag "
    "sonnabend so sonntag lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim "
    "dimanche lunes martes mié miércoles mie jue jueves vie viernes sáb sábado sab dom domingo "
    "lunedì martedì mercoledì giovedì gio venerdì sabato domenica ma maandag dinsdag woensdag wo "
    "donderdag vrijdag vr zaterdag za zondag zo pon poniedziałek wt wtorek śr środa czw czwartek "
    "pt piątek sob sobota niedz niedziela seg segunda-feira terça-feira quarta-feira quinta-feira "
    "sexta-feira"
)
# What may stand before the time of a day, and behind it.
AT = "at|um|à|a las|a la|alle|alle ore|ore|às|om|o|o godz\\.|godz\\.|kl\\.|kl"
CLOCK = "uhr|uur|h"
# Zones with one meaning in the places whose files are read; CST and IST have several.
ZONES: Mapping[str, str] = MappingProxyType(
    {
        "Z": "Z", "UTC": "Z", "GMT": "Z", "WET": "Z",
        "WEST": "+01:00", "BST": "+01:00", "CET": "+01:00", "MEZ": "+01:00",
        "CEST": "+02:00", "MESZ": "+02:00", "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00",
        "JST": "+09:00", "AEST": "+10:00", "AEDT": "+11:00", "NZST": "+12:00", "NZDT": "+13:00",
        "EDT": "-04:00", "EST": "-05:00", "MDT": "-06:00", "MST": "-07:00", "PDT": "-07:00",
        "PST": "-08:00",
    }
)  # fmt: skip


def alternatives(words: Iterable[str]) -> str:
    """A pattern of the words, the longest first: a short one may be the beginning of another."""
    return "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word))))


MONTHS: Mapping[str, str] = MappingProxyType(
    {
        name: f"{place:02}"
        for _, months in MONTH_NAMES
        for place, names in enumerate(months.split("|"), 1)
        for name in names.split()
    }
)
ENGLISH = alternatives(MONTH_NAMES[0][1].replace("|", " ").split())
MONTH = alternatives(MONTHS)
WEEKDAY = alternatives(WEEKDAYS.split())
