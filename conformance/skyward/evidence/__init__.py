"""Five accounts of the items and scores of a course: entered, sent, answered, shown and stored."""
