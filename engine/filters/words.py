"""The words that a field brings into a sentence, and the verbs of events."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldWords:
    """
    How a field is said; `form` is the pattern, a key of `patterns.PATTERNS`.

    A field without words is said by its kind: "whose locale is pl-PL".
    """

    form: str = ""
    noun: str = ""  # one of it, or the value itself: "failed redemption", "order date"
    nouns: str = ""  # several
    verb: str = ""  # in the past: "ordered", "last redeemed", "spent"
    never: str = ""  # behind "did not": "order"
    act: str = ""  # what makes a record, where only some records count: "placed"


BY_KIND = FieldWords()


@dataclass(frozen=True)
class EventVerb:
    """An event whose name says what somebody did."""

    name: str
    past: str
    base: str


# Names that shops give their events; any other is called by its name.
EVENT_VERBS: Mapping[str, EventVerb] = {
    row.name: row
    for row in (
        EventVerb("cart_abandoned", "abandoned a cart", "abandon a cart"),
        EventVerb("abandoned_cart", "abandoned a cart", "abandon a cart"),
        EventVerb("cart_created", "started a cart", "start a cart"),
        EventVerb("product_viewed", "viewed a product", "view a product"),
        EventVerb("product_added", "added a product to the cart", "add a product to the cart"),
        EventVerb("checkout_started", "started a checkout", "start a checkout"),
        EventVerb("page_viewed", "viewed a page", "view a page"),
        EventVerb("page_view", "viewed a page", "view a page"),
        EventVerb("signed_up", "signed up", "sign up"),
        EventVerb("logged_in", "logged in", "log in"),
        EventVerb("app_opened", "opened the app", "open the app"),
        EventVerb("email_opened", "opened an e-mail", "open an e-mail"),
        EventVerb("email_clicked", "clicked in an e-mail", "click in an e-mail"),
        EventVerb("newsletter_subscribed", "subscribed to the newsletter",
                  "subscribe to the newsletter"),
        EventVerb("newsletter_unsubscribed", "unsubscribed from the newsletter",
                  "unsubscribe from the newsletter"),
        EventVerb("store_visited", "visited a store", "visit a store"),
        EventVerb("review_posted", "posted a review", "post a review"),
    )
}  # fmt: skip


def event_words(name: str, part: str) -> FieldWords:
    """The words of one part of an event's summary: its count, or when it first or last was."""
    verb = EVENT_VERBS.get(name)
    noun, nouns = f"{name} event", f"{name} events"
    if part == "count":
        said = (verb.past, verb.base) if verb else ("", "")
        return FieldWords("times" if verb else "number", noun, nouns, *said)
    which = part.partition("_")[0]
    return FieldWords("when", f"{which} {noun}", nouns, f"{which} {verb.past}" if verb else "")
