"""The tables, by area. Whoever has one of them has all: what is derived from the metadata must not miss a table."""

from __future__ import annotations

from actionlearn.store.tables import coaching, groups, outbound, retention, schema

__all__ = ["coaching", "groups", "outbound", "retention", "schema"]
