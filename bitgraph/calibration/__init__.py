"""The rates of this machine: measured once when asked for, kept in a file, read by the command line."""

from bitgraph.calibration.calibration import Calibration
from bitgraph.calibration.place import rates_file
from bitgraph.calibration.processor import processor_name
from bitgraph.calibration.reading import load_rates, read_calibration
from bitgraph.calibration.writing import prepare_place, write_calibration

__all__ = [
    "Calibration",
    "load_rates",
    "prepare_place",
    "processor_name",
    "rates_file",
    "read_calibration",
    "write_calibration",
]
