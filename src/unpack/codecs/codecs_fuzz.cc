// Property, for each codec, the first byte choosing it and the second its shape: what comes out is
// no more than the purse, the object or the stated size allows, what ends early says why in words
// and keeps what came before, and every input ends.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "formats/mime/uuencode.h"
#include "unpack/codecs/arj_methods.h"
#include "unpack/codecs/autoit_streams.h"
#include "unpack/codecs/nsis_bzip2.h"
#include "unpack/codecs/pdf_filters.h"
#include "unpack/codecs/rtf_compressed.h"
#include "unpack/codecs/streams.h"
#include "unpack/codecs/text_codes.h"
#include "unpack/codecs/vba.h"
#include "unpack/codecs/wim_methods.h"
#include "unpack/codecs/zip_methods.h"
#include "unpack/openers/container_specimens.h"

namespace {

using namespace antidotary;
using namespace antidotary::unpack;

constexpr std::size_t chunk_bytes = 1u << 15;

Brought run_zip(std::uint16_t method, Bytes bytes, unsigned shape, Budget& budget) {
  const auto flags = static_cast<std::uint16_t>(shape & 6);
  return unpack_zip_method({method, flags, std::uint64_t{shape} * 256, bytes}, budget);
}

Brought run_pdf(const char* filter, Bytes bytes, unsigned shape, Budget& budget) {
  PdfFilter one;
  one.name = filter;
  one.predictor = static_cast<int>(shape & 15);
  one.columns = static_cast<int>(shape >> 4) + 1;
  one.early_change = (shape & 1) != 0;
  return unpack_pdf_stream(bytes, {one}, budget);
}

Brought of_script(const std::optional<EncodedScript>& script) {
  return script ? Brought{script->bytes, {}} : Brought{};
}

Brought of_block(const std::optional<mime::UuBlock>& block) {
  demand(!block || is_utf8(block->name));
  return block ? Brought{block->bytes, {}} : Brought{};
}

using Codec = Brought (*)(Bytes, unsigned shape, Budget&);
constexpr Codec codecs[] = {
    [](Bytes in, unsigned shape, Budget& b) { return run_zip(1, in, shape, b); },
    [](Bytes in, unsigned shape, Budget& b) { return run_zip(6, in, shape, b); },
    [](Bytes in, unsigned shape, Budget& b) { return run_zip(9, in, shape, b); },
    [](Bytes in, unsigned shape, Budget& b) { return run_zip(14, in, shape, b); },
    [](Bytes in, unsigned shape, Budget& b) { return unarj_huffman(in, shape * 256u, b); },
    [](Bytes in, unsigned shape, Budget& b) { return unarj_fastest(in, shape * 256u, b); },
    [](Bytes in, unsigned, Budget& b) { return unpack_nsis_bzip2(in, b); },
    [](Bytes in, unsigned shape, Budget& b) {
      return unpack_autoit((shape & 1) != 0 ? AutoItVersion::ea05 : AutoItVersion::ea06, in, b);
    },
    [](Bytes in, unsigned shape, Budget& b) { return unpack_xpress(in, shape * 128u, b); },
    [](Bytes in, unsigned shape, Budget& b) {
      return unpack_lzx(in, shape * 128u, chunk_bytes << (shape & 3), b);
    },
    [](Bytes in, unsigned, Budget& b) { return unpack_compressed_rtf(in, b); },
    [](Bytes in, unsigned, Budget& b) { return unpack_vba(in, b); },
    [](Bytes in, unsigned shape, Budget& b) { return run_pdf("LZWDecode", in, shape, b); },
    [](Bytes in, unsigned shape, Budget& b) { return run_pdf("FlateDecode", in, shape, b); },
    [](Bytes in, unsigned shape, Budget& b) { return run_pdf("ASCII85Decode", in, shape, b); },
    [](Bytes in, unsigned shape, Budget& b) { return run_pdf("RunLengthDecode", in, shape, b); },
    [](Bytes in, unsigned shape, Budget& b) {
      return unpack_stream(static_cast<Packing>(shape % 8), in, b).brought;
    },
    [](Bytes in, unsigned, Budget&) { return of_block(mime::next_uuencoded(as_text(in), 0)); },
    [](Bytes in, unsigned, Budget&) { return of_script(next_encoded_script(as_text(in), 0)); },
    [](Bytes in, unsigned, Budget&) {
      const auto file = from_binhex(as_text(in));
      return file ? Brought{file->data, {}} : Brought{};
    },
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Bytes bytes = view_of(data + 2, size - 2);
  Limits limits;
  limits.steps_max = 2'000'000;
  limits.bytes_max = 512 << 10;
  limits.object_bytes_max = 256 << 10;
  Budget budget(limits);
  const Brought out = codecs[data[0] % std::size(codecs)](bytes, data[1], budget);
  demand(budget.bytes_used() <= limits.bytes_max);
  demand(out.bytes.size() <= std::max<std::size_t>(limits.object_bytes_max, bytes.size()));
  demand(!out.error || (is_utf8(out.error->what) && !out.error->what.empty()));
  demand(!out.purse_empty || (out.error && out.error->kind == ErrorKind::budget_spent));
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index >= std::size(codecs)) return 0;
  // Not each codec's own bytes: ones that begin blocks of the most of them.
  namespace made = specimens;
  static const std::array<std::string, 6> starts = {made::deflate_of(made::content),
                                                    made::zlib_of(made::content),
                                                    "EA06" + made::be(40, 4) + std::string(40, 'x'),
                                                    "\x31" + std::string(64, '\x55'),
                                                    "begin 644 a\n#86%A\n`\nend\n#@~^BAAAAA==^#~@",
                                                    std::string(256, '\x99') + "words of 16 bits"};
  out = {static_cast<std::uint8_t>(index), 0x41};
  const std::string& start = starts[index % starts.size()];
  out.insert(out.end(), start.begin(), start.end());
  return 1;
}
