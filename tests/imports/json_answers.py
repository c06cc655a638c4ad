"""What other programs answer in JSON, and what is read of it: one answer for each layout."""

from datetime import UTC, datetime

SHOPIFY_CUSTOMER = {
    "id": 207119551, "email": "bob@example.org", "first_name": "Bob", "last_name": "Norman",
    "orders_count": 1, "total_spent": "199.65", "state": "disabled", "note": None, "addresses": [],
    "created_at": "2024-01-02T09:28:43-05:00",
    "default_address": {"address1": "Chestnut Street 92", "city": "Louisville", "zip": "40202",
                        "country": "United States", "country_code": "US", "default": True},
}  # fmt: skip
SHOPIFY_ORDER = {
    "id": 450789469, "name": "#1001", "order_number": 1001, "email": "bob@example.org",
    "created_at": "2024-01-10T11:00:00-05:00", "total_price": "598.94", "subtotal_price": "597.00",
    "total_discounts": "10.00", "financial_status": "paid", "customer": {"id": 207119551},
    "line_items": [
        {"product_id": 1, "sku": "GREEN", "variant_id": 9, "quantity": 1, "price": "199.00"},
        {"product_id": 2, "sku": "RED", "variant_id": 8, "quantity": 2, "price": "199.00"},
    ],
}  # fmt: skip
WOO = {
    "billing": {"first_name": "John", "city": "San Francisco", "email": "john@example.org"},
    "shipping": {"city": "Oakland"},
    "date_created": "2024-03-21T16:09:28",
    "date_created_gmt": "2024-03-21T19:09:28",
}
SEGMENT = {
    "type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1",
    "timestamp": "2024-01-02T00:00:00Z", "properties": {"total": 29.9, "type": "web"},
}  # fmt: skip
IDENTIFY = {"type": "identify", "userId": "u1", "traits": {"firstName": "Ann", "plan": "pro"}}
GA4 = {
    "event_name": "page_view",
    "event_timestamp": "1705312800123456",
    "user_id": "u1",
    "event_params": [
        {"key": "page_title", "value": {"string_value": "Home", "int_value": None}},
        {"key": "ga_session_id", "value": {"int_value": "123"}},
        {"key": "value", "value": {"double_value": 9.5}},
    ],
}
ANSWERS = {
    "Shopify customers": ({"customers": [SHOPIFY_CUSTOMER]}, {
        "source_id": "207119551", "name": "Bob Norman", "address_city": "Louisville",
        "address_country": "US", "created_at": datetime(2024, 1, 2, 14, 28, 43, tzinfo=UTC)}),
    "Shopify orders": ({"orders": [SHOPIFY_ORDER]}, {
        "source_id": "#1001", "customer_id": "207119551", "status": "PAID", "amount": 59700,
        "total_amount": 59894, "discount_amount": 1000}),
    "WooCommerce customers": ([WOO | {"id": 25, "username": "john", "first_name": "John"}], {
        "source_id": "25", "address_city": "San Francisco",
        "created_at": datetime(2024, 3, 21, 19, 9, 28, tzinfo=UTC)}),
    "WooCommerce orders": ([WOO | {"id": 727, "number": "727", "status": "processing",
                                   "total": "29.35", "line_items": [], "customer_id": 25}], {
        "source_id": "727", "status": "PAID", "total_amount": 2935, "customer_id": "25"}),
    "Stripe customers": ({"object": "list", "data": [{
        "id": "cus_1", "object": "customer", "livemode": False, "created": 1680893993,
        "name": "Jenny", "address": {"line1": "Gata 1", "city": "Oslo"}}]}, {
        "id": "cus_1", "name": "Jenny", "address_line_1": "Gata 1",
        "created_at": datetime(2023, 4, 7, 18, 59, 53, tzinfo=UTC)}),
    "HubSpot contacts": ({"results": [{
        "id": "51", "createdAt": "2024-10-25T17:25:38Z", "updatedAt": "2024-10-25T17:25:39Z",
        "properties": {"email": "maria@example.org", "firstname": "Maria", "lastname": "Jo"}}]}, {
        "source_id": "51", "email": "maria@example.org", "name": "Maria Jo"}),
    "Square customers": ({"customers": [{
        "id": "SQ1", "given_name": "Ann", "family_name": "Lee", "email_address": "ann@x.org",
        "address": {"address_line_1": "1 Rd", "locality": "Austin", "postal_code": "02134"}}]}, {
        "source_id": "SQ1", "name": "Ann Lee", "email": "ann@x.org", "address_line_1": "1 Rd",
        "address_city": "Austin", "address_postal_code": "02134"}),
    "Klaviyo profiles": ({"data": [{"type": "profile", "id": "01GD", "attributes": {
        "email": "sarah@example.org", "first_name": "Sarah", "last_name": "Mason",
        "location": {"address1": "89 E 42nd St", "zip": "10017"}}}]}, {
        "source_id": "01GD", "name": "Sarah Mason", "address_line_1": "89 E 42nd St",
        "address_postal_code": "10017"}),
    "Salesforce contacts": ({"done": True, "records": [{
        "attributes": {"type": "Contact", "url": "/x"}, "Id": "0035", "FirstName": "Rose",
        "LastName": "Gonzalez", "Birthdate": "1963-11-10"}]}, {"id": "0035",
        "name": "Rose Gonzalez"}),
    "Salesforce leads": ({"records": [{"attributes": {"type": "Lead", "url": "/x"}, "Id": "00Q",
                                       "Email": "lead@example.org"}]}, {
        "id": "00Q", "email": "lead@example.org"}),
    "Mailchimp members": ({"members": [{
        "id": "62ee", "contact_id": "c1", "email_address": "urist@example.org",
        "status": "subscribed", "merge_fields": {"FNAME": "Urist", "LNAME": "McVankab",
                                                 "ADDRESS": {"addr1": "1 Main St"}}}]}, {
        "email": "urist@example.org", "name": "Urist McVankab", "address_line_1": "1 Main St"}),
    "Segment identify calls": ([IDENTIFY], {"source_id": "u1", "name": "Ann"}),
    "Segment track calls": ([SEGMENT], {
        "id": "m1", "customer_source_id": "u1", "event": "Order Completed",
        "created_at": datetime(2024, 1, 2, tzinfo=UTC)}),
    "Amplitude events": ([{
        "event_type": "signup", "user_id": "u1", "uuid": "uu", "event_id": 7,
        "event_time": "2024-01-02 10:11:12.123000", "event_properties": {"plan": "pro"}}], {
        "id": "uu", "customer_source_id": "u1", "event": "signup",
        "created_at": datetime(2024, 1, 2, 10, 11, 12, 123000, tzinfo=UTC)}),
    "Mixpanel events": ([{"event": "Sign up", "properties": {
        "time": 1704190272, "distinct_id": "u1", "$insert_id": "i1", "plan": "pro"}}], {
        "id": "i1", "customer_source_id": "u1", "event": "Sign up",
        "created_at": datetime(2024, 1, 2, 10, 11, 12, tzinfo=UTC)}),
    "Google Analytics 4 events": ([GA4], {
        "customer_source_id": "u1", "event": "page_view",
        "created_at": datetime(2024, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)}),
    "Pipedrive persons": ({"success": True, "data": [{
        "id": 11, "owner_id": {"name": "Kim", "email": "kim@shop.org"}, "first_name": "Ann",
        "last_name": "Lee", "phone": [{"label": "work", "value": "+49151", "primary": True}],
        "email": [{"value": "ann@x.org", "primary": True}], "add_time": "2024-01-02 10:11:12"}]}, {
        "source_id": "11", "name": "Ann Lee", "email": "ann@x.org", "phone": "+49151",
        "created_at": datetime(2024, 1, 2, 9, 11, 12, tzinfo=UTC)}),
    "Pipedrive deals": ({"success": True, "data": [{
        "id": 1, "title": "Mugs", "value": 1250.5, "status": "won", "stage_id": 3,
        "person_id": {"name": "Ann Lee", "value": 11}, "add_time": "2024-01-02 10:11:12"}]}, {
        "source_id": "1", "total_amount": 125050, "status": "PAID", "customer_source_id": "11"}),
    "BigCommerce customers": ({"data": [{
        "id": 7, "email": "ann@x.org", "first_name": "Ann", "last_name": "Lee",
        "customer_group_id": 0, "registration_ip_address": "",
        "addresses": [{"id": 1, "address1": "1 Rd", "city": "Austin"}]}], "meta": {}}, {
        "source_id": "7", "name": "Ann Lee", "address_line_1": "1 Rd", "address_city": "Austin"}),
    "BigCommerce orders": ([{
        "id": 100, "customer_id": 0, "date_created": "Wed, 14 Nov 2012 19:26:23 +0000",
        "status_id": 11, "status": "Awaiting Fulfillment", "subtotal_inc_tax": "79.0000",
        "total_inc_tax": "89.5000", "billing_address": {"email": "bob@x.org"}}], {
        "source_id": "100", "status": "PAID", "amount": 7900, "total_amount": 8950,
        "customer_email": "bob@x.org",
        "created_at": datetime(2012, 11, 14, 19, 26, 23, tzinfo=UTC)}),
    "Magento customers": ({"items": [{
        "id": 5, "group_id": 1, "website_id": 1, "email": "ann@x.org", "firstname": "Ann",
        "lastname": "Lee", "dob": "1990-05-06", "addresses": [{"city": "Austin"}]}]}, {
        "source_id": "5", "name": "Ann Lee", "address_city": "Austin"}),
    "Magento orders": ({"items": [{
        "increment_id": "000000001", "entity_id": 1, "customer_id": 5, "grand_total": 55.5,
        "discount_amount": -5, "status": "closed", "items": [
            {"name": "Mug", "sku": "M-1", "qty_ordered": 2, "price": 25}]}]}, {
        "source_id": "000000001", "customer_source_id": "5", "total_amount": 5550,
        "discount_amount": 500, "status": "CANCELED"}),
    "Brevo contacts": ({"contacts": [{
        "email": "ann@x.org", "id": 42, "emailBlacklisted": False,
        "attributes": {"FIRSTNAME": "Ann", "LASTNAME": "Lee", "SMS": "49151"}}]}, {
        "source_id": "42", "name": "Ann Lee", "phone": "49151"}),
    "Iterable users": ([{"email": "ann@x.org", "userId": "u1",
                         "dataFields": {"firstName": "Ann", "lastName": "Lee"}}], {
        "source_id": "u1", "name": "Ann Lee", "email": "ann@x.org"}),
    "Braze users": ({"users": [{"external_id": "u1", "braze_id": "5f", "first_name": "Ann",
                                "custom_attributes": {"vip": True}}]}, {
        "source_id": "u1", "name": "Ann"}),
    "Chargebee customers": ({"list": [{"customer": {
        "id": "cb1", "object": "customer", "email": "ann@x.org",
        "billing_address": {"line1": "Weg 1", "city": "Ulm"}}}]}, {
        "source_id": "cb1", "email": "ann@x.org", "address_city": "Ulm"}),
    "Intercom contacts": ({"data": [{
        "type": "contact", "id": "64", "external_id": "u1", "role": "user", "name": "Ann",
        "created_at": 1704190272, "custom_attributes": {"plan": "pro"}}]}, {
        "source_id": "u1", "name": "Ann",
        "created_at": datetime(2024, 1, 2, 10, 11, 12, tzinfo=UTC)}),
    "Eventbrite attendees": ({"attendees": [{
        "id": "881", "ticket_class_name": "Std", "profile": {"email": "ann@x.org"}}]}, {
        "source_id": "881", "email": "ann@x.org"}),
    "Stripe charges": ({"data": [{
        "id": "ch_1", "object": "charge", "amount": 1250, "customer": "cus_1",
        "billing_details": {"email": "ann@x.org"}, "status": "succeeded"}]}, {
        "source_id": "ch_1", "total_amount": 1250, "status": "PAID",
        "customer_source_id": "cus_1"}),
    "Stripe invoices": ({"data": [{
        "id": "in_1", "object": "invoice", "total": 1250, "customer": "cus_1"}]}, {
        "source_id": "in_1", "total_amount": 1250, "customer_source_id": "cus_1"}),
    "HubSpot deals": ({"results": [{
        "id": "901", "createdAt": "2024-01-02T10:11:12Z", "properties": {
            "amount": "1250", "dealname": "Mugs", "dealstage": "closedwon", "pipeline": "default"},
        "associations": {"contacts": {"results": [{"id": "101"}, {"id": "102"}]}}}]}, {
        "source_id": "901", "total_amount": 125000, "status": "PAID",
        "customer_source_id": "101"}),
    "Square orders": ({"orders": [{
        "id": "CAI", "location_id": "L1", "customer_id": "SQ1", "state": "COMPLETED",
        "total_money": {"amount": 1150, "currency": "USD"},
        "total_discount_money": {"amount": 100, "currency": "USD"},
        "line_items": [{"name": "Mug", "quantity": "2", "base_price_money": {"amount": 625}}]}]}, {
        "source_id": "CAI", "customer_source_id": "SQ1", "total_amount": 1150,
        "discount_amount": 100, "status": "FULFILLED"}),
    "Square payments": ({"payments": [{
        "id": "bP9", "location_id": "L1", "source_type": "CARD", "customer_id": "SQ1",
        "order_id": "d7e", "amount_money": {"amount": 555}, "total_money": {"amount": 655}}]}, {
        "source_id": "bP9", "customer_source_id": "SQ1", "amount": 555, "total_amount": 655}),
    "Mollie payments": ({"count": 1, "_embedded": {"payments": [{
        "resource": "payment", "id": "tr_1", "createdAt": "2024-01-02T10:11:12+00:00",
        "amount": {"value": "12.50", "currency": "EUR"}, "status": "expired",
        "customerId": "cst_1"}]}, "_links": {"self": {"href": "x"}}}, {
        "source_id": "tr_1", "customer_source_id": "cst_1", "total_amount": 1250,
        "status": "CANCELED"}),
    "Mollie customers": ({"_embedded": {"customers": [{
        "resource": "customer", "id": "cst_1", "mode": "live", "name": "Ann Lee",
        "createdAt": "2018-04-06T13:23:21.0Z"}]}}, {"source_id": "cst_1", "name": "Ann Lee"}),
    "Mollie orders": ({"_embedded": {"orders": [{
        "resource": "order", "id": "ord_1", "profileId": "pfl", "orderNumber": "18475",
        "status": "created",
        "amount": {"value": "1027.99"}, "billingAddress": {"email": "piet@x.org"},
        "lines": [{"name": "Mug", "quantity": 2, "unitPrice": {"value": "399.00"}}]}]}}, {
        "source_id": "18475", "total_amount": 102799, "status": "CREATED",
        "customer_email": "piet@x.org"}),
    "PayPal transactions": ({"transaction_details": [{
        "transaction_info": {
            "transaction_id": "5TY", "transaction_event_code": "T0006", "transaction_status": "V",
            "transaction_initiation_date": "2024-01-02T10:11:12+0000",
            "transaction_amount": {"currency_code": "USD", "value": "465.00"}},
        "payer_info": {"email_address": "ann@x.org"}}], "page": 1}, {
        "source_id": "5TY", "total_amount": 46500, "status": "CANCELED",
        "customer_email": "ann@x.org", "created_at": datetime(2024, 1, 2, 10, 11, 12, tzinfo=UTC)}),
    "Customer.io people": ({"customer": {
        "id": "u1", "identifiers": {"cio_id": "a3", "email": "ann@x.org"},
        "attributes": {"email": "ann@x.org", "first_name": "Ann", "created_at": "1704190272"}}}, {
        "source_id": "u1", "email": "ann@x.org", "name": "Ann",
        "created_at": datetime(2024, 1, 2, 10, 11, 12, tzinfo=UTC)}),
    "Customer.io activities": ({"activities": [{
        "id": "01B", "name": "purchase", "type": "event", "customer_id": "u1",
        "customer_identifiers": {"cio_id": "a3"}, "data": {"price": 12.5},
        "timestamp": 1704190272}], "next": ""}, {
        "id": "01B", "event": "purchase", "customer_source_id": "u1",
        "created_at": datetime(2024, 1, 2, 10, 11, 12, tzinfo=UTC)}),
    "Lightspeed customers": ({"@attributes": {"count": "1"}, "Customer": [{
        "customerID": "3", "firstName": "Ann", "lastName": "Lee", "Contact": {
            "Emails": {"ContactEmail": {"address": "ann@x.org", "useType": "Primary"}},
            "Phones": {"ContactPhone": [{"number": "512"}, {"number": "513"}]},
            "Addresses": {"ContactAddress": {"city": "Austin", "zip": "02134"}}}}]}, {
        "source_id": "3", "name": "Ann Lee", "email": "ann@x.org", "phone": "512",
        "address_city": "Austin", "address_postal_code": "02134"}),
    "Lightspeed sales": ({"Sale": [{
        "saleID": "7", "ticketNumber": "220", "calcTotal": "12.5", "calcDiscount": "1.5",
        "customerID": "3", "createTime": "2024-01-02T10:11:12+00:00"}]}, {
        "source_id": "7", "total_amount": 1250, "discount_amount": 150,
        "customer_source_id": "3"}),
    "Shopware orders": ({"total": 1, "data": [{
        "id": "018e", "orderNumber": "20001", "amountTotal": 1250.5,
        "orderCustomer": {"customerNumber": "10001", "email": "ann@x.org"},
        "stateMachineState": {"technicalName": "in_progress"}, "lineItems": None}]}, {
        "source_id": "20001", "total_amount": 125050, "status": "PAID",
        "customer_source_id": "10001"}),
    "Typeform responses": ({"total_items": 1, "items": [{
        "response_id": "21", "submitted_at": "2024-01-02T10:11:12Z", "answers": [
            {"field": {"id": "h", "ref": "mail"}, "type": "email", "email": "ann@x.org"},
            {"field": {"id": "i", "ref": "first name"}, "type": "text", "text": "Ann"}]}]}, {
        "email": "ann@x.org", "name": "Ann",
        "created_at": datetime(2024, 1, 2, 10, 11, 12, tzinfo=UTC)}),
}  # fmt: skip
