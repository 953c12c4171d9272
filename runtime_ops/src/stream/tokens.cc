#include "stream/tokens.h"

#include <algorithm>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace bitgraph::stream {

namespace {

// ASCII only, whatever the locale.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_of_number(char c) { return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'; }

template <class Test>
std::size_t run_of(std::string_view text, Test test) {
  std::size_t size = 0;
  while (size < text.size() && test(text[size])) ++size;
  return size;
}

// False unless all of the text is a finite float. strtof wants the decimal point of the locale.
bool read_float(std::string_view text, float& number) {
  char copy[128];
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view rest = text.substr(std::min(point + 1, text.size()));
  const int size = std::snprintf(copy, sizeof copy, "%.*s%s%.*s", static_cast<int>(point), text.data(),
                                 point < text.size() ? std::localeconv()->decimal_point : "",
                                 static_cast<int>(rest.size()), rest.data());
  if (size < 0 || static_cast<std::size_t>(size) >= sizeof copy) return false;
  char* end = nullptr;
  number = std::strtof(copy, &end);
  return end == copy + size && std::isfinite(number);
}

}  // namespace

void Tokens::take(std::size_t size, TokenType type, Token& token) {
  token.type = type;
  token.text = rest_.substr(0, size);
  rest_.remove_prefix(size);
}

Problem Tokens::next(Token& token) {
  const std::size_t blanks = run_of(rest_, is_blank);
  for (std::size_t i = 0; i < blanks; ++i) line_ += rest_[i] == '\n';
  rest_.remove_prefix(blanks);
  token = Token();
  token.line = line_;
  if (rest_.empty()) return {};
  const char first = rest_[0];
  if (begins_name(first)) {
    const auto is_of_name = [](char c) { return begins_name(c) || is_digit(c); };
    return take(run_of(rest_, is_of_name), TokenType::name, token), Problem();
  }
  if (is_digit(first) || first == '-' || first == '+' || first == '.') return take_number(token);
  if (first == '"') return take_quoted(token);
  if (rest_.substr(0, 2) == "''") return take(2, TokenType::absent, token), Problem();
  if (rest_.substr(0, 2) == "=>") return take(2, TokenType::mark, token), Problem();
  if (std::string_view("(){}<>[],=").find(first) != std::string_view::npos) {
    return take(1, TokenType::mark, token), Problem();
  }
  return at_line(line_, "character %d (%c) has no meaning here", static_cast<unsigned char>(first),
                 first > ' ' && first < 127 ? first : '?');
}

Problem Tokens::take_number(Token& token) {
  if (rest_.substr(0, 4) == "-inf") {
    take(4, TokenType::number, token);
    token.number = -std::numeric_limits<float>::infinity();
    return {};
  }
  take(run_of(rest_, is_of_number), TokenType::integer, token);
  const Shown digits = shown(token.text);
  const char *begin = token.text.data(), *end = begin + token.text.size();
  if (token.text.find_first_of(".eE") == std::string_view::npos) {
    const auto read = std::from_chars(begin, end, token.integer);
    if (read.ec == std::errc() && read.ptr == end) return {};
    return at_line(line_, "'%.*s' is no integer of 64 bits", digits.size, digits.data);
  }
  token.type = TokenType::number;
  if (read_float(token.text, token.number)) return {};
  return at_line(line_, "'%.*s' is no float of 32 bits", digits.size, digits.data);
}

Problem Tokens::take_quoted(Token& token) {
  const std::size_t size = run_of(rest_.substr(1), [](char c) { return c != '"' && c != '\n'; });
  if (size + 1 >= rest_.size() || rest_[size + 1] != '"')
    return at_line(line_, "a text has no closing quote");
  take(size + 2, TokenType::text, token);
  token.text = token.text.substr(1, size);
  return {};
}

}  // namespace bitgraph::stream
