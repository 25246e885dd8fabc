#include "unpack/documents/names.h"

#include "core/text.h"

namespace antidotary::unpack {
namespace {

constexpr std::string_view alphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
static_assert(alphabet.size() == 64);

}  // namespace

std::string installer_name(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t one = next_code_point(name, at);
    if (one >= 0x3800 && one < 0x4800) {
      out += alphabet[(one - 0x3800) & 63];
      out += alphabet[(one - 0x3800) >> 6];
    } else if (one >= 0x4800 && one < 0x4840) {
      out += alphabet[one - 0x4800];
    } else if (one == 0x4840) {
      out += '!';
    } else {
      append_utf8(out, one);
    }
  }
  return out;
}

}  // namespace antidotary::unpack
