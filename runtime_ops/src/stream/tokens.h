// The text of a program as tokens.
#pragma once

#include "stream/program.h"

namespace bitgraph::stream {

enum class TokenType : std::uint8_t { end, name, integer, number, text, absent, mark };

struct Token {
  TokenType type = TokenType::end;
  std::string_view text;  // Of a quoted text what is between the quotes.
  std::size_t line = 1;
  std::int64_t integer = 0;
  float number = 0.0f;

  bool is(std::string_view mark) const { return type == TokenType::mark && text == mark; }
};

class Tokens {
 public:
  explicit Tokens(std::string_view text) : rest_(text) {}

  Problem next(Token& token);

 private:
  Problem take_number(Token& token);
  Problem take_quoted(Token& token);
  void take(std::size_t size, TokenType type, Token& token);

  std::string_view rest_;
  std::size_t line_ = 1;
};

}  // namespace bitgraph::stream
