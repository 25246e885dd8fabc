// Bytes: a borrowed view of raw memory, and the project's only casts between bytes and text.
//
// It is not an owner: every view must be outlived by what it points into. Casting lives here and
// nowhere else (tests/tidy bans reinterpret_cast outside core/).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace antidotary {

using Bytes = std::span<const std::byte>;
using Buffer = std::vector<std::byte>;

/// The bytes of `text`, which must outlive the view.
Bytes as_bytes(std::string_view text);
Bytes as_bytes(std::string&&) = delete;  // a temporary would dangle

/// The bytes seen as characters of no particular charset; `bytes` must outlive the view.
std::string_view as_text(Bytes bytes);

/// An owned copy.
Buffer to_buffer(Bytes bytes);
std::string to_string(Bytes bytes);

/// Writable memory as the `char*` that system and C library calls take.
char* as_chars(std::span<std::byte> bytes);
const char* as_chars(Bytes bytes);
/// The same as `unsigned char*`.
unsigned char* as_octets(std::span<std::byte> bytes);
const unsigned char* as_octets(Bytes bytes);
/// Views `size` bytes at `data`, memory that a C library handed out.
Bytes view_of(const void* data, std::size_t size);

/// A constant byte array written as numbers and characters: octets(0x1f, 0x8b, 'a').
template <class... Values>
constexpr std::array<std::byte, sizeof...(Values)> octets(Values... values) {
  return {static_cast<std::byte>(values)...};
}

/// The address of a view's first byte, for questions of alignment and pages alone.
inline std::uintptr_t address_of(Bytes bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes.data());
}

/// Memory as a library's own type that it laid out there itself. The library vouches for what it
/// finds; alignment is the caller's to see to.
template <class T>
T* as_library_object(std::byte* memory) {
  return reinterpret_cast<T*>(memory);
}
template <class T>
const T* as_library_object(const std::byte* memory) {
  return reinterpret_cast<const T*>(memory);
}

}  // namespace antidotary
