"""Rules plus a driver give evidence, and evidence gives verdicts; nothing here knows pytest."""
