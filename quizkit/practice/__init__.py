"""Studying: sessions, history, schedule, strength. No terminal, no torch; entries come from `proof.serve` alone.

Read `rules` (what each mode allows), `state` (a session at one moment), `session` (the machine that leads from one to
the next), `selection` (what a session asks), `study` (a session whose every step is committed: what the faces hold),
`history` (where it is kept), and of what follows from it `result`, `strength`, `schedule` and `overview`.
"""
