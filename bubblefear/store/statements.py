"""What each migration runs, in one place: the migrations and the page of the schema read it."""

from __future__ import annotations

from typing import Final

from bubblefear.store import (
    alert_tables,
    archive_tables,
    audit_tables,
    backfill_tables,
    claim_tables,
    identity_tables,
    index_tables,
    lab_tables,
    labelling_tables,
    polling_tables,
    schema,
    story_tables,
    views,
)

FIRST: Final = (*schema.TABLES, *schema.INDICES, views.ARTICLE_SCORES)
SECOND: Final = (
    *index_tables.TABLES,
    *audit_tables.TABLES,
    *alert_tables.TABLES,
    *index_tables.TRIGGERS,
)
THIRD: Final = lab_tables.TABLES
FOURTH: Final = (
    *polling_tables.TABLES,
    *identity_tables.TABLES,
    *story_tables.TABLES,
    *backfill_tables.TABLES,
    *identity_tables.INDICES,
    *backfill_tables.INDICES,
)
FIFTH: Final = (
    *labelling_tables.TABLES,
    *claim_tables.TABLES,
    *labelling_tables.TRIGGERS,
)
SIXTH: Final = (
    *archive_tables.TABLES,
    *archive_tables.REBUILDING,
    *archive_tables.INDICES,
)
