"""Probe -> Evidence: one fresh, confined process per probe.

Start at `start`. The parent's side is here: the `pool`s, what they launch, and `assemble`, which turns what came back
into evidence. `child` is what runs in the processes below, `confine` what they take away from themselves, `selftest`
the hostile programs that all of it must withstand. This module is imported on both sides, so it imports nothing.
"""
