import pathlib

import pytest
from small_net import small_artifacts


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return small_artifacts(tmp_path_factory.mktemp("small"))
