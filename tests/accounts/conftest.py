"""Passwords whose hashes cost a thousandth of what they cost outside of tests."""

import pytest
from argon2 import PasswordHasher

from engine.accounts import passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
