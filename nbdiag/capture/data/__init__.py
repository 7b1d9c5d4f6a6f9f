"""What is known of the data, measured without reading them twice.

In reading order:

- ``arrays_of_fit``: what is trained on and what is validated on
- ``arrays``: statistics of arrays
- ``moments``: mean and deviation in blocks
- ``baseline``: the loss of always predicting the same value
- ``split``: what both sides of the split share
- ``near_duplicates``: validation samples that are nearly a training sample
- ``stream``: data that come as a stream
- ``iterator_proxy``: the batches as they pass
- ``seen_samples``: what has passed, kept for a trial
- ``tfdata_peek``: a pipeline seen through a copy of it
"""
