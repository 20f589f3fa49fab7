"""mailbot: an office's inbox that files, records and answers what many units send."""

__version__ = "0.1.0"
