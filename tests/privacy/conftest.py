"""A workspace with a person in every place, for all tests of a module; it is filled once."""

import pytest

from tests.bases import Base
from tests.privacy.everywhere import fill, upload


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory):
    made = Base.new(tmp_path_factory.mktemp("everywhere") / "workspace").filled(fill)
    upload(made)
    yield made
    made.close()
