"""What is installed here, and whether it can be used."""

from bitgraph.doctor.calibrate import calibrate
from bitgraph.doctor.examine import Examination, examine

__all__ = ["Examination", "calibrate", "examine"]
