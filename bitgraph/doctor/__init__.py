"""What is installed here, and whether it can be used."""

from bitgraph.doctor.calibrate import calibrate
from bitgraph.doctor.examine import Examination, examine
from bitgraph.doctor.forms import FORMS

__all__ = ["FORMS", "Examination", "calibrate", "examine"]
