"""What staff may ask and do: documents, table, decisions, outbox, rehearsal; the other use case beside the road."""
