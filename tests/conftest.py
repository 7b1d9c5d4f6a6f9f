"""Settings for every test; being in the package `tests` puts the project's root on the path."""

import hypothesis

hypothesis.settings.register_profile("nbdiag", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("nbdiag")
