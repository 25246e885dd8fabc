#include "unpack/codecs/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace antidotary::unpack {
namespace {

constexpr std::size_t piece_bytes = 64u << 10;

int window_bits(Wrapping wrapping) {
  switch (wrapping) {
    case Wrapping::none:
      return -MAX_WBITS;
    case Wrapping::zlib:
      return MAX_WBITS;
    case Wrapping::gzip:
      return MAX_WBITS + 16;
  }
  return MAX_WBITS;
}

class Stream {
 public:
  explicit Stream(Wrapping wrapping) { ready_ = inflateInit2(&z_, window_bits(wrapping)) == Z_OK; }
  ~Stream() {
    if (ready_) inflateEnd(&z_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  bool ready() const { return ready_; }
  z_stream* get() { return &z_; }

 private:
  z_stream z_{};
  bool ready_ = false;
};

std::optional<Error> error_of(int code, const z_stream& z) {
  if (code == Z_STREAM_END) return std::nullopt;
  if (code == Z_BUF_ERROR || code == Z_OK) {
    return Error{ErrorKind::truncated, "the compressed data end early", std::nullopt};
  }
  return Error{ErrorKind::malformed,
               z.msg != nullptr ? std::string(z.msg) : "the compressed data are damaged",
               std::nullopt};
}

}  // namespace

Inflated inflate(Bytes packed, Wrapping wrapping, Budget& budget) {
  Inflated out;
  Stream stream(wrapping);
  if (!stream.ready()) {
    out.brought.error = Error{ErrorKind::internal, "zlib cannot start", std::nullopt};
    return out;
  }
  z_stream& z = *stream.get();
  std::array<Bytef, piece_bytes> piece;
  int code = Z_OK;
  while (code == Z_OK) {
    if (z.avail_in == 0 && out.consumed < packed.size()) {
      const Bytes rest = packed.subspan(out.consumed);
      const std::size_t count =
          std::min<std::size_t>(rest.size(), std::numeric_limits<uInt>::max());
      z.next_in = const_cast<Bytef*>(as_octets(rest));
      z.avail_in = static_cast<uInt>(count);
    }
    const uInt before = z.avail_in;
    z.next_out = piece.data();
    z.avail_out = static_cast<uInt>(piece.size());
    code = ::inflate(&z, Z_NO_FLUSH);
    out.consumed += before - z.avail_in;
    const Bytes got = view_of(piece.data(), piece.size() - z.avail_out);
    if (!bring(out.brought, got, budget)) return out;
    if (got.empty() && before == z.avail_in) break;
  }
  out.brought.error = error_of(code, z);
  return out;
}

}  // namespace antidotary::unpack
