"""Commands for those who work on mailbot itself; nothing here is installed with it."""
