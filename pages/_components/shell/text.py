"""
Text of others in places that read a language: Markdown, and the HTML of charts.

Streamlit's Markdown is read twice. The first reading takes escapes; the second looks through the
texts that are left for `:smile:`, `:material_x:`, `:streamlit:`, `www.`, `https://`, `a@b.c`, `->`
and the like, and takes no escapes. It looks at one text at a time, so that a sign in a text of its
own ends every such pattern: `:color[…]` without a colour is that text, and looks like any other.

Places that read nothing (options of a select box, placeholders, cells and headings of a data
frame, code) take `engine.text.display.visible` instead: there an escape would be seen.
"""

import html
import re
from collections.abc import Collection

from engine.text.display import LONGEST, shortened, visible

SIGNS = frozenset("\\`*_{}[]()#+-.!|<>~$:&/")
# What the second reading cannot do without: the first colon of `:smile:`, that of `https://`, the
# `@` of an address, the end of an arrow.
ALONE = re.compile(
    r":(?=[\w+-]+:|//)|(?<=[-.\w+])@(?=[-\w])|(?<=www)\.|(?<=[-<>~=])[->=]", re.IGNORECASE
)
# What Markdown reads within a line; all else only at its beginning, or beside one of these.
WITHIN = frozenset("\\`*_[]<>~$:&")
BEGIN = re.compile(r"\s*(?:[-+#>|!=]+|\d+[.)])")
INSIDE = re.compile(r"(?<=[^\W_])_+(?=[^\W_])")  # of a name such as `cart_abandoned`
QUOTE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
WORD = re.compile(r"[a-z]+[ ,;]")  # at the beginning of a sentence
MESSAGE = 4_000  # characters of a message, which quotes several values


def plain(text: str, most: int = LONGEST) -> str:
    """The text on one line for Markdown, with everything that it would read taken literally."""
    line = _line(text, most)
    return _escaped(line, {place for place, sign in enumerate(line) if sign in SIGNS})


def spoken(text: str) -> str:
    """
    The same for the label of an input, which is read as Markdown, and aloud as it is written.

    So nothing is escaped that does no harm where it stands: `E-mail` has no backslash.
    """
    line = _line(text, LONGEST)
    names = {place for found in INSIDE.finditer(line) for place in range(*found.span())}
    begin = BEGIN.match(line)
    within = WITHIN | {"/"} if ":" in line else WITHIN  # an icon is named with one
    return _escaped(
        line,
        {
            place
            for place, sign in enumerate(line)
            if (sign in within and place not in names)
            or (begin and place < begin.end() and sign in SIGNS)
        },
    )


def _line(text: str, most: int) -> str:
    return re.sub(r"\s+", " ", visible(text, most))


def _escaped(line: str, escaped: Collection[int]) -> str:
    alone = {found.start() for found in ALONE.finditer(line)}
    return "".join(
        f":color[\\{sign}]" if place in alone else f"\\{sign}" if place in escaped else sign
        for place, sign in enumerate(line)
    )


def bold(text: str) -> str:
    """The text in bold; a blank at its edge would show the signs that make it so."""
    return f"**{plain(text.strip())}**"


def message(text: str) -> str:
    """
    A message of the engine as a `phrase` that is a sentence: it begins with a capital.

    Unless its first word is a name, of a file or a field, or in quotes.
    """
    return phrase(text[:1].upper() + text[1:] if WORD.match(text) else text)


def phrase(text: str) -> str:
    """
    Part of a message: what it quotes in backticks as code, all else literally.

    Backticks that are no pair, as a value in them that `text.display.quoted` did not put there may
    have, stay what they are.
    """
    text, parts, end = shortened(text, MESSAGE), [], 0
    for quote in QUOTE.finditer(text):
        parts += [plain(text[end : quote.start()], MESSAGE), _code(quote)]
        end = quote.end()
    return "".join([*parts, plain(text[end:], MESSAGE)])


def drawn(text: str, most: int = LONGEST) -> str:
    """The text for a chart, which would read HTML in it."""
    return html.escape(visible(text, most), quote=False)


def _code(quote: re.Match[str]) -> str:
    """A quote as code; literally where Streamlit would change it even there."""
    if ":material/" in quote[0]:
        return plain(quote[0], MESSAGE)
    fence, said = quote[1], re.sub(r"\s+", " ", visible(quote[2], MESSAGE))
    return f"{fence}{said}{fence}"
