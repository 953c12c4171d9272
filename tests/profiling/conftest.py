import pathlib

import pytest
from profiles import relu_profile
from small_net import small_artifacts

from bitgraph.profiling import Profile


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return small_artifacts(tmp_path_factory.mktemp("small"))


@pytest.fixture
def profile() -> Profile:
    return relu_profile(0.9)
