"""Reads config.yaml and rules/ into values, and tells a clerk every slip at once, with file, line and what to write instead."""
