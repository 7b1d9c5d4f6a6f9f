"""Rules about what running cells again does (7xx)."""
