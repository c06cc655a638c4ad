"""Orders as shops write them: words for their states, items in further lines, whose they are."""

import pytest

from engine.imports.columns.statuses import ORDER, STATES, state
from engine.imports.columns.table import TABLES
from tests.bases import reasons


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *((word, "PAID") for word in (
            "paid", "PAID", "Bezahlt", "payée", "pagado", "opłacone", "partially_refunded",
            "processing", "Closed Won", "won", "in_progress", "Paiement accepté",
            "submitted for settlement", "Zahlung eingegangen", "betaald", "pagato", "betalad")),
        *((word, "FULFILLED") for word in (
            "shipped", "completed", "wc-completed", "versandt", "expédiée", "enviado", "wysłane",
            "verzonden", "spedito", "entregue", "skickad")),
        *((word, "CANCELED") for word in (
            "refunded", "Closed Lost", "Erreur de paiement", "processor declined",
            "Cancelled", "voided", "denied", "annulée", "cancelado",
            "anulowane", "storniert", "geannuleerd", "annullato", "makulerad")),
        *((word, "CREATED") for word in (
            "pending", "Decision Maker Bought-In", "Proposal/Price Quote", "On hold",
            "on-hold", "partially_paid", "authorized", "en attente",
            "pendiente", "oczekujące", "offen", "in afwachting", "in attesa", "pendente")),
    ],
)  # fmt: skip
def test_states_have_words_in_any_case(word, status):
    assert state(word, ORDER, ()) == status


def test_words_stand_for_states_that_are_allowed():
    for (kind, field), words in STATES.items():
        column = next(each for each in TABLES[kind].columns if each.name == field)
        assert {*words.values()} == {*column.allowed}


def test_an_unknown_state_rejects_its_row_by_name_and_a_map_settles_it(base):
    text = "Source_id,Customer_source_id,Status\no,1,teleported\np,1,Payée\n"
    run = base.csv(text, kind="orders")
    said = {"columns": {"Status": {"field": "status", "values": {"teleported": "FULFILLED"}}}}
    settled = base.later(minutes=1).csv(text, said, kind="orders")

    assert "teleported" in reasons(base, run)[0]
    assert (settled.created, settled.rejected) == (1, 0)
    stored = base.workbench.profile().activity.records("orders")
    assert sorted(stored["status"].to_list()) == ["FULFILLED", "PAID"]


@pytest.mark.parametrize(
    ("header", "said", "status"),
    [
        ("Order No,Customer Email,Status", {}, "FULFILLED"),
        ("ID,Customer Email,Status,Purchase Point,Purchase Date,Bill-to Name,"
         "Grand Total (Purchased)", {}, "CANCELED"),
        ("ID,Customer Email,Status,Purchase Point,Purchase Date,Bill-to Name,"
         "Grand Total (Purchased)", {"columns": {"Status": "status"}}, "CANCELED"),
        ("ID,Customer Email,Status,Purchase Point,Purchase Date,Bill-to Name,"
         "Grand Total (Purchased)",
         {"columns": {"Status": {"field": "status", "values": {"fraud": "CANCELED"}}}}, "CANCELED"),
        ("ID,Customer Email,Status,Purchase Point,Purchase Date,Bill-to Name,"
         "Grand Total (Purchased)",
         {"columns": {"Status": {"field": "status", "values": {"CLOSED": "PAID"}}}}, "PAID"),
        ("increment_id,customer_email,status,grand_total,base_grand_total", {}, "CANCELED"),
    ],
    ids=["any", "Magento", "with a mapping", "with other words", "with its own", "its table"],
)  # fmt: skip
def test_a_closed_order_is_what_the_layout_calls_so(base, header, said, status):
    cells = ["1", "a@x.org", "Closed"] + [""] * (header.count(",") - 2)
    base.csv(f"{header}\n{','.join(cells)}\n", said, kind="orders")

    assert base.workbench.profile().activity.records("orders")["status"].to_list() == [status]


@pytest.mark.parametrize(
    ("header", "cells", "came"),
    [
        ("État", ("Payée", "Expédiée"), 2),
        ("Estado", ("Pagado", "Enviado", "teletransportado"), 2),
        ("Estado", ("Madrid", "Murcia"), 2),
        ("State", ("NY", "CA"), 2),
    ],
)
def test_a_column_called_as_parts_of_an_address_are_is_a_status_where_one_is_known(
    base, header, cells, came
):
    rows = "".join(f"{place},k,{cell}\n" for place, cell in enumerate(cells))
    run = base.csv(f"Order No,Customer_source_id,{header}\n{rows}", kind="orders")

    assert (run.created, run.rejected) == (came, len(cells) - came)


def test_the_time_of_the_day_may_stand_in_a_column_of_its_own(base):
    run = base.csv(
        "Bon-Nr.;Datum;Uhrzeit;Kundennummer\n"
        "a;31.12.2025;18:05;1\nb;05.11.2025;;1\nc;06.11.2025;abends;1\n"
        "d;07.11.2025 10:00;18:05;1\n",
        kind="orders",
    )

    orders = base.workbench.profile().activity.records("orders").sort("source_id")
    assert [f"{each:%d %H:%M}" for each in orders["created_at"]] == [
        *("31 18:05", "05 00:00", "06 00:00", "07 10:00")
    ]
    assert any("time of the day in `Uhrzeit`" in note["text"] for note in run.notes)


@pytest.mark.parametrize(
    ("header", "cells", "stored"),
    [
        ("Discounts", ("-2.00", "0.00"), [200, 0]),
        ("Discounts", ("-2.00", "1.00"), [-200, 100]),
        ("Discount amount", ("-2.00", "0.00"), [-200, 0]),
    ],
    ids=["minus", "both signs", "our own list"],
)
def test_a_discount_written_with_a_minus_is_what_is_taken_off(base, header, cells, stored):
    lines = "".join(f"{place},1,{cell}\n" for place, cell in enumerate(cells))
    base.csv(f"Order ID,Customer_source_id,{header}\n{lines}", kind="orders")

    orders = base.workbench.profile().activity.records("orders").sort("source_id")
    assert orders["discount_amount"].to_list() == stored


def test_further_lines_of_an_order_are_its_items(base):
    header = (
        "Name,Email,Financial Status,Fulfillment Status,Subtotal,Total,Created at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Notes\n"
    )
    base.csv(
        header + "#1,ann@x.org,paid,,2000,2500,2024-01-02T10:00:00Z,1,Mug,2000,M,gift\n"
        "#1,ann@x.org,,,,,,2,Plate,300,P,\n",
        kind="orders",
    )
    order = base.workbench.profile().activity.records("orders").row(0, named=True)

    assert (order["source_id"], order["status"], order["total_amount"]) == ("#1", "PAID", 2500)
    assert [(item["product_id"], item["quantity"]) for item in order["items"]] == [
        ("Mug", 1),
        ("Plate", 2),
    ]
    assert base.rows("source_id", "email") == [("ann@x.org", "ann@x.org")]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a,1,Mug,10,red", "b,1,Mug,10,red", "a,1,Cup,10,blue", "b,1,Cup,10,green"],
         ["`Colour` differs between the rows of 2 orders, such as `a` with `red` and `blue`: the "
          "last one counts and the others are not kept"]),
        (["a,1,Mug,10,red", "a,1,Cup,12,red"],
         ["`total_amount` differs between the rows of 1 order, such as `a` with `10` and `12`: the "
          "last one counts and the others are not kept"]),
        (["a,1,Mug,10,red", "a,1,Cup,10,blue", "a,1,Pen,10,red"],
         ["`Colour` differs between the rows of 1 order, such as `a` with `blue` and `red`: the "
          "last one counts and the others are not kept"]),
        (["a,1,Mug,10,red", "a,2,Cup,10,red", "b,2,Mug,1,", "b,2,Mug,1,"],
         ["`customer` differs between the rows of 1 order, such as `a` with `1` and `2`: the last "
          "one counts and the others are not kept"]),
        (["a,1,Mug,10,red", "a,1,Cup,,", "b,1,Mug,12,blue"], []),
        (["a,1,Mug,10,red", "a,1,Cup,10,blue", "a,,x,ten,"], []),
    ],
    ids=["metadata", "a field", "as the first", "the customer", "not given", "not in"],
)  # fmt: skip
def test_what_lines_of_an_order_say_differently_is_told(base, lines, said):
    header = "Order No,Customer_source_id,Product,Order Total,Colour"
    run = base.csv("\n".join([header, *lines]) + "\n", kind="orders")

    assert [note["text"] for note in run.notes if "differs" in note["text"]] == said


@pytest.mark.parametrize(
    ("total", "lines", "expected"),
    [
        ("Gesamtpreis", ["a,2,3.50,7.00", "a,1,1.29,1.29", "b,1,2,2"],
         [(None, [700, 129]), (None, [200])]),
        ("Gesamtpreis", ["a,2,3.50,8.29", "a,1,1.29,8.29", "b,1,2,2"],
         [(829, [None, None]), (200, [None])]),
        ("Gesamtpreis", ["a,2,3.50,7.00", "b,1,1.29,1.29"], [(700, [None]), (129, [None])]),
        ("total_amount", ["a,2,3.50,7.00", "a,1,1.29,1.29"], [(129, [None, None])]),
    ],
    ids=["of lines", "of orders", "one line each", "spelt"],
)  # fmt: skip
def test_a_total_that_is_of_each_line_is_none_of_the_order(base, total, lines, expected):
    header = f"Bon-Nr,Menge,Einzelpreis,{total},Kundenkarte"
    base.csv("\n".join([header, *(f"{line},k" for line in lines)]) + "\n", kind="orders")
    stored = base.workbench.profile().activity.records("orders").sort("source_id")

    assert [
        (total, [item["amount"] for item in items])
        for total, items in stored.select("total_amount", "items").rows()
    ] == expected


def test_whole_amounts_of_deals_are_no_cents(base):
    text = "Deal ID,Deal Name,Deal Stage,Pipeline,Amount,Customer_source_id\n1,D,Won,P,1500,k\n"
    run = base.csv(text, kind="orders")

    assert "`Amount` is of a layout that has no cents" in str(run.notes)
    assert base.workbench.profile().activity.records("orders")["amount"].to_list() == [150000]


def test_where_only_blanks_are_filled_the_first_line_counts(base):
    said = {"columns": {"Colour": {"field": "metadata.Colour", "write": "fill"}}}
    text = "Order No,Customer_source_id,Product,Colour\na,1,Mug,red\na,1,Cup,blue\n"
    run = base.csv(text, said, kind="orders")
    [told] = [note["text"] for note in run.notes if "differs" in note["text"]]

    assert "such as `a` with `red` and `blue`: the first one counts" in told
    stored = base.workbench.profile().activity.records("orders")
    assert "red" in stored.row(0)


def test_lines_of_an_order_in_json_are_told_alike(base):
    orders = ({"id": "o", "customer": {"source_id": "k"}, "metadata": {"n": n, "l": [n]}}
              for n in (1, 2))  # fmt: skip
    run = base.json(*orders, kind="orders")

    assert [note["text"].partition(",")[0] for note in run.notes] == [
        f"`{name}` differs between the rows of 1 order" for name in ("n", "l")
    ]


def test_a_column_called_items_may_hold_a_number(base):
    run = base.csv("Order ID,Customer Source ID,Items\no,1,3\n", kind="orders")

    assert (run.created, run.rejected) == (1, 0)


@pytest.fixture
def known(base):
    base.csv("Id,Source_id,Email\ncust_1,5,Ann@x.org\ncust_2,6,two@x.org\ncust_3,7,TWO@x.org\n")
    return base.later(minutes=1)


def test_an_email_means_the_one_customer_who_has_it(known):
    run = known.csv("Order ID,E-mail\no,ANN@X.ORG\n", kind="orders")

    assert (run.created, run.customers_created) == (1, 0)
    assert known.who("summary.orders.total_count", "$is", 0) == ["5", "6", "7"]


def test_an_email_of_several_rejects_the_row_naming_them(known):
    run = known.csv("Order ID,E-mail\no,two@x.org\n", kind="orders")

    assert "`6`, `7`" in reasons(known, run)[0]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Record ID,Deal Name,Deal Stage,Pipeline,Associated Contact IDs", "1,D,Won,P,{}"),
        ("Order ID,Kundennummer", "o,{}"),
        ("Order ID,Customer_email", "o,{}"),
    ],
    ids=["deals", "an id", "an e-mail"],
)
def test_a_cell_that_names_several_customers_rejects_its_row(known, header, cell):
    one, two = ("ann@x.org", "b@x.org") if "email" in header else ("5", "6")
    run = known.csv(f"{header}\n{cell.format(f'{one};{two}')}\n", kind="orders")
    alone = known.later(minutes=1).csv(f"{header}\n{cell.format(one)}\n", kind="orders")

    assert f"`{one};{two}` names several customers" in reasons(known, run)[0]
    assert (run.customers_created, alone.created, alone.customers_created) == (0, 1, 0)


def test_an_email_of_nobody_makes_one_customer(known):
    run = known.csv("Order ID,E-mail\no,New@x.org\np,new@X.org\n", kind="orders")

    assert run.customers_created == 1
    assert known.rows("source_id", "email")[-1] == ("New@x.org", "New@x.org")


@pytest.mark.parametrize("number", ["cust_1", "5"])
def test_a_customer_id_is_whichever_matches(known, number):
    run = known.csv(f"Order ID,Customer ID\no,{number}\n", kind="orders")

    assert (run.created, run.customers_created) == (1, 0)


def test_an_unknown_customer_id_alone_is_rejected_and_with_an_email_it_is_a_customer(known):
    run = known.csv("Order ID,Customer ID,Email\no,9,\np,9,nine@x.org\n", kind="orders")

    assert (run.rejected, run.customers_created) == (1, 1)
    assert known.rows("source_id", "email")[-1] == ("9", "nine@x.org")


def test_the_customer_of_a_guest_is_the_email(known):
    known.csv("Order ID,Customer ID,Email\no,0,g@x.org\np,0,h@x.org\n", kind="orders")

    assert known.column("source_id")[-2:] == ["g@x.org", "h@x.org"]


def test_a_name_alone_is_nobody(known):
    assert known.csv("Order ID,Customer Name\no,Ann\n", kind="orders").failed


def test_source_ids_that_are_emails_are_the_same_without_case(base):
    base.csv("Source_id\nAnn@x.org\n")
    base.later(minutes=1).csv("Order ID,Customer source ID\no,ann@X.org\n", kind="orders")

    assert base.rows("source_id") == [("Ann@x.org",)]


@pytest.mark.parametrize("kind", ["orders", "redemptions", "events"])
def test_what_is_nothing_else_becomes_metadata_of_the_record(base, kind):
    base.csv("Id,Customer source ID,Event,shop\no,1,x,web\n", kind=kind)
    names = base.workbench.profile().snapshot.names

    assert (f"{kind}.metadata", "shop") in names
    assert TABLES[kind].others == "metadata"


def test_our_own_list_of_orders_changes_nothing_under_either_header(known):
    known.csv("Source_id,Customer_source_id,Status,Amount\no,5,PAID,100\n", kind="orders")
    for text in (
        "source_id,customer.source_id,customer.email,customer.name,status\no,5,Ann@x.org,Ann,PAID\n",
        "ID,Order source ID,Created at,Status,Source ID,Customer,E-mail\n"
        f"{known.workbench.profile().activity.records('orders')['id'][0]},o,,PAID,5,Ann,Ann@x.org\n",
    ):
        run = known.later(minutes=1).csv(text, kind="orders")
        assert (run.unchanged, run.updated, run.created, run.rejected) == (1, 0, 0, 0)


def test_rows_without_any_key_are_said_to_be_new_each_time(base):
    run = base.csv("Customer_source_id,Amount\nk,100\n", kind="orders")
    assert any("each row is a new one" in note["text"] for note in run.notes)

    run = base.csv("Transaction ID,Customer_source_id,Amount\nt1,k,100\n", kind="orders")
    assert not any("each row is a new one" in note["text"] for note in run.notes)
    assert (
        base.csv("Transaction ID,Customer_source_id,Amount\nt1,k,100\n", kind="orders").created == 0
    )


def test_events_of_a_log_have_moments_in_numbers(base):
    run = base.csv("event,time,distinct_id\nSign up,1738318272,u1\n", kind="events")
    [moment] = base.workbench.profile().activity.records("events")["created_at"].to_list()
    assert f"{moment:%Y-%m-%d %H:%M:%S}" == "2025-01-31 10:11:12"
    assert any("count from 1970" in note["text"] for note in run.notes)


@pytest.mark.parametrize("name", ["", "  ", "x" * 301, "two\nlines"])
def test_an_event_has_a_name_as_the_api_has_it(base, name):
    person = {"customer": {"source_id": "k"}}
    run = base.json({"event": name, **person}, {"event": "x" * 300, **person}, kind="events")

    assert (run.created, run.rejected) == (1, 1)
    [reason] = reasons(base, run)
    assert reason.startswith("event: expected a name of 1 to 300 characters on one line, got ")


def test_a_name_of_an_event_in_a_table_is_the_same(base):
    long = "x" * 301
    run = base.csv(f'Event,Customer_source_id\n,a\n{long},b\n"x\ny",c\nview,d\n', kind="events")

    assert [reason.partition(",")[0] for reason in reasons(base, run)] == [
        "expected the name of an Event",
        *["event: expected a name of 1 to 300 characters on one line"] * 2,
    ]


def test_a_layout_says_whose_an_order_is_and_what_its_time_is(base):
    """Customers are named by numbers of theirs, moments have a zone, stages a pipeline."""
    base.csv(
        "Order Date,Order ID,Order Number,Order Employee Name,Order Total,Order Payment State,"
        "Customer ID\n31-Jan-2024 10:11 AM EST,A1,7,Kim,12.50,Paid,C1\n",
        kind="orders",
    )
    base.later(minutes=1).csv(
        "Date,Time,TimeZone,Status,Gross,Fee,Net,From Email Address,Transaction ID\n"
        "31.01.2024,10:11:12,PST,Completed,7.00,0.1,6.9,ann@x.org,T1\n",
        kind="orders",
    )
    base.later(minutes=2).csv(
        "Deal ID,Deal Name,Deal Stage,Pipeline,Amount,Associated Contact IDs,Create Date\n"
        "901,Mugs,Closed Won (Sales Pipeline),Sales Pipeline,1250,101,2024-01-02\n",
        kind="orders",
    )
    stored = base.workbench.profile().activity.records("orders")
    rows = {row["source_id"]: row for row in stored.to_dicts()}

    assert {key: row["status"] for key, row in rows.items()} == {
        "A1": "PAID", "T1": "FULFILLED", "901": "PAID"}  # fmt: skip
    assert {key: f"{row['created_at']:%H:%M}" for key, row in rows.items()} == {
        "A1": "15:11", "T1": "18:11", "901": "00:00"}  # fmt: skip
    assert sorted(base.workbench.profile().customers["source_id"]) == ["101", "C1", "ann@x.org"]


def test_a_day_of_a_sheet_is_the_date_of_an_order(base):
    base.csv(
        "Order ID,Email,Order date\nA,a@x.org,45322\nB,b@x.org,20240131T101112Z\n"
        "C,c@x.org,2024年1月31日\n",
        kind="orders",
    )
    stored = base.workbench.profile().activity.records("orders")

    assert {f"{each:%Y-%m-%d}" for each in stored["created_at"]} == {"2024-01-31"}
