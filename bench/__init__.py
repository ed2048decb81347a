"""Benchmarks. ``python -m bench`` runs them, ``python -m bench NAME`` one of them.

A benchmark is a module of three names:

- ``run(folder, **sizes) -> dict`` measures. ``folder`` is empty and its own; news that several
  benchmarks read lie beside it (``made.scored_news``). The figures are whatever JSON can hold; one
  that could not be measured is left out, and ``{"skipped": REASON}`` stands for all of them.
- ``ROWS`` (``rows.Row``) says which of the figures belong into the table, with peer and bar.
- ``SMOKE`` are the sizes at which the test suite runs it, within a second or two.

``run`` is called in a process of its own, whose standard output is the benchmark's to use.
"""
