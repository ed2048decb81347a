"""Daily price bars: from Yahoo Finance and from files."""
