"""What mailbot costs: measured by hand, never inside a test, and only compared within one run (README.md)."""
