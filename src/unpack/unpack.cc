#include "unpack/unpack.h"

#include <fmt/core.h>

#include <array>

#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

using Table = std::array<const Opener*, formats::formats_count>;

const Table& table() {
  static const Table rows = [] {
    Table out{};
    for (const std::span<const Opener> file : openers()) {
      for (const Opener& opener : file) out[static_cast<std::size_t>(opener.format)] = &opener;
    }
    return out;
  }();
  return rows;
}

}  // namespace

bool is_container(Format format) {
  // What an HWP 3 document holds is packed: unread, it is not known to be harmless.
  return opens(format) || formats::is_archive(format) || format == Format::hwp3;
}

bool opens(Format format) { return table()[static_cast<std::size_t>(format)] != nullptr; }

bool by_own_code_alone(Format format) {
  switch (format) {
    case Format::empty:
    case Format::text:
    case Format::html:
    case Format::xml:
    case Format::message:
    case Format::mbox:
    case Format::uuencode:
    case Format::binhex:
    case Format::script_encoded:
      return true;
    default:
      return false;
  }
}

void unpack(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  if (const Opener* const opener = table()[static_cast<std::size_t>(format)]) {
    return opener->open(format, bytes, budget, visitor);
  }
  visitor.missed({"", Error{ErrorKind::unsupported,
                            fmt::format("the format {} is not read", formats::name_of(format)),
                            std::nullopt}});
}

}  // namespace antidotary::unpack
