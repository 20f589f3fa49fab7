"""What those who keep mailbot running need: doctor, backup, purge, alarms, a page for monitors, the log, and taking over changed files."""
