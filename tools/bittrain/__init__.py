"""BitTrain's claims (arXiv 2110.15362), measured on whole training steps in ONNX Runtime."""
