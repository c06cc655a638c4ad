import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.samples.activity import KINDS, activity, write_shop
from engine.samples.customers import customers
from tests.bases import NOW
from tests.strategies import examples

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
ROWS = 2_000

# The conditions of the guide's two long examples on what a customer's own row holds.
GUIDE = {
    "Berlin customers": (
        pl.col("Name").is_not_null(),
        pl.col("Email").str.ends_with(".com"),
        pl.col("Phone").str.starts_with("48"),
        pl.col("Created_at") < datetime(2018, 9, 1, tzinfo=UTC),
        pl.col("Address_Postal_Code").ne_missing("32-857"),
        pl.col("Address_City") == "Berlin",
        pl.col("Address_Country").is_null(),
        pl.col("Source_id").str.starts_with("746"),
        pl.col("system_metadata.source") == "web_widget",
        pl.col("system_metadata.web_widget.widgets").str.split(";").list.contains("general"),
        pl.col("pick_up_date").ne_missing("3 am"),
    ),
    "our own testers in Warsaw": (
        pl.col("Email").str.ends_with("voucherify.io"),
        pl.col("Address_City") == "Warsaw",
    ),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop of the samples, written afresh."""
    folder = tmp_path_factory.mktemp("shop")
    write_shop(folder, ROWS)
    return folder


@pytest.mark.parametrize("kind", ["customers", *KINDS])
def test_the_sample_files_are_what_the_generator_writes(shop: Path, kind: str) -> None:
    assert (shop / f"{kind}.csv").read_bytes() == (SAMPLES / f"{kind}.csv").read_bytes()


@settings(max_examples=examples(30, fuzzed=500))
@given(st.integers(1, 60), st.integers(0, 2**32))
def test_whoever_acts_is_a_customer_and_acts_after_joining(count: int, seed: int) -> None:
    crowd = customers(count, seed).select(Customer_source_id="Source_id", joined="Created_at")
    for kind, instant in (
        ("orders", "Created_at"),
        ("redemptions", "Date"),
        ("events", "Created_at"),
    ):
        acts = activity(count, seed)[kind]
        known = acts.join(crowd, on="Customer_source_id")

        assert acts.height == known.height
        assert (known[instant] >= known["joined"]).all()
        assert (known[instant].dt.date() < NOW.date()).all()


def test_the_sample_mapping_names_columns_of_the_sample_that_hold_lists() -> None:
    columns: Mapping[str, Any] = json.loads((SAMPLES / "customers.mapping.json").read_text())[
        "columns"
    ]
    sample = customers(ROWS)
    lists = {
        name
        for name, dtype in sample.schema.items()
        if dtype == pl.String
        and name != "Description"
        and sample[name].str.contains(";", literal=True).any()
    }

    assert lists == columns.keys()


@settings(max_examples=examples(30, fuzzed=500))
@given(st.integers(0, 300), st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_customers(count: int, seed: int) -> None:
    first, second = customers(count, seed), customers(count, seed)

    assert first.equals(second)
    assert count == first.height


def test_another_seed_gives_other_customers() -> None:
    assert not customers(50, seed=1).equals(customers(50, seed=2))


@pytest.mark.parametrize("name", GUIDE)
def test_someone_in_the_sample_fits_the_guides_example(name: str) -> None:
    assert customers(ROWS).filter(*GUIDE[name]).height > 0


def test_source_ids_and_e_mail_addresses_name_one_customer_each() -> None:
    sample = customers(ROWS)

    assert sample["Source_id"].is_unique().all()
    assert sample["Email"].drop_nulls().str.to_lowercase().is_unique().all()


def test_e_mail_addresses_are_plain_letters_whatever_the_name() -> None:
    emails = customers(ROWS)["Email"].drop_nulls()

    assert emails.str.contains(r"^[A-Za-z.-]+[0-9]+@[A-Za-z.]+$").all()


def test_a_referrer_is_an_earlier_row() -> None:
    sample = customers(ROWS).with_row_index("row")
    referred = sample.drop_nulls("Referrer").join(
        sample.select("Source_id", referrer_row="row"), left_on="Referrer", right_on="Source_id"
    )

    assert sample["Referrer"].count() == referred.height
    assert (referred["referrer_row"] < referred["row"]).all()


@pytest.mark.parametrize("later", ["Updated_at", "last_store_visit", "app_last_seen"])
def test_nothing_happens_before_a_customer_is_created_or_after_the_horizon(later: str) -> None:
    created, then = pl.col("Created_at").dt.date(), pl.col(later).cast(pl.Date)
    sample = customers(ROWS).select(created.alias("created"), then.alias("then"))
    late = sample.filter((pl.col("then") < pl.col("created")) | (pl.col("then") >= NOW.date()))

    assert sample["created"].is_sorted()
    assert late.is_empty()


def test_winter_brings_more_customers_than_summer() -> None:
    months = customers(20_000)["Created_at"].dt.month().value_counts().rows_by_key("Created_at")

    assert months[12][0] > 2 * months[7][0]
