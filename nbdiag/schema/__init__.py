"""What is known: the frozen values that flow through nbdiag, and their JSON form.

Nothing here knows Keras, a notebook or a widget. Everything can be written to JSON and read
back unchanged, so a run is recorded once and can be judged again for ever.
"""
