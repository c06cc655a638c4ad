"""The list of people: who may sign in, and what the log says of every change."""

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from engine.accounts import people
from engine.accounts.passwords import fits, hashed
from engine.accounts.roles import PEOPLE, roles_for
from engine.changes.log import in_words, log
from engine.errors import NotFoundError, TakenError, UsageError
from engine.samples import sample_shop

WORD = "correct horse battery"


def test_a_password_is_kept_as_its_argon2_hash_alone(base):
    ann = people.add(base.workbench, "ann", ["view"], WORD)

    assert ann.password.startswith("$argon2id$")
    assert WORD not in ann.password + repr(ann)
    assert ann.password not in repr(ann)
    assert fits(WORD, ann.password)


@pytest.mark.parametrize("given", ["", "another one 123", WORD + " ", "\ud800", "x" * 5000])
def test_another_password_does_not_fit(given):
    assert not fits(given, hashed(WORD))


def test_a_hash_costs_what_rfc_9106_recommends_for_little_memory():
    parameters = extract_parameters(PasswordHasher().hash("x"))

    assert (parameters.type, parameters.memory_cost) == (Type.ID, 65536)
    assert parameters.time_cost >= 3


def test_of_nobody_no_password_fits():
    assert not fits("nobody's password", None)


@pytest.mark.parametrize("given", ["", "elevensigns", "x" * 1001, "two lines\nof some length"])
def test_a_password_that_is_short_or_cannot_be_typed_is_refused(base, given):
    with pytest.raises(UsageError, match="a password of 12 to 1,000 signs"):
        people.add(base.workbench, "ann", ["view"], given)

    assert not people.has_anybody(base.workbench)


FAULTS = {
    "no name": ("  ", ["view"], None, "a name of one line"),
    "two lines": ("a\nb", ["view"], None, "a name of one line"),
    "no role": ("ann", [], None, "at least one role"),
    "a role of keys": ("ann", ["write"], None, "expected one of view"),
    "no address": ("ann", ["view"], "ann at home", "an e-mail such as"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_does_not_fit_is_refused(base, case):
    name, roles, email, told = FAULTS[case]
    with pytest.raises(UsageError) as caught:
        people.add(base.workbench, name, roles, WORD, email)

    assert told in str(caught.value).replace("“", "'").replace("”", "'").replace('"', "'")


def test_somebody_signs_in_with_a_password_or_by_an_email(base):
    with pytest.raises(UsageError, match="got neither"):
        people.add(base.workbench, "ann", ["view"])
    people.add(base.workbench, "ann", ["view"], email=" Ann@Example.com ")

    assert people.person_with_email(base.workbench, "ANN@example.com").name == "ann"
    assert people.person_with_email(base.workbench, "bob@example.com") is None


def test_a_name_and_an_email_are_one_persons_whatever_their_case(base):
    people.add(base.workbench, "Ann", ["view"], WORD, "ann@example.com")
    for name, email in (("ANN", None), ("bob", "ANN@example.com")):
        with pytest.raises(TakenError):
            people.add(base.workbench, name, ["view"], WORD, email)

    assert people.person_named(base.workbench, " aNN ").name == "Ann"


@pytest.mark.parametrize("role", roles_for(PEOPLE))
def test_every_role_of_people_can_be_given(base, role):
    people.add(base.workbench, "ann", ["view"], email="ann@example.com")

    assert people.set_roles(base.workbench, "ann", [role]).roles == (role,)


def test_every_change_has_another_stamp_and_a_line_without_the_password(base):
    first = people.add(base.workbench, "ann", ["view"], WORD)
    second = people.set_roles(base.workbench, "ann", ["build", "export"])
    third = people.set_password(base.workbench, "ann", "another one 123")
    people.remove(base.workbench, "ann")
    lines = log(base.workbench).lines[::-1]

    assert len({first.stamp, second.stamp, third.stamp}) == 3
    assert [in_words(line) for line in lines] == [
        "person ann created",
        "person ann changed",
        "person ann changed",
        "person ann removed",
    ]
    assert {line.cause for line in lines} == {"person"}
    assert "argon2" not in repr(lines)
    assert people.people(base.workbench) == []


CHANGES = {
    "roles": lambda access: people.set_roles(access, "bob", ["view"]),
    "password": lambda access: people.set_password(access, "bob", WORD),
    "removal": lambda access: people.remove(access, "bob"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_of_that_name_is_not_found(base, change):
    with pytest.raises(NotFoundError, match="nobody on the list of people"):
        CHANGES[change](base.workbench)


def test_the_list_outlives_an_emptied_workspace(base):
    people.add(base.workbench, "ann", ["view"], WORD)
    sample_shop.clear(base.workbench)

    assert people.has_anybody(base.workbench)
