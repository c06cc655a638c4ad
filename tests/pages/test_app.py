"""What `app.py` sets when the server imports it."""

from types import SimpleNamespace

from streamlit.runtime.memory_session_storage import MemorySessionStorage

import app
from engine.errors import ForbiddenError
from pages._components.shell.session import fixable


def test_a_callback_that_may_not_is_told_and_a_bug_stays_one():
    assert app.app._on_script_error is fixable
    assert fixable(ForbiddenError("expected somebody who may import files"))
    assert not fixable(ValueError("a bug"))


def test_few_sessions_wait_for_pages_that_were_left():
    assert app.app is not None
    storage = MemorySessionStorage(ttl_seconds=120)  # as Streamlit makes it
    for number in range(100):
        storage.save(SimpleNamespace(session=SimpleNamespace(id=str(number))))

    assert [each.session.id for each in storage.list()] == [str(n) for n in range(84, 100)]
