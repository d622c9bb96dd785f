"""Studying: sessions, history, schedule, strength. No terminal, no torch; entries come from `proof.serve` alone.

Read `rules` (what each mode allows), `session` (the state machine), `selection` (what a session asks), `study` (a
session whose every step is committed: what the faces hold), `history` (where it is kept), and of what follows from
it `result`, `strength`, `schedule` and `recommend`.
"""
