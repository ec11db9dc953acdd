"""What the suite claims, and what it judges by: rules, scenarios, steps, evidence."""
