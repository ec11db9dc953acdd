"""The OneRoster 1.2 provider, with the rules of the Skyward write-back."""
