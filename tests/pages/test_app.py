"""What `app.py` sets when the server imports it."""

from types import SimpleNamespace

from streamlit.runtime.memory_session_storage import MemorySessionStorage

import app


def test_few_sessions_wait_for_pages_that_were_left():
    assert app.app is not None
    storage = MemorySessionStorage(ttl_seconds=120)  # as Streamlit makes it
    for number in range(100):
        storage.save(SimpleNamespace(session=SimpleNamespace(id=str(number))))

    assert [each.session.id for each in storage.list()] == [str(n) for n in range(84, 100)]
