"""Screens: one a file, each a view of what a session or a proof says."""
