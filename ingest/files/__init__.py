"""Files of dated items: CSV, JSONL and Parquet, and their rows as entries."""
