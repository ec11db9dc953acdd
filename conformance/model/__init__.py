"""The values of the suite: rules, scenarios, steps, evidence, and what a dialect is."""
