"""Items and scores of a course as evidence shows them: entered, sent, answered, shown, stored."""
