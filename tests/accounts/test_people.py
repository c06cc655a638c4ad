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


@pytest.fixture
def staffed(base):
    """The workspace of an administrator, who comes before everybody else."""
    people.add(base.workbench, "root", ["admin"], WORD)
    return base


def test_a_password_is_kept_as_its_argon2_hash_alone(staffed):
    ann = people.add(staffed.workbench, "ann", ["view"], WORD)

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
    with pytest.raises(UsageError, match="a password of 12 to 1,000 characters"):
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


def test_somebody_signs_in_with_a_password_or_by_an_email(staffed):
    with pytest.raises(UsageError, match="got neither"):
        people.add(staffed.workbench, "ann", ["view"])
    people.add(staffed.workbench, "ann", ["view"], email=" Ann@Example.com ")

    assert people.person_with_email(staffed.workbench, "ANN@example.com").name == "ann"
    assert people.person_with_email(staffed.workbench, "bob@example.com") is None


def test_a_name_and_an_email_are_one_persons_whatever_their_case(staffed):
    people.add(staffed.workbench, "Ann", ["view"], WORD, "ann@example.com")
    for name, email in (("ANN", None), ("bob", "ANN@example.com")):
        with pytest.raises(TakenError):
            people.add(staffed.workbench, name, ["view"], WORD, email)

    assert people.person_named(staffed.workbench, " aNN ").name == "Ann"


@pytest.mark.parametrize("role", roles_for(PEOPLE))
def test_every_role_of_people_can_be_given(staffed, role):
    people.add(staffed.workbench, "ann", ["view"], email="ann@example.com")

    assert people.set_roles(staffed.workbench, "ann", [role]).roles == (role,)


def test_every_change_has_another_stamp_and_a_line_without_the_password(staffed):
    first = people.add(staffed.workbench, "ann", ["view"], WORD)
    second = people.set_roles(staffed.workbench, "ann", ["build", "export"])
    third = people.set_password(staffed.workbench, "ann", "another one 123")
    people.remove(staffed.workbench, "ann")
    lines = log(staffed.workbench).lines[-2::-1]

    assert len({first.stamp, second.stamp, third.stamp}) == 3
    assert [in_words(line) for line in lines] == [
        "person ann created",
        "person ann changed",
        "person ann changed",
        "person ann removed",
    ]
    assert {line.cause for line in lines} == {"person"}
    assert "argon2" not in repr(lines)
    assert [one.name for one in people.people(staffed.workbench)] == ["root"]


CHANGES = {
    "roles": lambda access: people.set_roles(access, "bob", ["view"]),
    "password": lambda access: people.set_password(access, "bob", WORD),
    "removal": lambda access: people.remove(access, "bob"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_of_that_name_is_not_found(base, change):
    with pytest.raises(NotFoundError, match="nobody on the list of people"):
        CHANGES[change](base.workbench)


LOCKS = {
    "the first is none": lambda access, **how: people.add(access, "bob", ["view"], WORD, **how),
    "the last is none any more": lambda access, **how: people.set_roles(
        access, "root", ["view", "build"], **how
    ),
    "the last goes": lambda access, **how: people.remove(access, "root", **how),
}


@pytest.mark.parametrize("case", LOCKS)
def test_a_list_without_an_administrator_takes_a_word_for_it(base, case):
    if case != "the first is none":
        people.add(base.workbench, "root", ["admin"], WORD)
        people.add(base.workbench, "ann", ["view"], WORD)
    before = people.people(base.workbench)
    with pytest.raises(UsageError, match="with the role admin, got nobody"):
        LOCKS[case](base.workbench)

    assert people.people(base.workbench) == before
    LOCKS[case](base.workbench, without_admin=True)
    assert people.people(base.workbench) != before
    people.add(base.workbench, "eve", ["view"], WORD)  # whom it keeps out no longer


def test_the_last_of_all_may_go_for_nobody_is_locked_out_then(base):
    people.add(base.workbench, "root", ["admin"], WORD)
    people.remove(base.workbench, "root")

    assert not people.has_anybody(base.workbench)


def test_the_list_outlives_an_emptied_workspace(base):
    people.add(base.workbench, "ann", ["admin"], WORD)
    sample_shop.clear(base.workbench)

    assert people.has_anybody(base.workbench)
