"""One workspace with a person in every place, erased or not, for all tests of a module."""

import pytest

from tests.bases import Base
from tests.privacy.everywhere import filled


class Everywhere:
    """The workspace and what is sought in it."""

    def __init__(self, folder):
        self.base = Base.new(folder)
        self.traces = filled(self.base)


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory):
    made = Everywhere(tmp_path_factory.mktemp("everywhere") / "workspace")
    yield made
    made.base.close()
