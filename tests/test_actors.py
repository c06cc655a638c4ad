"""Who acts, where nobody signs in."""

from engine.actors import local_person


def test_the_person_of_a_door_without_a_sign_in_is_the_systems_user(monkeypatch):
    monkeypatch.setenv("LOGNAME", "ann")

    assert local_person() == "ann"


def test_a_user_without_a_name_acts_as_local(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 2**31 - 7)  # as a container may be run

    assert local_person() == "local"
