"""Rules about what the curves show (3xx): symptoms, each to be tied to a cause."""
