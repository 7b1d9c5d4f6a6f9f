"""How the text makes the data.

In reading order:

- ``meanings``: the values of names, followed from place to place
- ``pipelines``: the steps of a data set's pipeline
- ``pairs``: data sets that are zipped after each was shuffled separately
- ``scalers``: scalers that are fitted on both sides of a split
- ``finite_lines``: lines that fill inputs, or drop samples, whose numbers are not finite
- ``passes``: labels and predictions of two passes over a data set
- ``augmentation``: whether the text augments the validation data
- ``shuffles``: which arrays the text shuffles by themselves
- ``splits``: which names the cells split into themselves
"""
