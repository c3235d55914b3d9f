"""Where all is kept: in memory alone, in an SQLite file, or in a PostgreSQL database that several instances share."""
