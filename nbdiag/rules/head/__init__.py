"""Rules about output, loss, metrics and labels (1xx): whether they speak of the same thing."""
