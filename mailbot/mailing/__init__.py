"""The mailing room: reads the inbox by IMAP and changes nothing there, composes letters, and hands them over by SMTP."""
