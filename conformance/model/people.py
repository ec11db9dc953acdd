"""The people in scenarios."""

NAMES = {
    1001: ("Åsa", "O'Neill"),
    1002: ("José", "García & Söhne"),
    1003: ("ليلى", "حداد"),
    1004: ("Zoë", "Ng"),
    1005: ("Bo", "<Null>"),
}
"""Names that show when an exporter escapes or encodes badly."""
