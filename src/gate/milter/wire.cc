#include "gate/milter/wire.h"

namespace antidotary::gate::milter {
namespace {

constexpr std::size_t length_bytes = 4;

}  // namespace

void Wire::feed(Bytes bytes) {
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
  held_.insert(held_.end(), bytes.begin(), bytes.end());
}

std::uint32_t Wire::length() const {
  return held_bytes() < length_bytes ? 0 : number_at(held_, at_);
}

bool Wire::broken() const {
  return held_bytes() >= length_bytes && (length() == 0 || length() > packet_bytes_max);
}

std::optional<char> Wire::peek() const {
  if (broken() || held_bytes() <= length_bytes || held_bytes() - length_bytes < length()) {
    return std::nullopt;
  }
  return static_cast<char>(held_[at_ + length_bytes]);
}

std::optional<Packet> Wire::next() {
  const auto command = peek();
  if (!command) return std::nullopt;
  const Bytes whole = Bytes(held_).subspan(at_ + length_bytes, length());
  at_ += length_bytes + whole.size();
  return Packet{*command, whole.subspan(1)};
}

std::string_view take_text(Bytes& data) {
  const std::string_view all = as_text(data);
  const std::size_t nul = all.find('\0');
  const std::size_t count = nul == std::string_view::npos ? all.size() : nul;
  data = data.subspan(nul == std::string_view::npos ? data.size() : nul + 1);
  return all.substr(0, count);
}

std::uint32_t number_at(Bytes data, std::size_t offset) {
  if (offset > data.size() || data.size() - offset < 4) return 0;
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    out = (out << 8) | static_cast<std::uint32_t>(data[offset + i]);
  }
  return out;
}

std::string packet(char command, std::string_view data) {
  std::string out = number(static_cast<std::uint32_t>(data.size() + 1));
  out.push_back(command);
  out.append(data);
  return out;
}

std::string text(std::string_view words) {
  std::string out(words.substr(0, words.find('\0')));
  out.push_back('\0');
  return out;
}

std::string number(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
  return out;
}

}  // namespace antidotary::gate::milter
