"""Layers: read what comes in, judge it without changing it, keep every vintage."""
