"""Black-box tests of reading files: every input is real bytes."""
