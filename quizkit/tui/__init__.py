"""The full-screen face: screens over the same sessions that `plain` plays. Only this room imports Textual.

Invariant: a screen shows nouns and posts what the learner wants; it plans nothing, proves nothing and stores nothing.
Whatever takes long runs beside the screen, can be seen to run, and can be stopped.
"""
