"""The first tables"""

import sqlalchemy as sa
from alembic import op

from service.store.types import Money, Packed, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("qbo_id", sa.String(), nullable=False),
        sa.Column("survivor", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", "entity", "qbo_id", name=op.f("pk_alias")),
    )
    op.create_table(
        "batch",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sync", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("body", Packed(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first_sent_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("intuit_tid", sa.String(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("company", "id", name=op.f("pk_batch")),
    )
    op.create_index(
        "ix_batch_state",
        "batch",
        ["company", "state"],
        unique=False,
        sqlite_where=sa.text("state IN ('sent', 'unknown')"),
        postgresql_where=sa.text("state IN ('sent', 'unknown')"),
    )
    op.create_table(
        "change",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("sync", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", "sequence", name=op.f("pk_change")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("signed_up_on", sa.Date(), nullable=False),
        sa.Column("accountant_console", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("feed_sequence", sa.BigInteger(), nullable=False),
        sa.Column("next_sync_at", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("changes_wait_since", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_index(
        "ix_company_next_sync_at",
        "company",
        ["next_sync_at"],
        unique=False,
        sqlite_where=sa.text("next_sync_at IS NOT NULL"),
        postgresql_where=sa.text("next_sync_at IS NOT NULL"),
    )
    op.create_table(
        "counterpart",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("qbo_id", sa.String(), nullable=False),
        sa.Column("sync_token", sa.BigInteger(), nullable=False),
        sa.Column("last_updated_at", UtcDateTime(), nullable=True),
        sa.Column("content", Packed(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("raw", Packed(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("inactive", sa.Boolean(), nullable=False),
        sa.Column("undecided", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=True),
        sa.Column("marker", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("amount", Money(), nullable=True),
        sa.Column("balance", Money(), nullable=True),
        sa.Column("unsupported", sa.Text(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.Column("instruction", sa.String(), nullable=True),
        sa.Column("observed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", "entity", "qbo_id", name=op.f("pk_counterpart")),
    )
    op.create_index(
        "ix_counterpart_code",
        "counterpart",
        ["company", "code"],
        unique=False,
        sqlite_where=sa.text("code IS NOT NULL"),
        postgresql_where=sa.text("code IS NOT NULL"),
    )
    op.create_index(
        "ix_counterpart_marker",
        "counterpart",
        ["company", "marker"],
        unique=False,
        sqlite_where=sa.text("marker IS NOT NULL"),
        postgresql_where=sa.text("marker IS NOT NULL"),
    )
    op.create_index(
        "ix_counterpart_match_key", "counterpart", ["company", "entity", "match_key"], unique=False
    )
    op.create_index(
        "ix_counterpart_undecided",
        "counterpart",
        ["company", "undecided", "entity", "level", "qbo_id"],
        unique=False,
        sqlite_where=sa.text("undecided = 1"),
        postgresql_where=sa.text("undecided"),
    )
    op.create_index(
        "ix_counterpart_waits_for",
        "counterpart",
        ["company", "waits_for"],
        unique=False,
        sqlite_where=sa.text("waits_for IS NOT NULL"),
        postgresql_where=sa.text("waits_for IS NOT NULL"),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("companies", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    op.create_table(
        "cursor",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", "entity", name=op.f("pk_cursor")),
    )
    op.create_table(
        "issue",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=True),
        sa.Column("quickbooks_id", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("company", "id", name=op.f("pk_issue")),
    )
    op.create_index("ix_issue_state", "issue", ["company", "state", "opened_at"], unique=False)
    op.create_index(
        "uq_issue_open",
        "issue",
        ["company", "kind", "subject", "code"],
        unique=True,
        sqlite_where=sa.text("state <> 'resolved' AND code <> 'conflict_settled'"),
        postgresql_where=sa.text("state <> 'resolved' AND code <> 'conflict_settled'"),
    )
    op.create_table(
        "lease",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_lease")),
    )
    op.create_table(
        "link",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("qbo_id", sa.String(), nullable=False),
        sa.Column("base", Packed(), nullable=False),
        sa.Column("base_hash", sa.String(), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", "kind", "record", name=op.f("pk_link")),
    )
    op.create_index("uq_link_qbo_id", "link", ["company", "entity", "qbo_id"], unique=True)
    op.create_table(
        "operation",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sync", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("qbo_id", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("expected_token", sa.BigInteger(), nullable=True),
        sa.Column("marker", sa.String(), nullable=True),
        sa.Column("wanted", Packed(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("held_fields", sa.Text(), nullable=False),
        sa.Column("body", Packed(), nullable=True),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", Packed(), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("intuit_tid", sa.String(), nullable=True),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("company", "id", name=op.f("pk_operation")),
    )
    op.create_index("ix_operation_batch", "operation", ["company", "batch"], unique=False)
    op.create_index("ix_operation_record", "operation", ["company", "kind", "record"], unique=False)
    op.create_index(
        "ix_operation_state",
        "operation",
        ["company", "state"],
        unique=False,
        sqlite_where=sa.text("state IN ('planned', 'sent', 'unknown')"),
        postgresql_where=sa.text("state IN ('planned', 'sent', 'unknown')"),
    )
    op.create_index(
        "uq_operation_open",
        "operation",
        ["company", "kind", "record"],
        unique=True,
        sqlite_where=sa.text("state IN ('planned', 'sent', 'unknown')"),
        postgresql_where=sa.text("state IN ('planned', 'sent', 'unknown')"),
    )
    op.create_table(
        "outcome",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("sync", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=True),
        sa.Column("quickbooks_id", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("fix", sa.Text(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", "sync", "sequence", name=op.f("pk_outcome")),
    )
    op.create_index("ix_outcome_record", "outcome", ["company", "kind", "record"], unique=False)
    op.create_table(
        "record",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("caller_revision", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("undecided", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("amount", Money(), nullable=True),
        sa.Column("balance", Money(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("quickbooks_balance", Money(), nullable=True),
        sa.Column("match_key", sa.Text(), nullable=True),
        sa.Column("marker", sa.String(), nullable=False),
        sa.Column("sync_state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.Column("instruction", sa.String(), nullable=True),
        sa.Column("synced_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", "kind", "id", name=op.f("pk_record")),
    )
    op.create_index(
        "ix_record_code",
        "record",
        ["company", "code"],
        unique=False,
        sqlite_where=sa.text("code IS NOT NULL"),
        postgresql_where=sa.text("code IS NOT NULL"),
    )
    op.create_index("ix_record_marker", "record", ["company", "marker"], unique=False)
    op.create_index("ix_record_match_key", "record", ["company", "kind", "match_key"], unique=False)
    op.create_index(
        "ix_record_undecided",
        "record",
        ["company", "undecided", "kind", "level", "id"],
        unique=False,
        sqlite_where=sa.text("undecided = 1"),
        postgresql_where=sa.text("undecided"),
    )
    op.create_index("ix_record_updated_at", "record", ["company", "kind", "updated_at"], unique=False)
    op.create_index(
        "ix_record_waits_for",
        "record",
        ["company", "waits_for"],
        unique=False,
        sqlite_where=sa.text("waits_for IS NOT NULL"),
        postgresql_where=sa.text("waits_for IS NOT NULL"),
    )
    op.create_table(
        "sync",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("preview", sa.Boolean(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("eta_seconds", sa.Integer(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("writes", sa.Integer(), nullable=False),
        sa.Column("batches", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("company", "id", name=op.f("pk_sync")),
    )
    op.create_index("ix_sync_history", "sync", ["company", "requested_at"], unique=False)
    op.create_index(
        "ix_sync_waiting",
        "sync",
        ["state", "requested_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_index(
        "uq_sync_queued",
        "sync",
        ["company"],
        unique=True,
        sqlite_where=sa.text("state = 'queued' AND NOT preview"),
        postgresql_where=sa.text("state = 'queued' AND NOT preview"),
    )
    op.create_index(
        "uq_sync_running",
        "sync",
        ["company"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "usage",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("reads", sa.BigInteger(), nullable=False),
        sa.Column("writes", sa.BigInteger(), nullable=False),
        sa.Column("batches", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company", "month", name=op.f("pk_usage")),
    )
    op.create_table(
        "webhook_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", Packed(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_event")),
    )
    op.create_index(
        "ix_webhook_event_waiting",
        "webhook_event",
        ["received_at"],
        unique=False,
        sqlite_where=sa.text("handled_at IS NULL"),
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    op.create_table(
        "connection",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("realm_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("tokens", sa.LargeBinary(), nullable=True),
        sa.Column("access_expires_at", UtcDateTime(), nullable=True),
        sa.Column("refresh_expires_at", UtcDateTime(), nullable=True),
        sa.Column("paused_until", UtcDateTime(), nullable=True),
        sa.Column("connected_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company"], ["company.id"], name=op.f("fk_connection_company_company")),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_connection")),
    )
    op.create_index(
        "uq_connection_realm",
        "connection",
        ["realm_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'disconnected'"),
        postgresql_where=sa.text("state <> 'disconnected'"),
    )
    op.create_table(
        "facts",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("realm_id", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["company"], ["company.id"], name=op.f("fk_facts_company_company")),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_facts")),
    )
    op.create_table(
        "oauth_state",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("return_to", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["company"], ["company.id"], name=op.f("fk_oauth_state_company_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_state")),
    )
    op.create_table(
        "preferences",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company"], ["company.id"], name=op.f("fk_preferences_company_company")),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_preferences")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: data that a newer schema holds would be lost")
