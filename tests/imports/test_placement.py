"""Several columns for one field, names in two columns, the key, layouts that are known."""

import pytest

from engine.customers.editing import create
from engine.exports.order import Order
from engine.exports.run import export_records
from tests.bases import counts, reasons


def notes(run, topic):
    return [note["text"] for note in run.notes if note["topic"] == topic]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("First Name", "Last Name"),
        ("Vorname", "Nachname"),
        ("Vorname", "Name"),
        ("Prénom", "Nom"),
        ("Nombre", "Apellidos"),
        ("Imię", "Nazwisko"),
        ("Voornaam", "Naam"),
        ("Nome", "Cognome"),
        ("Förnamn", "Efternamn"),
        ("billing_first_name", "billing_last_name"),
        ("First", "Last"),
        ("Billing First", "Billing Last"),
        ("Jméno", "Příjmení"),
        ("Ad", "Soyad"),
        ("Имя", "Фамилия"),
        ("姓", "名"),
    ],
)
def test_first_and_last_name_are_joined_and_kept(base, first, last):
    base.csv(f"Source_id,{last},{first}\na,Muster,Mia\nb,,Bo\nc,,\n")

    assert base.column("name") == ["Mia Muster", "Bo", None]
    assert base.who(f"metadata.{first}", "$is", "Mia") == ["a"]
    assert base.who(f"metadata.{last}", "$is", "Muster") == ["a"]


def test_each_part_of_a_name_says_what_becomes_of_it(base):
    run = base.csv("Source_id,Vorname,Nachname\na,Mia,Muster\n")

    assert [(note["column"], note["text"]) for note in run.notes if "joined" in note["text"]] == [
        ("Vorname", "`Vorname` is joined with `Nachname` to name, and kept as it is"),
        ("Nachname", "`Nachname` is joined with `Vorname` to name, and kept as it is"),
    ]


def test_two_last_names_are_joined_in_their_order(base):
    base.csv("Source_id,Nombre,Segundo apellido,Primer apellido\na,Ana,López,García\nb,Luis,,Gil\n")

    assert base.column("name") == ["Ana García López", "Luis Gil"]


@pytest.mark.parametrize(
    ("header", "record"),
    [("First,Last", "2024-01-02,2024-02-03"), ("Last", "Muster"), ("Ad,Last visit", "spring,x")],
)
def test_half_of_a_name_is_one_beside_the_other_alone(base, header, record):
    base.csv(f"Source_id,{header}\na,{record}\n")

    assert base.column("name") == [None]


def test_a_full_name_goes_before_the_joined_one(base):
    base.csv("Source_id,First name,Last name,Name\na,Mia,Muster,Dr. Mia Muster\nb,Bo,Kim,\n")

    assert base.column("name") == ["Dr. Mia Muster", "Bo Kim"]


def test_what_stands_between_the_names_is_part_of_them(base):
    base.csv("Source_id,Voornaam,Tussenvoegsel,Achternaam\na,Anneke,de,Vries\nb,Bo,,Kim\n")

    assert base.column("name") == ["Anneke de Vries", "Bo Kim"]


def test_a_name_that_is_the_first_name_is_whole_in_our_own_list(base, tmp_path_factory):
    """A list with first names alone comes out with the name beside them."""
    base.csv("Source_id,firstName\na,Ann\nb,Bo\n")
    path = tmp_path_factory.mktemp("out") / "out.csv"
    export_records(base.workbench, Order(), path)
    again = base.later(minutes=1).bring(path)

    assert base.column("name") == ["Ann", "Bo"]
    assert (again.created, again.updated, again.rejected) == (0, 0, 0)


@pytest.mark.parametrize("header", ["Name,Last name", "Prénom,Nom", "Nombre,Apellidos"])
def test_names_that_were_parts_say_so_in_our_own_list(base, header, tmp_path_factory):
    """Else whoever has one name alone makes it look like the part that is lacking."""
    base.csv(f"Email,{header}\na@example.org,Ann,Lee\nb@example.org,Bo,\nc@example.org,Cy,\n")
    path = tmp_path_factory.mktemp("out") / "out.csv"
    export_records(base.workbench, Order(), path)
    again = base.later(minutes=1).bring(path)

    assert base.column("name") == ["Ann Lee", "Bo", "Cy"]
    assert (again.created, again.updated, again.rejected) == (0, 0, 0)


def test_a_part_of_a_name_beside_the_whole_one_is_kept_once(base):
    """Else our own list of names that were joined from "Nombre" and "Apellidos" says more."""
    base.csv("Source_id,Name,Apellidos\na,Ana Gil,Gil\n")

    assert list(base.workbench.profile().catalogue.metadata) == ["Apellidos"]


def test_a_cell_of_invisible_marks_is_empty_where_columns_fill_one_field(base):
    base.csv(
        "Source_id,First name,Last name,Phone,Mobile\na,Mia,\u200b,\u2060,4\nb,\u2009,Kim,3,\n"
    )

    assert base.column("name") == ["Mia", "Kim"]
    assert base.column("phone") == ["4", "3"]


@pytest.mark.parametrize(
    ("header", "rows", "names"),
    [
        ("Name,Last name", ["Mia,Muster", "Bo,"], ["Mia Muster", "Bo"]),
        ("Name,Last name", ["Mia Muster,Muster", "Bo Li,Li"], ["Mia Muster", "Bo Li"]),
        ("First name,Name", ["Mia,Muster", "Bo,"], ["Mia Muster", "Bo"]),
    ],
)
def test_a_name_of_single_words_is_the_part_that_is_lacking(base, header, rows, names):
    lines = [f"k{place},{row}" for place, row in enumerate(rows)]
    base.csv("\n".join([f"Source_id,{header}", *lines]) + "\n")

    assert base.column("name") == names


@pytest.mark.parametrize("header", ["Subscriber", "Login", "Kunde", "E-mail 1 - Value"])
def test_a_column_of_emails_is_the_email_though_it_is_called_by_the_person(base, header):
    base.csv(f"{header},Opens\na@example.org,1\nb@example.org,2\n")
    assert base.column("email") == ["a@example.org", "b@example.org"]

    base.csv(f"Source_id,{header}\nk1,Mia\nk2,Bo\n")
    assert base.column("email")[2:] == [None, None]


def test_an_email_goes_before_a_column_of_emails_that_is_called_by_the_person(base):
    base.csv("Source_id,Account,Email\na,x@example.org,\nb,x@example.org,b@example.org\n")
    assert base.column("email") == [None, "b@example.org"]
    assert base.customer("a")["metadata"] == {"Account": "x@example.org"}


def test_the_key_that_is_named_is_the_one_that_counts(base):
    run = base.csv(
        "Invoice Number,Order Number,Customer_source_id\nI,O1,k\nI,O2,k\n", kind="orders"
    )
    assert run.created == 2
    assert "`Order Number` identifies each record" in notes(run, "key")[0]


def test_an_order_total_goes_before_its_value(base):
    base.csv(
        "Source_id,Order Value,Order Total,Customer_source_id\no,10.50,12.50,k\n", kind="orders"
    )
    assert base.workbench.profile().activity.records("orders")["total_amount"].to_list() == [1250]


def test_the_price_of_a_line_at_amazon_is_that_of_all_its_pieces(base):
    header = "order-id\torder-item-id\tpurchase-date\tbuyer-email\tquantity-purchased\titem-price"
    base.csv(f"{header}\n1-2\t5\t2025-01-03\ta@example.org\t2\t19.98\n", kind="orders")
    orders = base.workbench.profile().activity.records("orders")
    assert [item["amount"] for item in orders["items"][0]] == [1998]


def test_of_two_phones_the_first_filled_counts_and_another_one_stays(base):
    run = base.csv("Source_id,Mobile,Phone\na,2,1\nb,3,\nc,4,4\n")

    assert base.column("phone") == ["1", "3", "4"]
    assert base.who("metadata.Mobile", "$has_value", True) == ["a"]
    assert any("`Phone`, where that is empty `Mobile`" in text for text in notes(run, "column"))


def test_an_address_is_one_as_a_whole(base):
    base.csv(
        "Source_id,Billing City,Billing Zip,Shipping City,Shipping Zip,Shipping Country\n"
        "a,Elko,,Reno,89500,US\nb,,,Ogden,84403,US\n"
    )

    assert base.column("address_city") == ["Elko", "Ogden"]
    assert base.column("address_postal_code") == [None, "84403"]
    assert base.column("address_country") == ["US", "US"]


def test_where_somebody_lives_goes_before_where_letters_go(base):
    base.csv("Source_id,Postal City,Physical City\na,Reno,Elko\n")

    assert base.column("address_city") == ["Elko"]


def test_a_house_number_is_joined_to_its_street(base):
    base.csv("Source_id,Straße,Hausnr.\na,Ring,7a\nb,Weg,\n")

    assert base.column("address_line_1") == ["Ring 7a", "Weg"]


def test_our_own_street_has_its_number_already(base):
    """Else each export that comes back adds the number, which is kept as metadata, once more."""
    base.csv("Source_id,Straße,Hausnr.\na,Ring,7a\n")
    again = base.later(minutes=1).csv("Source ID,Address line 1,Hausnr.\na,Ring 7a,7a\n")

    assert (again.updated, again.unchanged) == (0, 1)


@pytest.mark.parametrize("header", ["Customer Number", "Kd.-Nr.", "Klaviyo ID", "Record ID"])
def test_without_a_key_of_ours_the_best_id_is_the_source_id(base, header):
    run = base.csv(f"Email,{header}\nann@x.org,7\nbob@x.org,8\n")

    assert base.column("source_id") == ["7", "8"]
    assert any(f"`{header}`" in text for text in notes(run, "key"))


def test_a_key_of_ours_goes_before_other_ids(base):
    base.csv("Kundennummer,Source_id\n1,a\n")

    assert base.column("source_id") == ["a"]
    assert base.who("metadata.Kundennummer", "$has_value", True) == ["a"]


@pytest.mark.parametrize("numbers", [("1", "1", "1", "1"), ("1", "", "", "")])
def test_an_id_that_repeats_or_lacks_is_no_key_beside_an_email(base, numbers):
    rows = "".join(f"{number},c{place}@x.org\n" for place, number in enumerate(numbers))
    base.csv("Contact ID,Email\n" + rows)

    assert base.column("source_id") == [f"c{place}@x.org" for place in range(4)]


def test_an_id_that_lacks_no_more_than_the_email_is_the_key(base):
    run = base.csv("Kundennummer,E-Mail\n1,a@x.org\n,b@x.org\n3,\n")

    assert (base.column("source_id"), run.rejected) == (["1", "3"], 1)


def test_else_the_email_is_the_key_in_capitals_or_not(base):
    first = base.csv("E-Mail,Name\nAnn@x.org,Ann\n,Nobody\n")
    again = base.later(minutes=1).csv("E-Mail,Name\nann@X.org,Ann\n")

    assert (counts(first)[0], first.rejected) == (1, 1)
    assert again.created == 0
    assert base.column("source_id") == ["Ann@x.org"]
    assert any("`E-Mail`" in text for text in notes(first, "key"))


def test_a_key_with_blanks_around_it_is_meant_without_them(base):
    create(base.workbench, {"source_id": " b "})  # as a call may give it
    base.later(minutes=1).json({"source_id": "a\u00a0", "name": " Ann", "description": " x "})
    [known] = base.rows("id")[:1]
    run = base.later(minutes=1).csv(f"Id,Source_id,Name\n{known[0]},b,\n,b,\n,a,Ann\n")

    assert counts(run) == (0, 0, 2, 1, 0)
    assert base.rows("source_id", "name", "description") == [
        (" b ", None, None),
        ("a", "Ann", " x "),
    ]


def test_names_of_one_customer_are_not_merged_in_silence(base):
    run = base.csv("Email,Name\nann@x.org,Ann\nANN@x.org,Bob\nc@x.org,Cid\n")

    assert any("`Ann` and `Bob`" in text for text in notes(run, "key"))
    assert not notes(base.later(minutes=1).csv("Source_id,Name\nq,A\nq,A\n"), "key")


def test_a_row_without_any_key_is_rejected(base):
    assert base.csv("Name,City\nAnn,Ulm\n").failed


def test_a_known_layout_is_named(base):
    header = "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,LEID,EUID"
    run = base.csv(f"{header}\na@x.org,A,1,2024-01-01,1,2\n")

    assert notes(run, "file") == ["Mailchimp audience, recognised by its header"]


def test_a_layout_of_another_kind_is_named_before_rows_become_what_they_are_not(base):
    text = "Record ID,Deal Name,Deal Stage,Pipeline,Amount\n1,New store,Closed Won,Sales,5.00\n"
    run = base.csv(text)

    assert notes(run, "file") == [
        "the header is that of HubSpot deals, which are orders; "
        "here each row is taken for a customer"
    ]


def test_the_number_of_a_deal_is_no_customer(base):
    text = "Record ID,Deal Name,Deal Stage,Pipeline,Amount\n1,New store,Closed Won,Sales,5.00\n"

    assert base.csv(text, kind="orders").failed  # whose it is has to be chosen
    run = base.csv(text.replace("Pipeline", "Customer number"), kind="orders")
    assert (run.created, base.workbench.profile().customers["source_id"].to_list()) == (
        1,
        ["Sales"],
    )


def test_what_is_left_out_is_named(base):
    run = base.csv("Source_id,x\na,1\n", {"columns": {"x": None}})
    lines = base.later(minutes=1).json({"source_id": "a", "object": "customer", "name": "A"})

    assert notes(run, "column") == ["left out: `x` (as the mapping says)"]
    assert any("`object`" in text for text in notes(lines, "column"))


def test_a_value_map_says_what_cells_mean(base):
    said = {"field": "metadata.level", "values": {"A": "top", "n/a": None}}
    base.csv("Source_id,Level\na,A\nb,n/a\nc,B\n", {"columns": {"Level": said}})

    assert base.who("metadata.level", "$is", "top") == ["a"]
    assert base.who("metadata.level", "$has_value", True) == ["a", "c"]


def test_reasons_of_a_failure_are_kept(base):
    run = base.csv("Order ID,Customer Source ID,Status\no,1,teleported\n", kind="orders")

    assert run.failed
    assert "teleported" in reasons(base, run)[0]


def test_points_are_those_of_a_loyalty_program_only_where_the_header_says_so(base):
    base.csv("Source_id,Points\na,007\n")
    assert base.customer("a")["metadata"] == {"Points": "007"}

    base.csv("Source_id,Loyalty points\na,7\n")
    assert base.customer("a")["loyalty"]["points"] == 7


@pytest.mark.parametrize("form", ["csv", "json"])
def test_our_readable_names_come_back_with_a_currency_behind_them(base, form):
    record = {"ID": "r1", "Voucher": "A", "Customer source ID": "k", "Order": "o1"}
    if form == "csv":
        text = ",".join([*record, "Gift amount (EUR)"])
        base.csv(f"{text}\n{','.join(record.values())},12.00\n", kind="redemptions")
    else:
        base.json(
            {"Voucher": "A", "Order": "o1", "id": "r1", "customer_source_id": "k",
             "Gift amount": 1200},
            kind="redemptions",
        )  # fmt: skip
    stored = base.workbench.profile().activity.records("redemptions")
    assert stored.select("voucher_code", "order_id", "gift_amount").row(0) == ("A", "o1", 1200)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["i1,s1,Ann", "i1,s1,Bob"], "1 customer has rows with different names, such as `s1`"),
        (["i1,s1,Ann", "i1,s1,Bob", "i2,s2,Cy", "i2,s2,Dee", "i3,s3,Eve"],
         "2 customers have rows with different names, such as `s1` with `Ann` and `Bob`: the last "
         "one counts; are they the same person?"),
        ([",a@x.org,Ann", ",A@X.org,Bob"], "1 customer has rows with different names"),
        ([",ab1,Ann", ",AB1,Bob"], None),
        (["i1,s1,Ann", "i1,s2,Bob"], None),
        (["i1,s1,Ann", "i1,s1,", "i1,s1,Ann"], None),
    ],
    ids=["one", "two", "e-mails without case", "others by their case", "rejected", "one name"],
)  # fmt: skip
def test_names_of_one_customer_are_never_merged_in_silence(base, rows, said):
    run = base.csv("\n".join(["Id,Source_id,Name", *rows]) + "\n")
    told = [text for text in notes(run, "key") if "different names" in text]

    assert [text.startswith(said) for text in told] == ([True] if said else [])
