"""A labelled corpus of mails: a seeded generator, what a careful clerk would decide beside each mail, and the measuring."""
