"""`mailbot` and `python -m mailbot`: the door for operator and staff."""

from mailbot.cli import main

if __name__ == "__main__":
    main()
