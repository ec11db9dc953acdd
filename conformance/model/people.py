"""The people that scenarios are about."""

NAMES = {
    1001: ("Åsa", "O'Neill"),
    1002: ("José", "García & Söhne"),
    1003: ("ليلى", "حداد"),
    1004: ("Zoë", "Ng"),
    1005: ("Bo", "<Null>"),
}
"""People whose names go wrong where something is escaped badly."""
