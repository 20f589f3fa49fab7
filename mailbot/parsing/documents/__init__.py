"""One module for each family of documents; `mailbot.parsing.document` chooses among them."""
