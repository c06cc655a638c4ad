"""Templates: understood on any base, written as a filter is saved, and each finds somebody."""

import json
from shutil import copytree

import pytest

from engine.base.answers import answer
from engine.filters.expression import to_json
from engine.filters.parser import parse, warnings
from engine.segments.templates import TEMPLATES
from tests.bases import Base
from tests.fields import EMPTY_CATALOGUE
from tests.strategies import ZONES

each = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)


@pytest.fixture(scope="module")
def shop(sample, tmp_path_factory):
    base = Base(copytree(sample, tmp_path_factory.mktemp("shop") / "workspace"))
    yield base
    base.close()


@each
def test_a_template_is_understood_where_nobody_has_anything(template):
    group = parse(template.filter, EMPTY_CATALOGUE, ZONES[0])

    assert {"junction": "and", **template.filter} == json.loads(json.dumps(to_json(group)))


@each
def test_a_template_finds_some_but_not_all_customers_of_the_sample_shop(template, shop):
    profile = shop.workbench.profile()
    group = parse(template.filter, profile.catalogue, shop.workbench.zone)

    assert () == warnings(group, profile.catalogue)
    assert 0 < answer(profile, group, shop.workbench.clock()).count < profile.total / 2


def test_keys_and_labels_are_used_once():
    assert len(TEMPLATES) == len({row.key for row in TEMPLATES})
    assert len(TEMPLATES) == len({row.label for row in TEMPLATES})
