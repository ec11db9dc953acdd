"""Cases of a flow with the rules that each breaks, as tables."""
