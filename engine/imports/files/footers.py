"""What stands below the records and is none: totals, notes, the line that ends a report."""

import re
from collections.abc import Sequence

from engine.imports.files.layout import filled_cells

LOOKED_AT = 40  # rows at the end among which footers are
TOTALS = "totals are no record"
NOTE = "a line below the records is no record"
REMARK = "a comment is no record"
AGAIN = "the header stands here once more"
FURTHER = "another table stands here: save it as a file of its own"

WORDS = (  # English, German, French, Spanish, Italian and Dutch, Polish
    *("total", "totals", "grand total", "grand totals", "subtotal", "sub total", "sum", "sums"),
    *("overall", "average", "mean", "count", "number of rows"),
    *("summe", "summen", "gesamt", "gesamtsumme", "gesamtergebnis", "insgesamt", "zwischensumme"),
    *("endsumme", "durchschnitt", "mittelwert", "anzahl"),
    *("total général", "totaux", "somme", "sous-total", "ensemble", "moyenne", "nombre"),
    *("total general", "totales", "suma", "suma total", "promedio", "media", "recuento"),
    *("totale", "totali", "totale generale", "subtotale", "totaal", "eindtotaal", "subtotaal"),
    *("razem", "ogółem", "suma końcowa", "łącznie", "podsumowanie", "średnia", "liczba"),
)
TOTAL = re.compile(rf"\W*({'|'.join(map(re.escape, WORDS))})\W*", re.IGNORECASE)
RECORDS = (
    "rows?|records?|customers?|entries|lines?|results?|items?|zeilen|datensätze|einträge|kunden"
    "|lignes?|enregistrements?|filas?|registros?|clientes?|wierszy|wiersze|rekordów|klientów"
)
TOTAL_OF = re.compile(
    rf"\W*({'|'.join(map(re.escape, WORDS))})\b\s*"
    rf"({RECORDS}|\([^)]*\)|[^:=]{{0,40}}[:=].*|(of|für|der|de|for)\s.*|[0-9][0-9 .,]*)?",
    re.IGNORECASE,
)
FOOTER = re.compile(
    rf"\(?[0-9][0-9.,]* ({RECORDS})\b.*"
    rf"|({RECORDS})\s*[:=]\s*[0-9][0-9.,]*"
    r"|(stand|as of|état au|a fecha de|stan na)\b[ :].*[0-9].*"
    r"|(report|list|file|data|liste|bericht|datei)?\s*"
    r"(exported|generated|created|printed|downloaded|exportiert|erstellt|gedruckt|erzeugt|exporté"
    r"|généré|imprimé|exportado|generado|impreso|wygenerowano|wydrukowano|eksport)"
    r"(\s*:|\s+(on|at|by|from|with|am|um|von|mit|le|par|el|por|dnia|przez|z)\b|\s+[0-9]).*"
    r"|[-=*_#~ ]{2,}.*|(page|seite|página|strona) [0-9]+.*"
    r"|(strictly )?(confidential|vertraulich|confidentiel|confidencial|riservato|poufne)\b.*"
    r"|(source|quelle|fuente|źródło|note|notes|hinweis|remarque|nota|uwaga|legend)\s?:.*"
    r"|\*+\s?\)?\s*\w.*",
    re.IGNORECASE,
)
SIGNED = re.compile(  # anywhere in it
    r".*(\b(end of (report|file|list|data)|ende der (liste|datei)|fin du rapport|fin del informe"
    r"|koniec raportu)\b|©|\(c\) |copyright|all rights reserved).*",
    re.IGNORECASE,
)
COUNTED = re.compile(  # "2,record(s) downloaded" begins with what could be a key
    rf"[0-9][0-9.,]* ((record|row)\(s\)|{RECORDS}) +(downloaded|exported|found|listed)\b.*",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[^\w]*[0-9][0-9 .,'\u00a0\u202f]*\s*(%|€|\$|£|zł|[a-z]{3})?|[-–—%ø]+", re.I)


def footers(rows: Sequence[Sequence[str]], gaps: Sequence[bool], typical: int) -> list[str | None]:
    """
    Which of the last rows are no records: the reason of each, None for a record.

    Only rows at the very end are: one that looks like a record ends the search.

    Args:
        rows: the last ones, in order; blank rows are left out.
        gaps: of each row, whether a blank row stands right above it.
        typical: cells that most records fill.
    """
    reasons: list[str | None] = [None] * len(rows)
    below: list[int] = []  # sparse rows that are notes only if a gap or totals stand above
    for place in range(len(rows) - 1, -1, -1):
        texts = filled_cells(rows[place])
        reason = _reason(texts, typical) or _sums(rows[: place + 1], texts, typical)
        if not reason and not _is_sparse(texts, typical):
            break
        reasons[place] = reason
        below.append(place)
        if reason or gaps[place]:
            for each in below:
                reasons[each] = reasons[each] or NOTE
            below.clear()
    return reasons


def _reason(texts: Sequence[str], typical: int) -> str | None:
    """Why a row is no record by its own words."""
    first, others = texts[0], texts[1:]
    few = len(texts) * 2 <= typical or len(texts) == 1 < typical
    if typical > 1 and TOTAL.fullmatch(first) and (few or all(map(NUMBER.fullmatch, others))):
        return TOTALS
    if few and TOTAL_OF.fullmatch(first):
        return TOTALS
    if few and COUNTED.fullmatch(" ".join(texts)):
        return NOTE
    pair = len(texts) == 2 < typical
    wide = len(texts) > typical  # commas in a text without quotes
    if (others and _is_key(first)) or not (few or pair or wide):
        return None
    joined = " ".join(texts)
    # A record that fills all its cells may well hold such a sign in one of the later ones.
    return NOTE if FOOTER.fullmatch(joined) or SIGNED.fullmatch(first if wide else joined) else None


def _sums(rows: Sequence[Sequence[str]], texts: Sequence[str], typical: int) -> str | None:
    """Numbers alone, with nothing where all rows above begin, which add up what is there."""
    *above, last = ((row[0] if row else "").strip() for row in rows)
    few = 1 < len(texts) < typical
    if few and not last and len(above) > 1 and all(above) and all(map(NUMBER.fullmatch, texts)):
        return TOTALS
    return None


def _is_sparse(texts: Sequence[str], typical: int) -> bool:
    """Whether a row says as little as a note does, and no key of a record."""
    if len(texts) > 2 or len(texts) * 2 > typical:
        return False
    return not _is_key(texts[0])


def _is_key(text: str) -> bool:
    """Whether a cell can be the key of a record."""
    return " " not in text.removeprefix("# ") and any(
        char.isdigit() or char == "@" for char in text
    )
