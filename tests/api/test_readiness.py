"""As a server begins, what its first caller would wait for is made, where there are callers."""

import pytest

from engine.api.readiness import Readiness


@pytest.mark.parametrize("asked", [True, False])
def test_it_is_made_where_a_key_was_ever_used(http, asked):
    if asked:
        http.get("/v1/segments")
    began = Readiness(lambda: http.base.workbench)
    began.start()
    began.end()

    assert http.base.workbench.profile().indexes.pays("keys") is asked
