"""What sets customers apart from the base, counted by hand."""

from math import asin, sqrt

import pytest

from engine.insights.contrasts import contrasts
from tests.pages.test_customers import BERLIN

ROWS = """\
Source_id,City,Loyalty_points,vip,brands
a,Berlin,900,true,Armani;Vicini
b,Berlin,1100,true,Vicini
c,Rome,0,false,Armani
d,Rome,,,
e,Rome,200,false,
f,Rome,300,false,
g,Oslo,,,
h,Oslo,500,true,
"""
LISTS = {"columns": {"brands": {"field": "metadata.brands", "list": ";"}}}


def test_the_largest_difference_comes_first_and_each_is_exact(base):
    base.csv(ROWS, LISTS)
    found = {each.field.path: each for each in told(base)}
    city, points, vip = (found[path] for path in ("address.city", "loyalty.points", "metadata.vip"))

    assert (city.value, city.inside, city.base) == ("Berlin", 1, 0.25)
    assert city.effect == pytest.approx(2 * asin(1) - 2 * asin(sqrt(0.25)))
    assert (points.value, points.inside, points.base) == (None, 1000, 375)  # who has none has 0
    deviations = [525, 725, 375, 375, 175, 75, 375, 125]
    assert points.effect == pytest.approx(625 / sqrt(sum(each**2 for each in deviations) / 8))
    assert (vip.value, vip.inside, vip.base) == (True, 1, 0.375)
    brands = found["metadata.brands"]
    assert (brands.value, brands.inside, brands.base) == ("Vicini", 1, 0.25)
    assert [each.effect for each in told(base)] == sorted(
        (each.effect for each in told(base)), reverse=True
    )


def test_nobody_differs_from_nobody_and_what_is_hidden_is_not_told(base):
    assert told(base) == []
    base.csv(ROWS, LISTS)

    assert "address.city" not in {
        each.field.path for each in told(base, lambda field: field.path == "address.city")
    }


def test_what_few_have_here_and_there_tells_nothing_of_a_group(base):
    names = ["Ann"] * 4 + [f"n{place}" for place in range(496)]
    cities = ["Rome"] * 250 + ["Berlin"] * 250
    rows = "".join(f"{at},{name},{cities[at]}\n" for at, name in enumerate(names))
    base.csv(f"Source_id,Name,City\n{rows}")

    assert [each.field.path for each in told(base)] == ["address.city"]


def told(base, hidden=lambda _: False):
    return contrasts(base.answer(BERLIN), hidden, 50)
