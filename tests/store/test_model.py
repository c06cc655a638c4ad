"""The law of imports: any sequence of files leaves what a plain dict model of the rules says."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.store.check import faults
from tests.bases import NOW, Base, counts
from tests.strategies import examples

TYPES = {str: "string", int: "number", bool: "boolean"}
IDS = ["i", "j", "k"]
FIELDS = ("name", "email", "updated_at")
STAMPS = ["2020-01-01T00:00:00+00:00", "2021-01-01T00:00:00+00:00"]

texts = st.sampled_from(["x", "y", None])
leaves = st.sampled_from([1, 2, "t", "2", True, None])
objects = st.dictionaries(st.sampled_from(["p", "q"]), leaves, min_size=1, max_size=2)
metadata = st.none() | st.dictionaries(st.sampled_from(["k", "l"]), leaves | objects, max_size=2)
records = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(IDS),
        "source_id": st.sampled_from(["a", "b", "c", "d"]),
        "name": texts,
        "email": texts,
        "updated_at": st.sampled_from([*STAMPS, None]),
        "metadata": metadata,
    },
)
files = st.lists(records, min_size=1, max_size=5)


class Model:
    """The rules again, on dicts: one customer is {field: value}, a metadata leaf {path: value}."""

    def __init__(self):
        self.living = []
        self.kinds = {}  # metadata path -> its settled type

    def bring(self, file, now):
        """The receipt's counts."""
        rejected, rows = self.identified(file)
        folded = {}
        for key, row in rows:
            folded.setdefault(key, {}).update(self.units(row, rows))
        kinds = self.settled(file)
        before = [dict(one) for one in self.living]
        tally = Counter(rejected=rejected, repeated=len(rows) - len(folded))
        for key, units in folded.items():
            tally[self.write(key, units, kinds, now)] += 1
        if self.living != before:
            self.kinds = kinds
        return tuple(
            tally[name] for name in ("created", "updated", "unchanged", "repeated", "rejected")
        )

    def identified(self, file):
        """How many rows are rejected, and the others with the key of their customer."""
        by_id = {one["id"]: one for one in self.living}
        owner = {one["source_id"]: one["id"] for one in self.living if one.get("source_id")}
        good, source_of, id_of = [], {}, {}
        for row in file:
            key, source = row.get("id"), row.get("source_id")
            stored = by_id.get(key, {}).get("source_id")
            fits = key or source
            fits = fits and not (source and stored and stored != source)
            fits = fits and not (key and owner.get(source, key) != key)
            if key and source and fits:
                fits = source_of.get(key, source) == source and id_of.get(source, key) == key
                if fits:
                    source_of[key], id_of[source] = source, key
            if fits:
                good.append(row)
        ids = {**id_of, **owner}
        keyed = [
            (row.get("id") or ids.get(row["source_id"], row["source_id"]), row) for row in good
        ]
        return len(file) - len(good), keyed

    def units(self, row, rows):
        """What the row says: field or outermost metadata key -> its new value or leaves."""
        said = {name: row[name] for name in FIELDS if name in row}
        said |= {"source_id": row["source_id"]} if "source_id" in row else {}
        if row.get("metadata", {}) is None:
            stored = {path[0] for one in self.living for path in one if isinstance(path, tuple)}
            brought = {key for _, other in rows for key in other.get("metadata") or {}}
            return said | {(key,): {} for key in stored | brought}
        for key, value in row.get("metadata", {}).items():
            inner = value.items() if isinstance(value, dict) else [((), value)]
            said[key,] = {(key, *name): leaf for name, leaf in inner if leaf is not None}
        return said

    def settled(self, rows):
        """The type of each path: what it was, or the one that fits every value of the file."""
        found = {}
        for row in rows:
            for key, value in (row.get("metadata") or {}).items():
                inner = value.items() if isinstance(value, dict) else [((), value)]
                for name, leaf in inner:
                    if leaf is not None:
                        found.setdefault((key, *name), set()).add(type(leaf))
        fits = {path: kinds.pop() if len(kinds) == 1 else str for path, kinds in found.items()}
        return fits | self.kinds

    def write(self, key, units, kinds, now):
        """Merges one customer; gives what became of it."""
        known = next((one for one in self.living if one["id"] == key), None)
        merged = dict(known or {"id": key, "created_at": now})
        for unit, value in units.items():
            if isinstance(unit, tuple):
                merged = {path: old for path, old in merged.items() if path[:1] != unit}
                value = {path: printed(leaf, kinds[path]) for path, leaf in value.items()}
                merged |= value
            else:
                merged[unit] = value
        merged = {path: value for path, value in merged.items() if value is not None}
        if known is None:
            self.living.append(merged)
            return "created"
        if merged == known:
            return "unchanged"
        if merged.get("updated_at") == known.get("updated_at"):
            merged["updated_at"] = now
        known.clear()
        known.update(merged)
        return "updated"


def printed(leaf, kind):
    """As it is kept, with its type: a key of texts takes everything as text, others what came."""
    if kind is str and not isinstance(leaf, str):
        leaf = str(leaf).lower()
    return TYPES[type(leaf)], leaf


def stored(base):
    """The living customers in the shape of the model."""
    profile = base.workbench.profile()
    found = []
    for row in profile.customers.to_dicts():
        one = {name: row[name] for name in ("id", "source_id", "created_at", *FIELDS)}
        kept = [c for c in profile.snapshot.columns if row[c.column] is not None]
        assert len(kept) == len({column.path for column in kept})
        one |= {column.path: (column.kind, row[column.column]) for column in kept}
        found.append({path: plain(value) for path, value in one.items() if value is not None})
    return found


def plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def anonymous(customers):
    """Without the ids that were not the file's, in the order of the records."""
    return [{**one, "id": one["id"] if one["id"] in IDS else None} for one in customers]


@settings(max_examples=examples(6, fuzzed=400))
@given(st.lists(files, min_size=1, max_size=4))
def test_any_sequence_of_files_leaves_what_the_rules_say(sequence):
    with TemporaryDirectory() as folder:
        base, model = Base.new(Path(folder) / "workspace"), Model()
        for place, file in enumerate(sequence):
            base.now = NOW + timedelta(minutes=place)
            expected = model.bring(file, base.now.isoformat())
            run = base.json(*file)

            assert expected == counts(run)
            assert anonymous(model.living) == anonymous(stored(base))
            assert faults(base.workbench.store) == []
        base.close()
