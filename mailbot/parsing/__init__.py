"""Bytes in, facts out: reads one raw mail and everything packed in it; no network, no database, no clock."""
