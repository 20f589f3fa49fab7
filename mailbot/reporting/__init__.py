"""The room that shows: the receipt table as a workbook and in the terminal; it knows no database, only the values it is given."""
