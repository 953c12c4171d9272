// Element types, numbered as in ONNX's TensorProto.DataType (ONNX Runtime numbers them the same).
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitgraph {

enum class Dtype : std::uint8_t {
  undefined = 0,
  float32 = 1,
  uint8 = 2,
  int8 = 3,
  uint16 = 4,
  int16 = 5,
  int32 = 6,
  int64 = 7,
  boolean = 9,
  float16 = 10,
  float64 = 11,
  uint32 = 12,
  uint64 = 13,
  bfloat16 = 16,
  float8e4m3fn = 17,
  float8e4m3fnuz = 18,
  float8e5m2 = 19,
  float8e5m2fnuz = 20,
};

// 16-bit floats are handled as bits; distinct types keep the two formats apart.
enum class Float16 : std::uint16_t {};
enum class Bfloat16 : std::uint16_t {};

// Bytes an element, 0 for a type that cannot be held (strings, complex numbers, 4-bit integers).
constexpr std::size_t width_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::uint8:
    case Dtype::int8:
    case Dtype::boolean:
    case Dtype::float8e4m3fn:
    case Dtype::float8e4m3fnuz:
    case Dtype::float8e5m2:
    case Dtype::float8e5m2fnuz:
      return 1;
    case Dtype::uint16:
    case Dtype::int16:
    case Dtype::float16:
    case Dtype::bfloat16:
      return 2;
    case Dtype::float32:
    case Dtype::int32:
    case Dtype::uint32:
      return 4;
    case Dtype::int64:
    case Dtype::float64:
    case Dtype::uint64:
      return 8;
    case Dtype::undefined:
      return 0;
  }
  return 0;
}

// Calls deed(U{}) with the unsigned integer as wide as the element.
template <class Deed>
void with_width(std::size_t width, Deed deed) {
  switch (width) {
    case 1:
      return deed(std::uint8_t{});
    case 2:
      return deed(std::uint16_t{});
    case 4:
      return deed(std::uint32_t{});
    case 8:
      return deed(std::uint64_t{});
    default:
      return;
  }
}

// Calls deed(T{}) with the floating-point type; false when dtype is none.
template <class Deed>
bool with_float(Dtype dtype, Deed deed) {
  switch (dtype) {
    case Dtype::float32:
      return deed(float{}), true;
    case Dtype::float64:
      return deed(double{}), true;
    case Dtype::float16:
      return deed(Float16{}), true;
    case Dtype::bfloat16:
      return deed(Bfloat16{}), true;
    default:
      return false;
  }
}

}  // namespace bitgraph
