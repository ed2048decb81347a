"""Faults: commands that are killed, starved, locked out and lied to, and then run again.

``python -m bench.faults`` draws runs from a seed: a world, a command that writes, a fault and its
moment. After the fault the command is run again, and the database must be that of a world whom
nobody disturbed: no row lost, none doubled, sound, sealed; every exit code and every line on
standard error must be honest. ``docs/faults.md`` tells what is tried and what holds.
"""
