"""Five accounts of the grades of a section: entered, sent, answered, shown and stored."""
