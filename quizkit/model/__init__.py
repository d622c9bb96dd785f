"""The nouns of quizkit: frozen, validated, documented. No IO, no torch, no terminal.

Read `item` (what authors write), `bank` (everything loaded), `probe` (one planned execution), `evidence` (what
happened), `verdict` (what the judge concludes) and `event` (what a verification tells as it goes).
"""
