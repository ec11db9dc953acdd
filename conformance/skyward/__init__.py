"""Items and scores of a course as they show in evidence: entered, sent, answered, shown, stored."""
