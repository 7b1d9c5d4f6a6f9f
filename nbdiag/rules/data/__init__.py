"""Rules about inputs, targets and the split (4xx)."""
