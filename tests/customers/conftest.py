"""What tests of customers do in one line."""

import pytest

from engine.customers.editing import upsert
from engine.customers.events import record_event


class People:
    """Customers of a workspace, upserted as a caller of the API does."""

    def __init__(self, base):
        self.base, self.bench = base, base.workbench

    def upsert(self, tracking_id=None, **document):
        """Creates or changes a customer; the next second."""
        self.base.later(seconds=1)
        return upsert(self.bench, document, tracking_id)

    def event(self, event="view", tracking_id=None, metadata=None, **customer):
        """Records an event."""
        self.base.later(seconds=1)
        return record_event(self.bench, event, customer, metadata, tracking_id)

    def all(self):
        """Everybody with the sign of a visitor: source id, whether only a token is known."""
        return self.base.rows("source_id", "anonymous")

    def owners(self, table):
        """Whose the records of a table are: their ids, by the id of each record."""
        profile = self.bench.profile()
        ids = dict(profile.customers.select("row", "id").iter_rows())
        records = profile.activity.records(table)
        return {one: ids[row] for one, row in records.select("id", "customer_row").iter_rows()}


@pytest.fixture
def people(base):
    return People(base)
