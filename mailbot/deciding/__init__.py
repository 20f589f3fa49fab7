"""Facts and rules become decisions: pure functions, nothing read, nothing written."""
