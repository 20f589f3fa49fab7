"""Mail servers for tests, each a context manager on a free loopback port: NetEase's manners, Debian's Dovecot, pymap, an SMTP sink."""
