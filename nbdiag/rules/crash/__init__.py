"""Rules about cells that fail (8xx): what Keras refused, and what met what."""
