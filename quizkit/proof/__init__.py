"""Bank -> Verdicts: plan what to run (pure), run it, judge what happened (pure).

Read `plan`; then `case`, `standing`, `judge`; then `prove` (runs planned probes through cache and sandbox) and
`verify` (a whole bank, as events). `cache` holds evidence and saves runs; `lock` holds what was proved and is only
ever shown or compared.
"""
