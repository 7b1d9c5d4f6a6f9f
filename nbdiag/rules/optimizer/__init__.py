"""Rules about the optimizer, its rate, the batches and the epochs (2xx)."""
