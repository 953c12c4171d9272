"""Nets for the demo, the benchmarks and the tests, made with onnx.helper alone."""
