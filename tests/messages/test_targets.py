"""Webhooks are made, changed and removed; what does not fit is said; the secret is seen once."""

import pytest

from engine.changes.log import in_words, log
from engine.errors import NotFoundError, TakenError, UsageError
from engine.memberships.happenings import EVENTS
from engine.messages import targets

URL = "https://crm.example/hook"


@pytest.mark.parametrize(
    "url",
    [
        "", "crm.example/hook", "ftp://crm.example/", "javascript:alert(1)", "http://",
        "https://crm.example:99999/", "https://crm example/", "https://[::1/", "http://crm.example\n",
        "file:///etc/passwd", "https://" + "x" * 2_000,
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_sent_to_is_refused(base, url):
    if url.endswith("\n"):
        assert targets.create(base.workbench, "crm", url)  # blanks around it are none of it
        return
    with pytest.raises(UsageError, match="expected an address such as https://crm"):
        targets.create(base.workbench, "crm", url)
    assert [] == targets.targets(base.workbench)


def test_an_address_with_a_password_is_refused(base):
    with pytest.raises(UsageError, match="without a password"):
        targets.create(base.workbench, "crm", "https://me:secret@crm.example/")


def test_all_faults_are_told_at_once(base):
    with pytest.raises(UsageError) as caught:
        targets.create(base.workbench, " ", "nowhere", ["customer.deleted"])

    assert ["name", "url", "events"] == [issue.path for issue in caught.value.issues]


@pytest.mark.parametrize("url", [URL, "http://127.0.0.1:8080/", "HTTPS://crm.example/a?b=c"])
def test_a_webhook_is_sent_everything_unless_it_is_said_otherwise(base, url):
    made = targets.create(base.workbench, "crm", url)
    [target] = targets.targets(base.workbench)

    assert (made.id, "crm", url, True) == (target.id, target.name, target.url, target.active)
    assert tuple(EVENTS) == target.events
    assert targets.Progress() == targets.progress(base.workbench)[made.id]


def test_a_webhook_is_changed_and_removed_by_name_or_id(base):
    made = targets.create(base.workbench, "crm", URL)
    targets.change(base.workbench, "crm", name="shop", events=["customer.merged"], active=False)
    [target] = targets.targets(base.workbench)
    assert ("shop", URL, ("customer.merged",), False) == (
        target.name, target.url, target.events, target.active,
    )  # fmt: skip
    with pytest.raises(NotFoundError, match="no webhook has the name or id `crm`"):
        targets.change(base.workbench, "crm", active=True)
    targets.remove(base.workbench, made.id)

    assert [] == targets.targets(base.workbench)


def test_no_two_have_one_name(base):
    targets.create(base.workbench, "crm", URL)
    targets.create(base.workbench, "shop", URL)
    with pytest.raises(TakenError, match="taken by another webhook"):
        targets.create(base.workbench, "crm", URL)
    with pytest.raises(TakenError, match="taken by another webhook"):
        targets.change(base.workbench, "shop", name="crm")


def test_the_log_tells_what_was_done_without_the_secret(base):
    made = targets.create(base.workbench, "crm", URL)
    targets.change(base.workbench, "crm", active=False)
    again = targets.rotate(base.workbench, "crm")
    targets.change(base.workbench, "crm", active=False)  # as it is already: no line
    targets.remove(base.workbench, "crm")
    lines = log(base.workbench).lines

    assert ["webhook crm removed", *["webhook crm changed"] * 2, "webhook crm created"] == [
        in_words(line) for line in lines
    ]
    assert {"webhook"} == {line.cause for line in lines}
    assert made.secret not in str(lines)
    assert again.secret not in str(lines)
    assert made.secret != again.secret
