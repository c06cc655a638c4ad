"""Replace mode: a row says all that there is in the columns of its file."""

from tests.bases import value

REPLACE = {"replace": True}


def shown(base, customer):
    """City, e-mail, size and color of a customer."""
    fields = ("address.city", "email", "metadata.size", "metadata.color")
    return tuple(value(base, customer, field) for field in fields)


def test_an_empty_cell_clears_and_metadata_is_replaced(base):
    base.csv("Source_id,City,Email,size,color\na,Rome,a@x.org,3,red\nb,Oslo,b@x.org,4,blue\n")
    base.later(minutes=1).csv("Source_id,City,size\na,,\nb,Pisa,5\n", REPLACE)

    assert shown(base, "a") == (None, "a@x.org", None, None)
    assert shown(base, "b") == ("Pisa", "b@x.org", 5, None)


def test_a_file_without_metadata_leaves_it_alone(base):
    base.csv("Source_id,City,size\na,Rome,3\n")
    base.later(minutes=1).csv("Source_id,City\na,\n", REPLACE)

    assert shown(base, "a")[::2] == (None, 3)


def test_a_line_of_json_replaces_the_metadata_it_gives(base):
    start = {"email": "x", "metadata": {"size": 3, "color": "red"}}
    base.json({"source_id": "a", **start}, {"source_id": "b", **start})
    base.later(minutes=1).json(
        {"source_id": "a", "metadata": {"size": 4}}, {"source_id": "b", "name": "B"},
        mapping=REPLACE,
    )  # fmt: skip

    assert shown(base, "a") == (None, "x", 4, None)
    assert shown(base, "b") == (None, "x", 3, "red")


def test_keys_owners_and_instants_stay(base):
    text = "Id,Customer_source_id,Status,Created_at\n1,a,PAID,2026-01-05\n"
    base.csv(text, kind="orders")
    run = base.later(minutes=1).csv(
        "Id,Customer_source_id,Status,Created_at\n1,,,\n", REPLACE, kind="orders"
    )

    assert run.updated == 1
    assert value(base, "a", "summary.orders.total_count") is None
    [order] = base.workbench.profile().activity.records("orders").to_dicts()
    assert (order["status"], order["created_at"].day, order["customer_row"]) == (None, 5, 0)


def test_the_same_file_again_changes_nothing(base):
    text = "Source_id,City,size\na,Rome,\nb,,4\n"
    base.csv(text)

    assert base.csv(text, REPLACE).change is None
