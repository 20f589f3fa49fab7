"""An embedded mailbox (IMAP and SMTP on loopback) and sample mails, so that anyone can watch mailbot at work."""
