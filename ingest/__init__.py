"""The world -> entries, pages and price bars.

This package reads feeds, files, pages and price histories and hands back the plain records of
`ingest.records`. It knows no database, no model and no other package of the project.
"""
