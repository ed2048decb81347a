"""Article pages: bytes to title, author, date and body."""
