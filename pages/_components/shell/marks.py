"""
What colours and icons mean, the same on every page; tests/pages/test_marks.py holds pages to it.

Colours are those of Okabe and Ito, which the colour-blind tell apart, good on white and on black.
"""

from collections.abc import Mapping

ENTERED, LEFT, CHANGED, DRAWN, NOTHING = "#009E73", "#D55E00", "#E69F00", "#3A95D6", "#8A909C"
FAINT = "rgba(138, 144, 156, 0.3)"  # NOTHING, behind what is drawn
UNKNOWN = "Unknown"
OUTCOMES: Mapping[str, str] = {
    "Succeeded": ENTERED,
    "Failed": LEFT,
    "Rolled back": CHANGED,
    UNKNOWN: NOTHING,
}
MOVES: Mapping[str, str] = {"entered": ENTERED, "left": LEFT}

# Material symbols: the one thing that each stands for.
ICONS: Mapping[str, str] = {
    # Things.
    "filter_alt": "segments, and the conditions that they are made of",
    "group": "customers",
    "person": "one customer",
    "person_search": "one customer and why",
    "redeem": "redemptions",
    "confirmation_number": "vouchers",
    "campaign": "campaigns of vouchers",
    "store": "the sample shop",
    "receipt_long": "a receipt",
    "space_dashboard": "the overview",
    "menu_book": "the reference",
    "settings": "the settings",
    "key": "the column that names records",
    "account_circle": "who is signed in",
    # Ways.
    "arrow_back": "back to all of them",
    "arrow_forward": "on to whom a number counts",
    "upload_file": "bring a file in",
    "download": "take a file out",
    "backup": "all of the workspace in one file",
    "image": "save a chart as a picture",
    "input": "take what was pasted as the draft",
    "filter_list": "narrow a list",
    # Deeds.
    "add": "one more",
    "edit": "change it",
    "save": "save over what is there",
    "bookmark_add": "save under a new name",
    "bookmarks": "what was saved under names",
    "delete": "take one away for good",
    "delete_sweep": "take everything away",
    "close": "do not show it again",
    "undo": "take back",
    "redo": "do again what was taken back",
    "restore": "an earlier version once more",
    "replay": "the same once more, to compare",
    "build": "fix what is odd",
    "fact_check": "check without writing",
    "ac_unit": "keep as it is now",
    "block": "no longer to be redeemed",
    "add_card": "more on a gift card",
    "person_add": "one customer more",
    "merge": "make one customer of two",
    "person_remove": "erase a customer for good",
    "contact_page": "all that is known of one customer, for them",
    "bolt": "an event",
    "content_paste": "paste a list",
    "content_copy": "two that are the same",
    "view_column": "columns",
    "tune": "options of a column",
    "more_horiz": "more actions",
    "stop_circle": "cancel",
    "casino": "a draw",
    "logout": "sign out",
    "visibility": "show what is masked",
    # States.
    "lock": "not for whoever is here",
    "check": "done, or true of this customer",
    "check_circle": "it went well",
    "error": "it failed, and why",
    "warning": "worth a look",
    "info": "more about it",
    "pending": "waits for a value",
    "visibility_off": "muted",
    "hourglass_top": "at work",
    "power_off": "was interrupted",
    "schedule": "the clock is behind",
    "update": "the data has changed since",
    "difference": "not the same",
    "search_off": "nothing found",
    "filter_alt_off": "all of a list again",
    # Views.
    "history": "as it was before",
    "timeline": "over time",
    "swap_horiz": "who enters and who leaves",
    "swap_vert": "what would turn it",
    "contrast": "what sets customers apart",
    "join": "beside each other",
    "auto_awesome_mosaic": "templates",
    "code": "for engineers",
    "data_object": "as JSON",
}
