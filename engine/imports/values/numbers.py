"""
Numbers and amounts of money as files write them: decimal marks, thousands, signs of currencies.

The readings differ in the decimal mark and in what stands between thousands. None of them takes
leading zeros, a plus sign or more than 15 digits: those are codes.
"""

from collections.abc import Callable

import polars as pl

from engine.filters.kinds import NUMBER
from engine.imports.values.families import Family, Notation, Pattern, Read

BLANK = " \u00a0\u2009\u202f"
# key, decimal mark, what may stand between thousands
MARKS = (
    ("point", ".", ","),
    ("point, blanks", ".", BLANK),
    ("point, apostrophes", ".", "'’"),
    ("comma", ",", "."),
    ("comma, blanks", ",", BLANK),
    ("comma, apostrophes", ",", "'’"),
)
WORDS = {".": "with a decimal point", ",": "with a decimal comma"}
BY_MARK = {mark: tuple(key for key, own, _ in MARKS if own == mark) for mark in WORDS}
# The code of a currency, and the signs that stand for it.
CURRENCIES = (
    ("EUR", "€"),
    ("USD", "US$"),
    ("$",),  # of which country it does not say
    ("GBP", "£"),
    ("PLN", "zł"),
    ("CHF", "SFr.", "Fr."),
    ("CZK", "Kč"),
    ("kr", "kr."),  # of which country it does not say
    ("BRL", "R$"),
    ("JPY", "¥", "円"),
    ("HUF", "Ft"),
    ("RON", "lei"),
    ("INR", "₹"),
    ("RUB", "₽", "руб.", "руб"),
    ("TRY", "₺", "TL"),
    ("UAH", "₴"),
    ("ILS", "₪"),
    ("KRW", "₩"),
    *((code,) for code in ("SEK", "NOK", "DKK", "BGN", "CNY", "AUD", "CAD", "NZD", "MXN", "ZAR")),
    *((code,) for code in ("SGD", "HKD", "AED")),
)
CODES = {sign.casefold(): row[0] for row in CURRENCIES for sign in row}
MONEY = "|".join(
    sign.replace("$", r"\$").replace(".", r"\.") for sign in sorted(CODES, key=len, reverse=True)
)
DIGITS = f"[0-9][0-9.,'’{BLANK}]*"
# A sign of a currency on either side, a minus before or behind, or the brackets of accountants.
SHAPE = (
    f"(?i)^(?:\\(\\s*)?[-−]?\\s*(?:(?:{MONEY})\\s*)?[-−]?\\s*{DIGITS}"
    f"\\s*[-−]?\\s*(?:(?:{MONEY})\\s*)?[-−]?(?:\\s*\\))?$"
)
# "12,-" and "5.–", as prices are written that are whole.
ROUND = f"([0-9][.,])[-−–—]{{1,2}}(\\s*(?:{MONEY})?\\s*)$"
WHOLE = "(?:0|[1-9][0-9]{0,14})"
HUGE = "[1-9][0-9]{15}"  # of a double only, as it is printed: 1234567890123456.0


def _core(mark: str, between: str) -> str:
    thousands = f"[1-9][0-9]{{0,2}}(?:[{between}][0-9]{{3}}){{1,4}}"
    if between == ",":  # of India: 1,25,000
        thousands = f"(?:{thousands}|[1-9][0-9]?(?:,[0-9]{{2}}){{1,5}},[0-9]{{3}})"
    return f"^-?(?:(?:{WHOLE}|{thousands})(?:\\{mark}[0-9]+)?|{_power(mark)}|{HUGE}\\{mark}0)$"


def _power(mark: str) -> str:
    """As programs write what is very small or large: 1.5e-7."""
    return f"{WHOLE}(?:\\{mark}[0-9]+)?e[+-]?[0-9]+"


def _reader(mark: str, between: str) -> Read:
    core = _core(mark, between)

    def read(texts: pl.Series) -> pl.Series:
        bare = pl.col("bare")
        plain = bare.str.replace_all(f"[{between}]", "").str.replace(mark, ".", literal=True)
        frame = texts.alias("bare").to_frame().lazy()
        return frame.select(pl.when(bare.str.contains(core)).then(plain)).collect().to_series()

    return read


def unadorned(texts: pl.Series) -> pl.Series:
    """Each amount without sign of currency, brackets and blanks, the minus in front; else null."""
    text = pl.col("text").str.replace(f"(?i){ROUND}", "${1}00${2}")
    digits = text.str.extract(f"({DIGITS})").str.strip_chars_end(BLANK)
    minus = text.str.count_matches("[-−]") + text.str.starts_with("(").cast(pl.UInt32)
    balanced = text.str.starts_with("(") == text.str.ends_with(")")
    single = text.str.count_matches(f"(?i)(?:{MONEY})") <= 1
    right = text.str.contains(SHAPE) & balanced & single & (minus <= 1)
    amount = pl.when(minus == 1).then(pl.lit("-") + digits).otherwise(digits)
    frame = texts.alias("text").to_frame().lazy()
    return frame.select(pl.when(right).then(amount)).collect().to_series()


def currencies(cells: pl.Series) -> dict[str, int]:
    """How many of the amounts among the cells name each currency."""
    amounts = cells.filter(cells.str.contains(f"{SHAPE}|{ROUND}"))
    signs = amounts.str.extract(f"(?i)({MONEY})").drop_nulls().str.to_lowercase()
    counted = signs.replace_strict(CODES, return_dtype=pl.String).alias("code").value_counts()
    return dict(counted.iter_rows())


def _matches(*patterns: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda text: text.str.contains("|".join(f"(?:{each})" for each in patterns))


def _decimals(mark: str) -> str:
    """What only this mark can mean: not just three digits behind it, or no thousands before."""
    long = f"(?:0|[1-9][0-9]{{3,14}})\\{mark}[0-9]+"
    return f"^-?(?:{WHOLE}\\{mark}(?:[0-9]{{1,2}}|[0-9]{{4,}})|{long})$"


POWER = f"^-?(?:{_power('.')}|{_power(',')})$"
FAMILY = Family(
    NUMBER,
    "a number",
    tuple(Notation(key, WORDS[mark], _reader(mark, between)) for key, mark, between in MARKS),
    (
        Pattern(_matches(f"^-?{WHOLE}(?:e[+-]?[0-9]+)?$"), tuple(key for key, *_ in MARKS)),
        Pattern(_matches(_decimals("."), f"^-?{_power('.')}$"), BY_MARK["."], marked=True),
        Pattern(
            _matches(_decimals(","), f"^-?{_power(',')}$"), BY_MARK[","], marked=True, written=False
        ),
    ),
    bare=unadorned,
    mark=".",
    rivals=("point", "comma"),
    facts=currencies,
    possible=_matches(SHAPE, POWER, ROUND),
)
