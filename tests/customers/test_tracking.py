"""Tracking tokens: the same identity has the same one, and nobody else can make it."""

import pytest

from engine.workspace import tracking
from engine.workspace.tracking import FORM, Tokens, tokens
from engine.workspace.workbench import Workbench
from tests.bases import ME, NOW


@pytest.fixture
def own(base):
    return tokens(base.workbench)


def test_the_same_identity_has_the_same_token_in_every_process(base, own):
    other = Workbench.open(base.folder, lambda: NOW).acting(ME)

    assert tokens(other).of("visitor 7") == own.of("visitor 7")
    assert own.of("visitor 7") != own.of("visitor 8")
    other.close()


def test_a_token_fits_into_any_address(own):
    made = [own.of(f"visitor {number}") for number in range(200)]

    assert all(FORM.fullmatch(one) for one in made)
    assert not any(set(one) & set("+/=") for one in made)
    assert len({*made}) == 200


def test_the_token_of_a_token_is_itself(own):
    token = own.of("visitor 7")

    assert own.of(token) == token
    assert own.own(token)


def test_an_email_is_the_same_identity_whatever_its_case(own):
    address = "Ann" + "@" + "shop.pl"

    assert own.of(address) == own.of(address.lower())
    assert own.of("Visitor") != own.of("visitor")


@pytest.mark.parametrize(
    "text",
    [
        "track_DMKGAJMrjR",  # of another form
        "track_" + "A" * 40,  # of ours, and not signed
        "track_" + "é" * 40,
    ],
)
def test_what_only_looks_like_a_token_is_an_identity_like_any(own, text):
    assert not own.own(text)
    assert own.of(text) != text


def test_the_token_of_another_workspace_is_an_identity_like_any(own):
    foreign = Tokens(b"another key").of("visitor 7")

    assert not own.own(foreign)
    assert own.own(own.of(foreign))


def test_each_changed_sign_breaks_a_token(own):
    token = own.of("visitor 7")
    for place in range(len(tracking.PREFIX), len(token)):
        other = "B" if token[place] == "A" else "A"
        assert not own.own(token[:place] + other + token[place + 1 :])


def test_new_tokens_are_never_the_same_and_stand_for_no_identity(own, base):
    base.csv("Source_id\nann\n")
    profile, made = base.workbench.profile(), own.new()

    assert len({own.new() for _ in range(100)}) == 100
    assert own.of(made) == made
    assert own.owner(profile, made) is None
    assert own.owner(profile, own.of("ann")) == 0


def test_a_workspace_has_no_key_until_a_token_is_needed(base):
    assert tracking.kept(base.workbench) is None

    made = tokens(base.workbench)

    assert tracking.kept(base.workbench) == made
