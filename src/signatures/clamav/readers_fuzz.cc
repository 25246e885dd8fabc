// Property: whatever a signature file says, each of its lines is taken or refused with a reason and
// a line that exists; what was taken can be written into a pack, and the pack opens with as much.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/demand.h"
#include "pack/pack.h"
#include "pack/rule_code.h"
#include "signatures/build.h"
#include "signatures/clamav/readers.h"

namespace {

using namespace antidotary;
using namespace antidotary::signatures;

constexpr std::array<std::string_view, 34> extensions = {
    "hdb", "hsb", "hdu", "hsu", "mdb",  "msb", "mdu",  "msu", "imp", "fp",   "sfp", "ndb",
    "ndu", "sdb", "db",  "ldb", "ldu",  "cdb", "ftm",  "idb", "ign", "ign2", "pdb", "wdb",
    "gdb", "crb", "cat", "cfg", "pwdb", "cbc", "info", "cvd", "cld", "cud"};
constexpr std::array<std::string_view, 6> member_names = {"x.ldb", "x.ndb", "x.hsb",
                                                          "x.cdb", "x.ftm", "x.info"};

bool is_container(std::string_view extension) {
  return extension == "cvd" || extension == "cld" || extension == "cud";
}

void put(Buffer& out, std::string_view text, std::size_t bytes) {
  const Bytes shown = as_bytes(text);
  out.insert(out.end(), shown.begin(), shown.end());
  out.resize(out.size() + bytes - text.size());
}

/// A local database of one member, so that mutations reach what its archive holds.
Buffer container_of(std::string_view name, Bytes content) {
  Buffer out;
  const std::string header = "ClamAV-VDB:01 Jan 2026 00-00 +0000:1:1:1:x:x:fuzz:0";
  put(out, header + std::string(512 - header.size(), ' '), 512);
  Buffer entry;
  put(entry, name, 100);
  put(entry, "0000644", 8);
  put(entry, "0000000", 8);
  put(entry, "0000000", 8);
  put(entry, fmt::format("{:011o}", content.size()), 12);
  put(entry, "00000000000", 12);
  put(entry, "        ", 8);
  put(entry, "0", 100 + 1);
  put(entry, std::string_view("ustar\00000", 8), 512 - entry.size());
  unsigned sum = 0;
  for (const std::byte one : entry) sum += std::to_integer<unsigned>(one);
  const std::string digits = fmt::format("{:06o}", sum);
  for (std::size_t i = 0; i < digits.size(); ++i) entry[148 + i] = as_bytes(digits)[i];
  entry[154] = std::byte{0};
  out.insert(out.end(), entry.begin(), entry.end());
  out.insert(out.end(), content.begin(), content.end());
  out.resize(out.size() + 1024 + (512 - content.size() % 512) % 512);
  return out;
}

std::uint64_t gathered(const Corpus& corpus) {
  std::uint64_t out = corpus.rules.size() + corpus.member_rules.size() + corpus.magics.size() +
                      corpus.icons.size() + corpus.ignores.size() + corpus.links.rules.size() +
                      corpus.links.digests.size() + corpus.passwords.size();
  for (const Corpus::DigestRows& one : corpus.digests) out += one.rows.size();
  return out;
}

void check_counts(const Corpus& corpus, std::uint64_t lines) {
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
  for (const pack::Source& one : corpus.sources) {
    taken += one.taken;
    refused += one.refused;
  }
  demand(taken == gathered(corpus));
  demand(refused >= corpus.refusals.size() && taken + refused <= lines + corpus.sources.size() + 1);
  for (const pack::Refusal& one : corpus.refusals) {
    demand(one.source < corpus.sources.size() && !one.reason.empty() && one.line <= lines);
  }
}

/// Patterns have programs, rules and magics have records that read back.
void check_content(const Corpus& corpus) {
  for (std::size_t i = 0; i < corpus.rules.size(); ++i) {
    const auto stored = corpus.rules.at(i);
    demand(stored.has_value());
    const pack::Rule& rule = *stored;
    demand(!rule.name.empty() && rule.origin.line > 0);
    for (const pack::Subsignature& sub : rule.subs) {
      const auto* body = std::get_if<pack::Body>(&sub);
      if (body == nullptr) continue;
      for (const match::Pattern& pattern : body->patterns) match::describe(pattern);
    }
    const auto code = pack::encode(rule);
    if (code) demand(pack::decode_rule(*code).has_value());
  }
  const auto magics = pack::encode(corpus.magics);
  demand(magics.has_value() && pack::decode_magics(*magics)->size() == corpus.magics.size());
  const Buffer members = pack::encode(corpus.member_rules);
  demand(pack::decode_member_rules(members)->size() == corpus.member_rules.size());
  demand(pack::decode_icons(pack::encode(corpus.icons))->size() == corpus.icons.size());
}

void check_pack(Corpus&& corpus) {
  const std::size_t rules = corpus.ignores.empty() ? corpus.rules.size() : 0;
  const auto file = build(std::move(corpus));
  demand(file.has_value());
  const auto pack = pack::Pack::open(*file);
  demand(pack.has_value() && pack->file().verify_sections().has_value());
  demand(rules == 0 || pack->rule_count() <= rules);
  for (std::uint32_t i = 0; i < pack->rule_count(); ++i) {
    demand(pack->rule(i).has_value() && pack->rule_text(i).has_value());
  }
}

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  constexpr std::pair<std::string_view, std::string_view> seeds[] = {
      {"hdb", "d41d8cd98f00b204e9800998ecf8427e:1:A\n"},
      {"hsb", "da39a3ee5e6b4b0d3255bfef95601890afd80709:*:A:73\n"},
      {"mdb", "1:d41d8cd98f00b204e9800998ecf8427e:A\n"},
      {"ndb", "A:1:EP+4,8:61626364{4-8}(65|66)??*!(67|68)69[2-4]6a6b\nB:0:*:(L)61626364:1:999\n"},
      {"db", "A=6162636465\n"},
      {"ldb", "A;Engine:81-255,Target:1,FileSize:1-9;(0|1)&2>3,1;6162::iw;EP+1:6364;6566\n"},
      {"ldb", "A;Target:0;0&1&2;61626364;0/a[bc]+;d\\/e/gi;0(>>4#he2#=0x10,<20)\n"},
      {"ldb", "A;Target:0;0&1;61626364;${3-9}5$\nB;Target:0;0;fuzzy_img#0123456789abcdef\n"},
      {"cdb", "A:CL_TYPE_ZIP:1-9:a\\:b$:*:*:1:2:deadbeef:*:1:255\n"},
      {"ftm",
       "0:0:4d5a:PE:CL_TYPE_ANY:CL_TYPE_MSEXE:1:255\n1:*:3c68??6c:H:CL_TYPE_ANY:CL_TYPE_X\n"},
      {"ign2", "A\nB:d41d8cd98f00b204e9800998ecf8427e\n"},
      {"pdb", "H:a.com:17-\nR:.+:.+\\.b\\.com([/?].*)?\n"},
      {"wdb", "M:c.com:a.com\nX:.+:a:17-90\n"},
      {"gdb",
       "S1:P:01234567\nS2:W:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"},
      {"pwdb", "A;Engine:81-255,Container:CL_TYPE_ZIP;1;6162\nB;Engine:81-255;0;x\n"},
      {"cud", "\0A;Target:0;0;61626364\n"},
  };
  if (index >= std::size(seeds)) return 0;
  const auto& [extension, text] = seeds[index];
  const auto place = std::find(extensions.begin(), extensions.end(), extension);
  out = {static_cast<std::uint8_t>(place - extensions.begin())};
  if (index % 2 == 1) out[0] = static_cast<std::uint8_t>(out[0] + 128);
  out.insert(out.end(), text.begin(), text.end());
  return 1;
}

// The first byte: its lower seven bits choose the extension, its highest asks for a pack. A cud is
// an archive whose one member's name the next byte chooses.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view extension = extensions[data[0] % 128 % extensions.size()];
  Bytes text = view_of(data + 1, size - 1);
  Buffer container;
  bool holds_info_alone = false;
  if (extension == "cud" && !text.empty()) {
    const std::size_t name = std::to_integer<std::size_t>(text[0]) % member_names.size();
    holds_info_alone = member_names[name] == "x.info";
    container = container_of(member_names[name], text.subspan(1));
    text = container;
  }
  Options options;
  options.potentially_unwanted = true;
  Corpus corpus(options);
  corpus.begin_source({"fuzz", std::string(extension), "", text.size(), 0, 0, false});
  const Status status = clamav::read(extension, text, corpus);
  demand(status || !status.error().what.empty());
  // One that holds an .info alone holds no database.
  demand(extension != "cud" || container.empty() || status.has_value() || holds_info_alone);
  const auto breaks = std::count(text.begin(), text.end(), std::byte{'\n'});
  if (extension != "cld") check_counts(corpus, static_cast<std::uint64_t>(breaks) + 1);
  check_content(corpus);
  if (data[0] >= 128 && gathered(corpus) > 0 && !is_container(extension)) {
    check_pack(std::move(corpus));
  }
  return 0;
}
