"""The staff's page: HTTP around the desk; it asks and acts through `mailbot.desk` only."""
