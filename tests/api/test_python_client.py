"""The official Python client as a real caller of a real server: it checks what it reads."""

from datetime import UTC, datetime
from functools import cache

import pytest

from tests.api.server import served

ORIGIN = "http://localhost:3000"
ANN = {"source_id": "ann@example.com", "name": "Ann", "metadata": {"size": 5},
       "address": {"city": "Rome"}}  # fmt: skip
TEN = {"type": "DISCOUNT_VOUCHER", "discount": {"type": "AMOUNT", "amount_off": 1000}}


@cache
def sdk():
    """The client's package: only the process that needs it loads it, in 7 s."""
    import voucherify

    return voucherify


@pytest.fixture
def client(http):
    with served(http) as address:
        server = {"X-App-Id": http.key.app_id, "X-App-Token": http.key.app_token}
        browser = {"X-Client-Application-Id": http.key.client_app_id,
                   "X-Client-Token": http.key.client_token}  # fmt: skip
        configuration = sdk().Configuration(host=address, api_key={**server, **browser})
        with sdk().ApiClient(configuration) as made:
            yield made


def body(name, document):
    """A document as a request of the client, explicit nulls and all."""
    return getattr(sdk(), name).from_dict(document)


def test_customers(client):
    api = sdk().CustomersApi(client)
    made = api.create_customer(body("CustomersCreateRequestBody", ANN))
    read = api.get_customer("ann@example.com")
    renamed = sdk().CustomersUpdateRequestBody(name="Ann M.")  # `from_dict` clears the rest
    changed = api.update_customer("ann@example.com", renamed)
    soon = datetime(2030, 1, 1, tzinfo=UTC)
    found = api.list_customers(limit=10, city="Rome", created_at_before=soon, starting_after=soon)
    activity = api.list_customer_activity(made.id)
    api.delete_customer(made.id)

    assert made.id == read.id == changed.id
    assert ("Ann M.", {"size": 5}) == (changed.name, changed.metadata)
    assert [made.id] == [one.id for one in found.customers]
    assert "customer.created" in [one.type for one in activity.data]
    with pytest.raises(sdk().ApiException) as refused:
        api.get_customer("ann@example.com")
    assert 404 == refused.value.status


def test_segments(client):
    api = sdk().SegmentsApi(client)
    made = api.create_segment(body("SegmentsCreateRequestBody", {
        "name": "Rome", "type": "auto-update",
        "filter": {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}},
    }))  # fmt: skip

    assert ("Rome", "auto-update") == (made.name, api.get_segment(made.id).type)
    api.delete_segment(made.id)


def test_imports_and_exports(client, http):
    customers, actions = sdk().CustomersApi(client), sdk().AsyncActionsApi(client)
    file = http.base.file("Source_id,Name\na,Ann\nb,Bob\n")
    begun = customers.import_customers_using_csv(file=str(file))
    http.done()
    work = actions.get_async_action(begun.async_action_id)
    api = sdk().ExportsApi(client)
    made = api.create_export(body("ExportsCreateRequestBody", {
        "exported_object": "customer", "parameters": {"fields": ["name"], "order": "name"},
    }))  # fmt: skip
    http.done()
    done = api.get_export(made.id)
    text = api.download_export(made.id, token=done.result.url.partition("token=")[2])

    assert ("DONE", "SUCCESS") == (work.status, work.operation_status)
    assert (made.status, done.status) == ("SCHEDULED", "DONE")
    assert "Name\nAnn\nBob\n" == text
    assert 1 == api.list_exports(limit=1).total
    assert 1 == actions.list_async_actions(limit=1).has_more + 1
    api.delete_export(made.id)


def test_vouchers_and_campaigns(client, http):
    vouchers, campaigns = sdk().VouchersApi(client), sdk().CampaignsApi(client)
    made = vouchers.create_voucher("TEN", body("VouchersCreateWithSpecificCodeRequestBody", TEN))
    off = vouchers.disable_voucher("TEN")
    on = vouchers.enable_voucher("TEN")
    campaign = campaigns.create_campaign(body("CampaignsCreateRequestBody", {
        "name": "Summer", "campaign_type": "DISCOUNT_COUPONS", "type": "AUTO_UPDATE",
        "vouchers_count": 2, "voucher": TEN,
    }))  # fmt: skip
    added = campaigns.add_vouchers_to_campaign(campaign.id)
    listed = vouchers.list_vouchers(campaign_id=campaign.id)
    gone = campaigns.delete_campaign(campaign.id)
    http.done()

    assert ("TEN", False, True) == (made.code, off.active, on.active)
    assert added.code in [one.code for one in listed.vouchers]
    assert 3 == listed.total
    assert gone.async_action_id.startswith("aa_")
    vouchers.delete_voucher("TEN")


def test_validations_redemptions_and_rollbacks(client, http):
    http.post("/v1/vouchers", {**TEN, "code": "TEN"})
    said = {"redeemables": [{"object": "voucher", "id": "TEN"}], "order": {"amount": 5000},
            "customer": ANN}  # fmt: skip
    api = sdk().RedemptionsApi(client)
    valid = (
        sdk()
        .ValidationsApi(client)
        .validate_stacked_discounts(body("ValidationsValidateRequestBody", said))
    )
    done = api.redeem_stacked_discounts(body("RedemptionsRedeemRequestBody", said))
    [one] = done.redemptions
    listed = api.list_redemptions(limit=5, result="SUCCESS")
    history = api.get_voucher_redemptions("TEN")
    back = api.rollback_redemption(one.id, reason="wrong order")

    assert valid.valid is True
    assert 4000 == valid.order.total_amount == done.order.total_amount
    assert [one.id] == [each.id for each in listed.redemptions]
    assert [one.id] == [each.id for each in history.redemption_entries]
    assert ("SUCCESS", one.id) == (back.result, back.redemption)
    assert "ROLLED_BACK" == api.get_redemption(one.id).status


def test_a_browsers_side(client, http):
    http.post("/v1/vouchers", {**TEN, "code": "TEN"})
    said = {"redeemables": [{"object": "voucher", "id": "TEN"}], "order": {"amount": 5000},
            "customer": {"source_id": "visitor"}}  # fmt: skip
    api = sdk().ClientSideApi(client)
    valid = api.validate_stacked_discounts_client_side(
        ORIGIN, body("ClientValidationsValidateRequestBody", said)
    )
    done = api.redeem_stacked_discounts_client_side(
        ORIGIN, body("ClientRedemptionsRedeemRequestBody", said)
    )
    seen = api.track_custom_event_client_side(
        ORIGIN, body("ClientEventsCreateRequestBody",
                     {"event": "seen", "customer": {"source_id": "visitor"}}),
    )  # fmt: skip

    assert valid.valid is True
    assert "SUCCESS" == done.redemptions[0].result
    assert ("event", "seen") == (seen.object, seen.type)
    assert done.redemptions[0].customer_id == seen.customer.id


def test_orders_and_events(client):
    orders = sdk().OrdersApi(client)
    made = orders.create_order(body("OrdersCreateRequestBody", {
        "source_id": "o1", "customer": ANN, "items": [{"product_id": "p", "quantity": 2,
                                                       "price": 1500}]}))  # fmt: skip
    paid = orders.update_order(made.id, body("OrdersUpdateRequestBody", {"status": "PAID"}))
    event = (
        sdk()
        .EventsApi(client)
        .track_custom_event(body("EventsCreateRequestBody", {"event": "seen", "customer": ANN}))
    )

    assert ("CREATED", 3000, "PAID") == (made.status, made.amount, paid.status)
    assert made.id == orders.get_order("o1").id
    assert 1 == orders.list_orders().total
    assert made.customer_id == event.customer.id
