"""Campaigns: named sets of vouchers from one template. Their vouchers name them and obey them."""

from engine.base.kinds import terms
from engine.base.kinds.column import Column
from engine.base.kinds.row import RecordKind
from engine.filters.kinds import NUMBER

KIND = RecordKind(
    "campaigns",
    "campaign",
    "camp_",
    (
        Column("id", "ID", "The campaign's id."),
        Column("name", "Name", "What its vouchers call it."),
        Column("description", "Description", "A remark."),
        Column("mode", "Mode", "AUTO_UPDATE, STATIC or STANDALONE, as it was said."),
        *terms.KIND_OF,
        terms.VALUE,
        *terms.CATEGORY,
        terms.LIMIT,
        *terms.TERMS,
        Column("code.pattern", "Code pattern", "How its codes look: each # is a drawn sign."),
        Column("code.length", "Code length", "How many signs are drawn where no pattern says.",
               NUMBER),
        Column("code.charset", "Code charset", "The signs that are drawn from."),
        Column("code.prefix", "Code prefix", "What its codes begin with."),
        Column("code.postfix", "Code postfix", "What its codes end with."),
        Column("personal_for", "Personal for", "The id of the segment whose members got a code "
               "each."),
        *terms.WRITTEN,
    ),
    shown=("name", "type", "active", "start_date", "expiration_date", "created_at", "id"),
    sort="-created_at",
    owned=False,
    searched=("name", "id"),
    needs={"name": "expected the Name of a campaign, got nothing"},
    told=lambda campaign, _money: f"Campaign {campaign['name']}",
)  # fmt: skip
