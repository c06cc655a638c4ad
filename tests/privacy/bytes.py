"""A search for texts in every file of a folder, in every spelling that they may have."""

import json
from base64 import b64encode
from itertools import product
from unicodedata import normalize

import polars as pl

CASES = (str, str.upper, str.lower)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


def found(folder, values):
    """Each file that holds one of the values, with the value."""
    spelled = {value: spellings(value) for value in values}
    return [
        (file.relative_to(folder).as_posix(), value)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for content in contents(file)
        for value, forms in spelled.items()
        if any(form in content for form in forms)
    ]


def contents(file):
    """The bytes of a file; of a Parquet file also what it says once it is read."""
    yield file.read_bytes()
    if file.suffix == ".parquet":
        yield json.dumps(pl.read_parquet(file).to_dicts(), default=str, ensure_ascii=False).encode()


def spellings(value):
    """A value as bytes: in capitals or not, composed or not, in JSON, and in base64."""
    texts = {normalize(form, change(value)) for form, change in product(("NFC", "NFD"), CASES)}
    escaped = {json.dumps(text)[1:-1] for text in texts}
    plain = {text.encode(encoding) for text, encoding in product(texts | escaped, ENCODINGS)}
    return plain | {core for one in plain for core in in_base64(one)}


def in_base64(content):
    """What base64 makes of bytes that begin at any place of three, without what is beside them."""
    for before in range(3):
        text = b64encode(bytes(before) + content)
        first = (before * 8 + 5) // 6
        last = (before + len(content)) * 8 // 6
        yield text[first:last]
