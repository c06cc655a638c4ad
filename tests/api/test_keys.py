"""What a key of one role may do in a workspace that nobody has used yet."""


def test_the_first_who_looks_for_a_customer_needs_no_right_of_an_administrator(http):
    reads, writes = http.as_role("read"), http.as_role("write")

    http.get("/v1/customers/nobody", 404, headers=reads)  # nobody has asked for a token before
    assert http.post("/v1/customers", {"source_id": "ann"}, headers=writes)["source_id"] == "ann"


def test_whoever_may_only_write_creates_the_first_customer(http):
    assert http.post("/v1/customers", {"source_id": "a"}, headers=http.as_role("write"))
