"""Metadata: what is kept, what filters see of it, and what goes out again."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.profiles import Profile
from engine.evaluation import columns
from engine.exports.columns import text_frame
from engine.filters.storage import Dictionary, Plain
from engine.segments import library
from tests.bases import Base, counts


def written(base, path):
    """A column as an export writes it."""
    profile = base.workbench.profile()
    everybody = pl.int_range(profile.total, eager=True)
    return text_frame(profile, [profile.catalogue.field(path)], everybody)[path].to_list()


def kind(base, path):
    field = base.workbench.profile().catalogue.field(path)
    return field.kind.key, field.many


def test_the_first_file_settles_the_kind_and_later_misfits_are_kept_counted_and_missing(base):
    first = base.csv("Source_id,size\na,5\nb,6\n")
    second = base.csv("Source_id,size\nb,large\nc,7\nd,5.50\n")

    assert (first.misfits, second.misfits) == ({}, {"metadata.size": 1})
    assert kind(base, "metadata.size") == ("number", False)
    assert base.who("metadata.size", "$is", 5, 5.5, 6, 7) == ["a", "c", "d"]
    assert base.who("metadata.size", "$is_unknown") == ["b"]
    assert written(base, "metadata.size") == ["5", "large", "7", "5.5"]
    assert base.customer("b")["metadata"] == {"size": "large"}


def test_a_misfit_is_replaced_by_a_later_value_that_fits_and_the_other_way_round(base):
    base.csv("Source_id,size\na,5\n")
    for value in ("large", "6", "small", "7"):
        base.csv(f"Source_id,size\na,{value}\n")

        assert written(base, "metadata.size") == [value]
        assert base.csv(f"Source_id,size\na,{value}\n").change is None
    assert base.who("metadata.size", "$is", 7) == ["a"]


def test_a_string_key_takes_everything_as_text(base):
    base.json({"source_id": "a", "metadata": {"x": "text"}})
    run = base.json(
        {"source_id": "b", "metadata": {"x": 5.0}},
        {"source_id": "c", "metadata": {"x": True}},
        {"source_id": "d", "metadata": {"x": ["p", 1]}},
    )

    assert run.misfits == {}
    assert written(base, "metadata.x") == ["text", "5", "true", '["p","1"]']
    assert base.who("metadata.x", "$is", "5", "true") == ["b", "c"]


def test_a_single_value_under_a_list_key_is_a_list_of_one(base):
    base.json({"source_id": "a", "metadata": {"x": ["p", "q"]}})
    base.json({"source_id": "b", "metadata": {"x": "p"}})

    assert kind(base, "metadata.x") == ("string", True)
    assert base.who("metadata.x", "$count", 1) == ["b"]
    assert written(base, "metadata.x") == ["p;q", "p"]


def test_an_empty_list_is_a_value(base):
    base.json({"source_id": "a", "metadata": {"x": ["p"]}}, {"source_id": "b"})
    base.json({"source_id": "b", "metadata": {"x": []}})

    assert base.who("metadata.x", "$has_value") == ["a", "b"]
    assert base.who("metadata.x", "$count", 0) == ["b"]


def test_a_dotted_key_comes_before_the_path_for_each_customer(base):
    base.json(
        {"source_id": "key", "metadata": {"a.b": "here"}},
        {"source_id": "path", "metadata": {"a": {"b": "here"}}},
        {"source_id": "both", "metadata": {"a.b": "here", "a": {"b": "there"}}},
        {"source_id": "deep", "metadata": {"a": {"b": {"c": 1}}}},
    )

    assert base.who("metadata.a.b", "$is", "here") == ["both", "key", "path"]
    assert base.who("metadata.a.b", "$is", "there") == []
    assert base.who("metadata.a.b", "$is_unknown") == ["deep"]
    assert base.who("metadata.a.b.c", "$is", 1) == ["deep"]
    assert written(base, "metadata.a.b") == ["here", "here", "here", None]


def test_a_dotted_key_of_another_kind_hides_the_path_from_filters(base):
    base.json({"source_id": "a", "metadata": {"a": {"b": 1}}})
    run = base.json({"source_id": "a", "metadata": {"a.b": "text"}})

    assert run.misfits == {"metadata.a.b": 1}
    assert base.who("metadata.a.b", "$has_value") == []
    assert written(base, "metadata.a.b") == ["text"]


def test_keys_are_told_apart_by_case_dots_and_blanks(base):
    keys = {"color": "1", "Color": "2", "co lor": "3", "co.lor": "4", "": "5", "é": "6"}
    base.json({"source_id": "a", "metadata": keys})

    assert base.customer("a")["metadata"] == keys
    for key in (key for key in keys if key):
        assert base.who(f"metadata.{key}", "$is", keys[key]) == ["a"]


def test_system_fields_keep_the_kinds_of_their_rows(base):
    run = base.json(
        {"source_id": "a", "system_metadata": {"source": 5, "web_widget": {"widgets": "general"}}},
        {"source_id": "b", "system_metadata": {"source": "2020-01-01"}},
    )

    assert run.misfits == {}
    assert kind(base, "system_metadata.source") == ("string", False)
    assert kind(base, "system_metadata.web_widget.widgets") == ("string", True)
    assert base.who("system_metadata.source", "$starts_with", "2020") == ["b"]
    assert base.who("system_metadata.source", "$is", "5") == ["a"]
    assert base.who("system_metadata.web_widget.widgets", "$includes", "general") == ["a"]


def test_referred_customers_are_counted_from_the_others(base):
    base.csv(
        "Source_id,Referrer\nstar,\nfan,star\nfan 2,star\nself,self\nlost,nobody\nnone,\n"
        "quiet,fan\n"
    )
    base.csv("Id,Referrer\nno source,\n")

    assert base.who("loyalty.referred_customers", "$is", 2) == ["star"]
    assert base.who("loyalty.referred_customers", "$is", 1) == ["fan"]
    assert base.who("loyalty.referred_customers", "$less_than", 1) == sorted(
        ["fan 2", "self", "lost", "none", "quiet", base.column("id")[-1]]
    )
    assert len(base.who("loyalty.referred_customers", "$has_value")) == 8


def test_text_is_compared_in_nfc_and_goes_out_as_it_came(base):
    nfd, nfc = "Ame\u0301lie", "Am\u00e9lie"
    base.json(
        {"source_id": "a", "name": nfd, "metadata": {"tags": [nfd], "nick": nfd}},
        {"source_id": "b", "name": nfc, "metadata": {"tags": [nfc], "nick": nfc}},
    )

    for form in (nfd, nfc):
        assert base.who("name", "$is", form) == ["a", "b"]
        assert base.who("metadata.nick", "$contains", form[:4]) == ["a", "b"]
        assert base.who("metadata.tags", "$includes", form) == ["a", "b"]
    assert written(base, "name") == [nfd, nfc]
    assert written(base, "metadata.tags") == [nfd, nfc]
    assert base.customer("a")["name"] == nfd


@pytest.mark.parametrize("share", [0.0, 1.0], ids=["plain", "dictionary"])
def test_text_is_stored_as_codes_where_few_values_repeat(base, monkeypatch, share):
    monkeypatch.setattr(columns, "DICTIONARY_SHARE", share)
    base.csv("Source_id,Name\na,Ann\nb,Ann\nc,\n")
    column = base.workbench.profile().column(base.workbench.profile().catalogue.field("name"))

    assert isinstance(column.storage, Dictionary if share else Plain)


words = st.sampled_from(["", "a", "A", "ab", "é", "e\u0301", "ß", "STRASSE", "Straße", None])
tests = st.sampled_from(
    ["$is", "$is_not", "$in", "$not_in", "$starts_with", "$ends_with", "$contains", "$not_contain"]
)


@settings(max_examples=25)
@given(st.lists(words, min_size=1, max_size=8), st.lists(st.tuples(tests, words), max_size=5))
def test_codes_and_plain_text_answer_the_same(tmp_path_factory, values, asked):
    base = Base.new(tmp_path_factory.mktemp("base") / "workspace")
    base.json(*({"source_id": str(row), "name": name} for row, name in enumerate(values)))
    filters = [
        library.understood(
            base.workbench,
            {"name": {"conditions": {operator: [word or ""]}, "ignore_case": ignored}},
        )
        for operator, word in asked
        for ignored in (False, True)
    ]
    taken, clock = base.workbench.profile(), base.workbench.clock()
    answers = []
    for share in (0.0, 1.0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(columns, "DICTIONARY_SHARE", share)
            fresh = Profile(taken.snapshot, taken.customers, taken.activity, taken.inner)
            answers.append([fresh.matching(one, clock).to_list() for one in filters])
    base.close()

    assert answers[0] == answers[1]


def test_a_base_without_anybody_answers_everything(base):
    assert base.who("name", "$is_unknown") == []
    assert base.who("metadata.nobody", "$is", 1) == []
    assert base.answer({"loyalty.points": {"conditions": {"$is": [0]}}}).share == 0.0
    assert counts(base.csv("Source_id\na\n")) == (1, 0, 0, 0, 0)
