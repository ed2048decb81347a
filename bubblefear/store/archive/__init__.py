"""Old months in Parquet files beside the database, and both read together.

``ledger`` knows what lies there, ``choosing`` what may go, ``parquet`` writes and reads a file,
``moving`` and ``restoring`` carry rows over, ``reading`` asks DuckDB, ``leftovers`` clears up after
a kill. An entry with all its rows is in exactly one place (docs/adr/0025).
"""
