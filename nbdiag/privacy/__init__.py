"""What a report may contain of the user's data, and what it masks when it is saved.

- ``settings``: texts that are settings of Keras, which are kept as they are
- ``secrets``: find passwords, keys and tokens in code and in messages
- ``masking``: mask them in a report
"""
