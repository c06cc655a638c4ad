"""The filter builder of the segments page, as a test works it."""

import json

from engine.filters.drafts.draft import find
from tests.pages.conftest import drawn, opened


class Builder:
    """The builder on the page; rows and groups are named by their numbers in the draft."""

    def __init__(self, base, segment="new"):
        self.base = base
        self.at = opened("segments", segment=segment)

    def key(self, node, part):
        return f"{part}-{self.at.session_state['generation']}-{node}"

    def done(self, widget):
        """Runs what a widget was told; an edit of one row leaves the rest out of the tree."""
        drawn(widget.run())
        drawn(self.at.run())
        return self

    def click(self, node, part):
        return self.done(self.at.button(key=self.key(node, part)).click())

    def choose(self, node, action):
        """Chooses an action from the menu of a node."""
        return self.done(self.at.menu_button(key=self.key(node, "more")).click(action))

    def set(self, kind, node, part, value):
        """Sets a widget of a node."""
        return self.done(getattr(self.at, kind)(key=self.key(node, part)).set_value(value))

    def field(self, row, path):
        return self.set("selectbox", row, "field", path)

    def operator(self, row, key):
        return self.set("selectbox", row, f"operator.{self.row(row).field}", key)

    def input(self, kind, row):
        """The widget of a row's value."""
        known = self.row(row)
        key = f"{self.key(row, 'value')}.{known.field}.{known.operator}"
        return getattr(self.at, kind)(key=key)

    def value(self, kind, row, value):
        return self.done(self.input(kind, row).set_value(value))

    def row(self, number):
        """A row of the draft."""
        return find(self.at.session_state["draft"], number)

    @property
    def number(self):
        """The number of customers on the page, as it is written."""
        return self.at.metric[0].value

    @property
    def json(self):
        """The filter on the page."""
        return json.loads(self.at.code[0].value)

    def save(self, name, kind="auto-update"):
        self.at.text_input(key="name").set_value(name)
        next(each for each in self.at.segmented_control if each.key == "type").set_value(kind)
        drawn(self.at.button(key="save").click().run())
        return self
