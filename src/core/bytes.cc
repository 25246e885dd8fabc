#include "core/bytes.h"

namespace antidotary {

Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Buffer to_buffer(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

std::string to_string(Bytes bytes) { return std::string(as_text(bytes)); }

char* as_chars(std::span<std::byte> bytes) { return reinterpret_cast<char*>(bytes.data()); }

const char* as_chars(Bytes bytes) { return reinterpret_cast<const char*>(bytes.data()); }

unsigned char* as_octets(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

const unsigned char* as_octets(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Bytes view_of(const void* data, std::size_t size) {
  return {static_cast<const std::byte*>(data), size};
}

}  // namespace antidotary
