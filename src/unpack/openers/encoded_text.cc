// Text that holds bytes: uuencode and xxencode, BinHex, and scripts by Script Encoder.
#include <fmt/core.h>

#include <array>

#include "formats/mime/uuencode.h"
#include "unpack/codecs/text_codes.h"
#include "unpack/documents/derived.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

// What is decoded is never longer than the text, or a few times so with BinHex' runs.
Status hand_out_decoded(const std::string& name, const Buffer& bytes, bool whole, Budget& budget,
                        const Visitor& visitor) {
  Brought brought;
  if (bring(brought, bytes, budget) && !whole) {
    brought.error = Error{ErrorKind::truncated, "the encoded text ends early", std::nullopt};
  }
  return hand_out_derived(name, brought, budget, visitor);
}

Status uuencoded(std::string_view text, Budget& budget, const Visitor& visitor) {
  std::size_t at = 0;
  unsigned count = 0;
  while (const auto block = mime::next_uuencoded(text, at)) {
    ANTIDOTARY_CHECK(budget.step(block->end - at + 1));
    at = block->end;
    const std::string name = block->name.empty() ? fmt::format("block {}", ++count) : block->name;
    ANTIDOTARY_CHECK(hand_out_decoded(name, block->bytes, block->ended, budget, visitor));
  }
  return {};
}

Status binhex(std::string_view text, Budget& budget, const Visitor& visitor) {
  ANTIDOTARY_CHECK(budget.step(text.size()));
  const auto file = from_binhex(text);
  if (!file) return fail(ErrorKind::malformed, "the BinHex text holds no file");
  const std::string name = file->name.empty() ? "content" : file->name;
  ANTIDOTARY_CHECK(hand_out_decoded(name, file->data, file->whole, budget, visitor));
  if (file->resource.empty()) return {};
  return hand_out_decoded(name + ".resource", file->resource, file->whole, budget, visitor);
}

Status script(std::string_view text, Budget& budget, const Visitor& visitor) {
  std::size_t at = 0;
  unsigned count = 0;
  while (const auto one = next_encoded_script(text, at)) {
    ANTIDOTARY_CHECK(budget.step(one->end - at + 1));
    at = one->end;
    const std::string name = fmt::format("script {}", ++count);
    ANTIDOTARY_CHECK(hand_out_decoded(name, one->bytes, one->ended, budget, visitor));
  }
  return {};
}

void open_encoded(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const std::string_view text = as_text(bytes);
  Status status;
  if (format == Format::uuencode) status = uuencoded(text, budget, visitor);
  if (format == Format::binhex) status = binhex(text, budget, visitor);
  if (format == Format::script_encoded) status = script(text, budget, visitor);
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> encoded_text_openers() {
  static constexpr std::array rows = {Opener{Format::uuencode, &open_encoded},
                                      Opener{Format::binhex, &open_encoded},
                                      Opener{Format::script_encoded, &open_encoded}};
  return rows;
}

}  // namespace antidotary::unpack
