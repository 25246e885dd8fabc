// Varints: the small numbers of a pack's records. The reader never throws and never reads outside:
// what is damaged makes it fail once, and stays failed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::pack {

class CodeWriter {
 public:
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<std::byte>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<std::byte>(value));
  }
  /// Small numbers of either sign.
  void signed_number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number(value < 0 ? ~(bits << 1) : bits << 1);
  }
  void flag(bool value) { number(value ? 1 : 0); }
  void bytes(Bytes value) {
    number(value.size());
    out_.insert(out_.end(), value.begin(), value.end());
  }
  void text(std::string_view value) { bytes(as_bytes(value)); }
  const Buffer& written() const { return out_; }
  void clear() { out_.clear(); }
  Buffer take() { return std::move(out_); }

 private:
  Buffer out_;
};

class CodeReader {
 public:
  explicit CodeReader(Bytes code) : code_(code) {}

  std::uint64_t number() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ >= code_.size()) break;
      const auto byte = std::to_integer<std::uint8_t>(code_[at_++]);
      out |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return out;
    }
    ok_ = false;
    at_ = code_.size();
    return 0;
  }
  /// At most `most`, else the code is damaged.
  std::uint64_t number(std::uint64_t most) {
    const std::uint64_t out = number();
    if (out > most) ok_ = false;
    return ok_ ? out : 0;
  }
  std::int64_t signed_number() {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>((bits & 1) != 0 ? ~(bits >> 1) : bits >> 1);
  }
  bool flag() { return number(1) == 1; }
  Bytes bytes() {
    const std::uint64_t size = number();
    if (size > code_.size() - at_) ok_ = false;
    if (!ok_) return {};
    const Bytes out = code_.subspan(at_, static_cast<std::size_t>(size));
    at_ += out.size();
    return out;
  }
  std::string text() { return to_string(bytes()); }

  bool ok() const { return ok_; }
  std::size_t at() const { return at_; }
  bool at_end() const { return at_ == code_.size(); }

 private:
  Bytes code_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace antidotary::pack
