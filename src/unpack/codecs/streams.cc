#include "unpack/codecs/streams.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>

namespace antidotary::unpack {
namespace {

// The libraries count in unsigned int.
constexpr std::size_t portion_bytes_max = 1u << 30;

Error damage(std::string_view words) {
  return {ErrorKind::malformed, std::string(words), std::nullopt};
}

Error too_large_dictionary() {
  return {ErrorKind::refused, "the compressed data ask for too large a dictionary", std::nullopt};
}

class Zlib final : public Decoder {
 public:
  explicit Zlib(int window_bits) { ready_ = inflateInit2(&z_, window_bits) == Z_OK; }
  ~Zlib() override {
    if (ready_) inflateEnd(&z_);
  }
  bool ready() const { return ready_; }

  Step run(Bytes in, std::span<std::byte> out) override {
    in = in.first(std::min(in.size(), portion_bytes_max));
    z_.next_in = const_cast<Bytef*>(as_octets(in));
    z_.avail_in = static_cast<uInt>(in.size());
    z_.next_out = as_octets(out);
    z_.avail_out = static_cast<uInt>(out.size());
    const int code = ::inflate(&z_, Z_NO_FLUSH);
    Step step{in.size() - z_.avail_in, out.size() - z_.avail_out, code == Z_STREAM_END, {}};
    if (code == Z_MEM_ERROR) step.error = damage("zlib has no memory left");
    if (code == Z_DATA_ERROR || code == Z_NEED_DICT || code == Z_STREAM_ERROR) {
      step.error = damage(z_.msg != nullptr ? z_.msg : "the compressed data are damaged");
    }
    return step;
  }

 private:
  z_stream z_{};
  bool ready_ = false;
};

class Bzip2 final : public Decoder {
 public:
  Bzip2() { ready_ = BZ2_bzDecompressInit(&bz_, 0, 0) == BZ_OK; }
  ~Bzip2() override {
    if (ready_) BZ2_bzDecompressEnd(&bz_);
  }
  bool ready() const { return ready_; }

  Step run(Bytes in, std::span<std::byte> out) override {
    in = in.first(std::min(in.size(), portion_bytes_max));
    bz_.next_in = const_cast<char*>(as_chars(in));
    bz_.avail_in = static_cast<unsigned>(in.size());
    bz_.next_out = as_chars(out);
    bz_.avail_out = static_cast<unsigned>(out.size());
    const int code = BZ2_bzDecompress(&bz_);
    Step step{in.size() - bz_.avail_in, out.size() - bz_.avail_out, code == BZ_STREAM_END, {}};
    if (code != BZ_OK && code != BZ_STREAM_END) {
      step.error = damage("the compressed data are damaged");
    }
    return step;
  }

 private:
  bz_stream bz_{};
  bool ready_ = false;
};

class Lzma final : public Decoder {
 public:
  explicit Lzma(bool xz) {
    // The dictionary and what the decoder needs beside it.
    constexpr std::uint64_t memory_max = dictionary_bytes_max + (4u << 20);
    const lzma_ret code =
        xz ? lzma_stream_decoder(&lzma_, memory_max, 0) : lzma_alone_decoder(&lzma_, memory_max);
    ready_ = code == LZMA_OK;
  }
  ~Lzma() override { lzma_end(&lzma_); }
  bool ready() const { return ready_; }

  Step run(Bytes in, std::span<std::byte> out) override {
    lzma_.next_in = as_octets(in);
    lzma_.avail_in = in.size();
    lzma_.next_out = as_octets(out);
    lzma_.avail_out = out.size();
    const lzma_ret code = lzma_code(&lzma_, LZMA_RUN);
    Step step{
        in.size() - lzma_.avail_in, out.size() - lzma_.avail_out, code == LZMA_STREAM_END, {}};
    if (code == LZMA_MEMLIMIT_ERROR) {
      step.error = too_large_dictionary();
    } else if (code == LZMA_OPTIONS_ERROR) {
      step.error = Error{ErrorKind::unsupported, "packed by a filter that is not read", {}};
    } else if (code != LZMA_OK && code != LZMA_STREAM_END && code != LZMA_BUF_ERROR) {
      step.error = damage("the compressed data are damaged");
    }
    return step;
  }

 private:
  lzma_stream lzma_ = LZMA_STREAM_INIT;
  bool ready_ = false;
};

struct FreeZstd {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

class Zstd final : public Decoder {
 public:
  bool ready() const { return stream_ != nullptr; }

  Step run(Bytes in, std::span<std::byte> out) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t code = ZSTD_decompressStream(stream_.get(), &to, &from);
    Step step{from.pos, to.pos, code == 0, {}};
    if (ZSTD_isError(code) == 0) return step;
    const std::string_view words = ZSTD_getErrorName(code);
    // The library's own bound, 2^27 bytes, is dictionary_bytes_max.
    step.error = words.find("memory") != words.npos ? too_large_dictionary() : damage(words);
    return step;
  }

 private:
  std::unique_ptr<ZSTD_DStream, FreeZstd> stream_{ZSTD_createDStream()};
};

struct FreeLz4 {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};

class Lz4 final : public Decoder {
 public:
  Lz4() {
    LZ4F_dctx* context = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) == 0) {
      context_.reset(context);
    }
  }
  bool ready() const { return context_ != nullptr; }

  Step run(Bytes in, std::span<std::byte> out) override {
    std::size_t consumed = in.size();
    std::size_t produced = out.size();
    const std::size_t code =
        LZ4F_decompress(context_.get(), out.data(), &produced, in.data(), &consumed, nullptr);
    if (LZ4F_isError(code) != 0) return {0, 0, false, damage(LZ4F_getErrorName(code))};
    return {consumed, produced, code == 0, {}};
  }

 private:
  std::unique_ptr<LZ4F_dctx, FreeLz4> context_;
};

template <class D, class... Args>
std::unique_ptr<Decoder> made(Args... args) {
  auto decoder = std::make_unique<D>(args...);
  if (!decoder->ready()) return nullptr;
  return decoder;
}

}  // namespace

std::unique_ptr<Decoder> make_decoder(Packing packing) {
  switch (packing) {
    case Packing::deflate:
      return made<Zlib>(-MAX_WBITS);
    case Packing::zlib:
      return made<Zlib>(MAX_WBITS);
    case Packing::gzip:
      return made<Zlib>(MAX_WBITS + 16);
    case Packing::bzip2:
      return made<Bzip2>();
    case Packing::xz:
      return made<Lzma>(true);
    case Packing::lzma:
      return made<Lzma>(false);
    case Packing::zstd:
      return made<Zstd>();
    case Packing::lz4:
      return made<Lz4>();
  }
  return nullptr;
}

std::size_t unpack_stream_onto(Brought& out, Packing packing, Bytes packed, Budget& budget) {
  const auto decoder = make_decoder(packing);
  if (decoder) return drive(*decoder, packed, out, budget);
  out.error = Error{ErrorKind::internal, "a decoder cannot start", std::nullopt};
  return 0;
}

Unpacked unpack_stream(Packing packing, Bytes packed, Budget& budget) {
  Unpacked out;
  out.consumed = unpack_stream_onto(out.brought, packing, packed, budget);
  return out;
}

}  // namespace antidotary::unpack
