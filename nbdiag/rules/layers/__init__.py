"""Rules about the layers between input and head (5xx)."""
