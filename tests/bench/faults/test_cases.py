"""The sequence of runs: the same for a seed, and whole."""

from __future__ import annotations

from bench.faults.cases import FAULTS, a_round, fits, some, variants
from bench.faults.commands import COMMANDS


def test_a_seed_gives_one_sequence_of_any_length() -> None:
    assert some(7, 40) == some(7, 200)[:40]
    assert some(7, 40) != some(8, 40)


def test_in_a_round_every_command_meets_every_fault_that_fits() -> None:
    pairs = {(name, fault) for name in COMMANDS for fault in FAULTS if fits(name, fault)}
    first = [(case.command, case.fault) for case in some(3, len(a_round()))]
    assert len(first) <= 300
    assert set(first) == pairs
    assert sorted(first) == sorted(a_round())


def test_every_variant_of_every_fault_is_drawn() -> None:
    drawn = {(case.fault, case.variant) for case in some(20260105, 300)}
    assert drawn == {(fault, variant) for fault in FAULTS for variant in FAULTS[fault]}


def test_a_case_fits_its_command() -> None:
    for case in some(1, 400):
        command = COMMANDS[case.command]
        assert case.variant in variants(case.command, case.fault)
        assert case.world in command.worlds or case.world == "fed"
        assert case.fault != "network" or command.polls
        assert 0 <= case.moment <= 1
