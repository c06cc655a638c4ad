"""Lines of JSON that are read together say what each of them says by itself."""

import pytest

from engine.imports.files.archives import BLOCK
from engine.imports.files.json_lines import parse, parse_together
from engine.limits import NESTING

PLAIN = b'{"a": 1, "b": {"c": [{"d": null}, 2.5]}}'
DEEP = b'{"a":' * (NESTING.most + 1) + b"1" + b"}" * (NESTING.most + 1)
APART = {
    "an object of three lines that holds one": (b'{"a":[{}', b'{"b":1}]}', b'{"c":1},{"d":2}'),
    "two objects in a line, and none in one": (b'{"a":1},{"b":2}', b""),
    "an element as it stands between lines": (b'{"a":1},0,{"b":2}', b'{"c":['),
    "a list": (b'[{"a":1}]',),
    "a key twice": (PLAIN, b'{"a":1,"a":2}'),
    "a key twice further inside": (PLAIN, b'{"a":[{"b":1,"b":1}]}'),
    "more digits than a double has": (PLAIN, b'{"a":12345678901234567890}'),
    "too deep": (PLAIN, DEEP),
    "a text that looks like a key": (rb'{"a":"\":"}',),
    "no JSON": (PLAIN, b"{a}"),
}


@pytest.mark.parametrize("texts", [(PLAIN,), (PLAIN, b" {} ", b'{"a":"[{"}')], ids=["one", "three"])
def test_lines_without_oddities_are_read_together(texts):
    assert [parse(text) for text in texts] == parse_together(texts)


@pytest.mark.parametrize("texts", APART.values(), ids=APART)
def test_where_one_needs_its_own_look_none_is_read(texts):
    assert parse_together(texts) is None


def test_more_than_a_block_is_read_line_by_line():
    assert parse_together([b'{"a":"%s"}' % (b"x" * BLOCK)]) is None
