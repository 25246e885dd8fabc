// File: whatever the bytes are, an opened file's sections lie inside them, in order, on pages, and
// what was opened is verified or refused without a crash. A second reading of the input takes it
// as the sections of a file that must come back as they were, and be refused wherever it is cut.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/reader.h"
#include "pack/file.h"

namespace {

using antidotary::Buffer;
using antidotary::Bytes;
using antidotary::pack::File;
using antidotary::pack::FileWriter;

void require(bool held) {
  if (!held) std::abort();
}

/// Sets the digest right, so that mutations of the header are looked at and not just refused.
void forge(Buffer& bytes) {
  if (bytes.size() < 64) return;
  const std::size_t head = 64 + std::size_t{antidotary::load_u32_le(bytes, 24)} * 112;
  if (head > bytes.size() || bytes.size() - head < 32) return;
  antidotary::Digester digester(antidotary::DigestKind::sha256);
  digester.update(Bytes(bytes).first(head));
  const Buffer digest = digester.finish();
  for (std::size_t i = 0; i < digest.size(); ++i) bytes[head + i] = digest[i];
}

void check(Bytes bytes) {
  const auto file = File::open(bytes);
  if (!file) return;
  const std::byte* last = bytes.data();
  for (const File::Section& section : file->sections()) {
    require(section.bytes.data() >= last);
    require((section.bytes.data() - bytes.data()) % 4096 == 0);
    last = section.bytes.data() + section.bytes.size();
    require(last <= bytes.data() + bytes.size());
    require(file->section(section.name).data() == section.bytes.data());
  }
  (void)file->verify_sections();
  (void)file->verify_signature(bytes.first(32));
}

Buffer written(Bytes input) {
  FileWriter writer;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t begin = input.size() * i / 3;
    const Bytes part = input.subspan(begin, input.size() * (i + 1) / 3 - begin);
    writer.add(std::string(1, static_cast<char>('a' + i)), antidotary::to_buffer(part));
  }
  auto file = std::move(writer).finish();
  require(file.has_value());
  return std::move(*file);
}

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 1) return 0;
  const Buffer file = written(antidotary::as_bytes(std::string_view("three short sections")));
  const std::string_view text = antidotary::as_text(file);
  out.assign(text.begin(), text.end());
  if (index == 1) out.resize(600);  // so that most mutations hit the header
  return 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = antidotary::view_of(data, size);
  check(input);
  Buffer forged = antidotary::to_buffer(input);
  forge(forged);
  check(forged);
  const Buffer file = written(input);
  const auto opened = File::open(file);
  require(opened.has_value() && opened->verify_sections().has_value());
  const std::size_t cut = size * 7919 % file.size();
  require(!File::open(Bytes(file).first(cut)));
  return 0;
}
