"""How a company stands as a whole: what the sync icon shows, in a few indexed reads."""

import datetime as dt

from msgspec import Struct
from sqlalchemy import Connection, bindparam, case, exists, func, select, union_all

from service.store.tables import Counterpart, Issue, Record, Sync, table_of

_R = table_of(Record)
_C = table_of(Counterpart)
_I = table_of(Issue)
_S = table_of(Sync)

_CURRENT = (
    select(_S.c.id, _S.c.state, _S.c.percent)
    .where(
        _S.c.company == bindparam("of_company"),
        _S.c.state.in_(("running", "queued")),
        _S.c.preview.is_(False),
    )
    .order_by(case((_S.c.state == "running", 0), else_=1), _S.c.requested_at)
    .limit(1)
)
_LAST = (
    select(_S.c.id, _S.c.state, _S.c.finished_at)
    .where(
        _S.c.company == bindparam("of_company"),
        _S.c.finished_at.is_not(None),
        _S.c.preview.is_(False),
    )
    .order_by(_S.c.requested_at.desc())
    .limit(1)
)
_OPEN_ISSUES = (
    select(func.count()).select_from(_I).where(_I.c.company == bindparam("of_company"), _I.c.state == "open")
)
_CODES = union_all(
    *(
        select(table.c.code.label("code"), func.count().label("number"))
        .where(table.c.company == bindparam("of_company"), table.c.code.is_not(None))
        .group_by(table.c.code)
        for table in (_R, _C)
    )
)
_UNDECIDED = select(
    exists(select(_R.c.id).where(_R.c.company == bindparam("of_company"), _R.c.undecided)).label("record"),
    exists(select(_C.c.qbo_id).where(_C.c.company == bindparam("of_company"), _C.c.undecided)).label(
        "counterpart"
    ),
)


class CurrentSync(Struct, frozen=True):
    """The sync that runs or waits."""

    id: str
    state: str
    percent: int


class LastSync(Struct, frozen=True):
    """The sync that ended last."""

    id: str
    state: str
    finished_at: dt.datetime


class Standing(Struct, frozen=True, kw_only=True):
    """What is going on, and the standing numbers by code."""

    current: CurrentSync | None
    last: LastSync | None
    open_issues: int
    codes: dict[str, int]
    undecided: bool


def standing(connection: Connection, company: str) -> Standing:
    """Return how the company's sync stands."""
    binds = {"of_company": company}
    current = connection.execute(_CURRENT, binds).one_or_none()
    last = connection.execute(_LAST, binds).one_or_none()
    codes: dict[str, int] = {}
    for row in connection.execute(_CODES, binds):
        codes[row.code] = codes.get(row.code, 0) + row.number
    undecided = connection.execute(_UNDECIDED, binds).one()
    return Standing(
        current=CurrentSync(*current) if current else None,
        last=LastSync(*last) if last else None,
        open_issues=connection.execute(_OPEN_ISSUES, binds).scalar_one(),
        codes=dict(sorted(codes.items())),
        undecided=bool(undecided.record or undecided.counterpart),
    )
