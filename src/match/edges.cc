#include "match/edges.h"

#include <string_view>

namespace antidotary::match {
namespace {

constexpr std::string_view word_before = "\t\n\v\f\r -./<@_";
constexpr std::string_view word_after = "\t\n\v\f\r \"'-/=>_";

bool holds(const Edge& edge, Bytes object, std::uint64_t at) {
  const bool outside = edge.after ? at >= object.size() : at == 0;
  if (outside) return true;
  const auto place = static_cast<std::size_t>(edge.after ? at : at - 1);
  const auto byte = std::to_integer<std::uint8_t>(object[place]);
  switch (edge.kind) {
    case Edge::Kind::word:
      return (edge.after ? word_after : word_before).find(static_cast<char>(byte)) !=
             std::string_view::npos;
    case Edge::Kind::line: {
      const bool crlf = edge.after && byte == '\r' && place + 1 < object.size() &&
                        object[place + 1] == std::byte{'\n'};
      return byte == '\n' || crlf;
    }
    case Edge::Kind::non_alnum:
      return !is_alnum(byte);
    case Edge::Kind::wide_non_alnum: {
      // The letter beside the place, and the NUL behind it.
      const std::size_t letter = edge.after ? place : place - 1;
      if ((!edge.after && place == 0) || letter + 1 >= object.size()) return true;
      const bool wide = object[letter + 1] == std::byte{};
      return !(wide && is_alnum(std::to_integer<std::uint8_t>(object[letter])));
    }
  }
  return false;
}

}  // namespace

bool is_edge(const Edge& edge, Bytes object, std::uint64_t at) {
  return at <= object.size() && holds(edge, object, at) != edge.negated;
}

}  // namespace antidotary::match
