"""Widgets: data in, messages out."""
