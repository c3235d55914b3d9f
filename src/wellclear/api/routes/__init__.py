"""The routes of the HTTP interface for officers."""
