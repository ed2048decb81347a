"""Old months in Parquet files beside the database, and both read together.

``ledger`` knows what lies there, ``choosing`` what may go, ``parquet`` writes and reads a file,
``moving`` carries rows over and back, ``reading`` asks DuckDB, ``rows`` answers what SQLite is
asked by row, ``leftovers`` clears up after a kill, ``checking`` looks whether all is whole. An
entry with all its rows is in exactly one place (docs/adr/0025).
"""
