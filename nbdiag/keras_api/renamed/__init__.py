"""Names of Keras 1 and 2 that Keras 3 has elsewhere, or no longer, kept by hand.

In reading order: `arguments`, `functions` (methods, attributes, words, the backend), `paths`
(modules and what they held).
"""
