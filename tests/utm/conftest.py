"""The PostgreSQL server that instances share."""

from __future__ import annotations

from postgresql_server import postgresql_address, postgresql_programs, postgresql_server, stopped_server

__all__ = ("postgresql_address", "postgresql_programs", "postgresql_server", "stopped_server")
