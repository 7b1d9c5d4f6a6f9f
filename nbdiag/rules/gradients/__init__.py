"""Rules about gradients, activations and updates (6xx): symptoms."""
