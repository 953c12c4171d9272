"""Settings of all tests."""

import os

from hypothesis import settings

# Whoever runs the tests may have measured rates; what is planned here is planned with the built-in ones.
os.environ["BITGRAPH_RATES"] = ""

# How long an example takes depends on what else the machine does.
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")
