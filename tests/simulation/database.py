"""The database of a simulated world: its clock is the world's, and triggers note every version of everything.

Nothing depends on what the engine says of itself. SQLite in memory for speed; PostgreSQL to see that the
same holds there.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import StaticPool

from service.store.engine import in_transaction, sqlite_engine
from service.store.tables import METADATA
from service.store.types import utc_text

Now = Callable[[], dt.datetime]

_NOTE = "INSERT INTO sim_log (company, what, kind, id, number, text, flag) VALUES"
_CHANGED = "OLD.document <> NEW.document OR OLD.archived <> NEW.archived OR OLD.revision <> NEW.revision"
_SQLITE = f"""
CREATE TABLE sim_log (
  n INTEGER PRIMARY KEY, company TEXT, what TEXT, kind TEXT, id TEXT, number TEXT, text, flag);
CREATE TRIGGER sim_record_new AFTER INSERT ON record BEGIN
  {_NOTE} (NEW.company, 'record', NEW.kind, NEW.id, NEW.revision, NEW.document, NEW.archived); END;
CREATE TRIGGER sim_record_changed AFTER UPDATE ON record WHEN {_CHANGED} BEGIN
  {_NOTE} (NEW.company, 'record', NEW.kind, NEW.id, NEW.revision, NEW.document, NEW.archived); END;
CREATE TRIGGER sim_link_new AFTER INSERT ON link BEGIN
  {_NOTE} (NEW.company, 'link', NEW.kind, NEW.record, NEW.qbo_id, NEW.base, NULL); END;
CREATE TRIGGER sim_link_moved AFTER UPDATE ON link
  WHEN OLD.base <> NEW.base OR OLD.qbo_id <> NEW.qbo_id BEGIN
  {_NOTE} (NEW.company, 'base', NEW.kind, NEW.record, NEW.qbo_id, NEW.base, NULL); END;
CREATE TRIGGER sim_link_cut AFTER DELETE ON link BEGIN
  {_NOTE} (OLD.company, 'cut', OLD.kind, OLD.record, OLD.qbo_id, NULL, NULL); END;
"""
_POSTGRES = (
    "CREATE SCHEMA sim",
    "CREATE FUNCTION sim.clock_timestamp() RETURNS timestamptz LANGUAGE sql"
    " AS $$ SELECT current_setting('sim.now')::timestamptz $$",
    "CREATE TABLE sim_log (n BIGSERIAL PRIMARY KEY, company TEXT, what TEXT, kind TEXT, id TEXT,"
    " number TEXT, text BYTEA, flag BOOLEAN)",
    f"""CREATE FUNCTION sim_record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' THEN IF NOT ({_CHANGED}) THEN RETURN NULL; END IF; END IF;
    {_NOTE} (NEW.company, 'record', NEW.kind, NEW.id, NEW.revision, convert_to(NEW.document, 'UTF8'),
      NEW.archived);
    RETURN NULL; END $$""",
    f"""CREATE FUNCTION sim_link() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN
      {_NOTE} (OLD.company, 'cut', OLD.kind, OLD.record, OLD.qbo_id, NULL, NULL);
    ELSIF TG_OP = 'INSERT' THEN
      {_NOTE} (NEW.company, 'link', NEW.kind, NEW.record, NEW.qbo_id, NEW.base, NULL);
    ELSIF OLD.base <> NEW.base OR OLD.qbo_id <> NEW.qbo_id THEN
      {_NOTE} (NEW.company, 'base', NEW.kind, NEW.record, NEW.qbo_id, NEW.base, NULL);
    END IF; RETURN NULL; END $$""",
    "CREATE TRIGGER sim_record AFTER INSERT OR UPDATE ON record FOR EACH ROW EXECUTE FUNCTION sim_record()",
    "CREATE TRIGGER sim_link AFTER INSERT OR UPDATE OR DELETE ON link"
    " FOR EACH ROW EXECUTE FUNCTION sim_link()",
)


class Database(Protocol):
    """What a world needs of its database."""

    engine: Engine

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a question in plain SQL, `?` for each parameter."""
        ...

    def begin(self, now: Now) -> None:
        """Empty it and give it this clock."""
        ...


class SqliteDatabase:
    """SQLite in memory."""

    def __init__(self) -> None:
        self._now: Now = _no_clock
        self.engine = sqlite_engine("sqlite://", now=self._present, inline=True)
        METADATA.create_all(self.engine)
        self._raw: Any = self.engine.raw_connection().driver_connection
        self._raw.executescript(_SQLITE)

    def _present(self) -> dt.datetime:
        return self._now()

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a question on the bare connection."""
        found: list[tuple[Any, ...]] = self._raw.execute(statement, parameters).fetchall()
        return found

    def begin(self, now: Now) -> None:
        """Empty it and give it this clock."""
        self._now = now
        in_transaction(self.engine, _wipe)


class PostgresDatabase:
    """A PostgreSQL with all tables, through a driver that needs no event loop."""

    def __init__(self, url: str) -> None:
        self._now: Now = _no_clock
        self.engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=StaticPool)

        @event.listens_for(self.engine, "connect")
        def _connected(connection: Any, _: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET search_path = sim, public, pg_catalog; SET timezone = 'UTC'")
            connection.commit()

        @event.listens_for(self.engine, "begin")
        def _began(connection: Connection) -> None:
            if self._now is not _no_clock:
                now = utc_text(self._now())
                connection.exec_driver_sql("SELECT set_config('sim.now', %s, true)", (now,))

        with self.engine.begin() as connection:
            for statement in _POSTGRES:
                connection.exec_driver_sql(statement)

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a question in a transaction of its own."""
        with self.engine.begin() as connection:
            found = connection.exec_driver_sql(statement.replace("?", "%s"), tuple(parameters))
            return [tuple(row) for row in found]

    def begin(self, now: Now) -> None:
        """Empty it and give it this clock."""
        self._now = now
        in_transaction(self.engine, _wipe)


def _no_clock() -> dt.datetime:
    raise AssertionError("no world has begun yet")


def _wipe(connection: Connection) -> None:
    for table in reversed(METADATA.sorted_tables):
        connection.execute(text(f'DELETE FROM "{table.name}"'))  # noqa: S608 - our own tables' names
    connection.execute(text("DELETE FROM sim_log"))
