// Property: whatever object is matched, each finding has a name and evidence inside the object, and
// plain strings are found exactly where they stand; and whatever bytes of a pack are others, what
// still opens answers about an object without a crash and within its budget.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/demand.h"
#include "pack/matcher.h"
#include "pack/pack_sample.h"

namespace {

using namespace antidotary;
using namespace antidotary::pack;

RegexUse triggered_regex() {
  RegexUse out;
  out.regex = "[0-9]+x*";
  out.flags = "g";
  return out;
}

ByteCompare comparison() {
  ByteCompare out;
  out.base = 'a';
  out.bytes = 4;
  out.offset = -3;
  out.comparisons = {{'>', 2}, {'<', 4000}};
  return out;
}

Rule nested() {
  Rule out = PackSample::rule("Nested", {PackSample::body("ab"), PackSample::body("cd"),
                                         triggered_regex(), comparison(), MacroUse{0, 9, 3}});
  match::Expr group;
  group.op = match::Expr::Op::any;
  group.kids = out.expr.kids;
  group.count = match::Expr::Count::more;
  group.count_value = 1;
  group.distinct = 2;
  out.expr.kids = {group, out.expr.kids[0]};
  return out;
}

Rule gapped(Target target) {
  match::Pattern pattern = PackSample::text("ab");
  pattern.nocase = true;
  match::Choice choice;
  choice.strings = {{match::Position{'x'}}, {match::Position{'y'}, match::Position{'z'}}};
  pattern.parts.push_back({1, 9, {choice, match::Position{'c'}}});
  pattern.parts.push_back({0, match::unbounded, {match::Position{'e'}}});
  Rule out = PackSample::rule("Gapped", {Body{{}, {pattern}}, PackSample::body("zz")}, target);
  out.expr = {};
  out.expr.count = match::Expr::Count::equal;
  out.expr.count_value = 2;
  return out;
}

Buffer make_pack() {
  PackSample sample;
  sample.add(PackSample::rule("Plain", {PackSample::body("abc")}));
  sample.add(PackSample::rule("Both", {PackSample::body("ab"), PackSample::body("cd")}));
  sample.add(nested());
  sample.add(gapped(Target::any));
  sample.add(gapped(Target::elf));
  using Kind = Offset::Kind;
  for (const Kind kind : {Kind::start, Kind::end, Kind::entry_point, Kind::section,
                          Kind::section_end, Kind::last_section, Kind::version_info}) {
    const Offset offset{kind, 1, kind == Kind::end ? -8 : 1, 4};
    sample.add(PackSample::rule("Placed", {PackSample::body("cd", offset)}, Target::pe));
  }
  sample.add(PackSample::rule("Member", {PackSample::body("ef", {Kind::macro_group, 3, 0, 0})}));
  sample.add(PackSample::rule("Image", {FuzzyImage{7, 3}}), true);
  sample.digest(DigestKind::md5, as_bytes(std::string_view("a")), "A");
  sample.digest(DigestKind::sha1, as_bytes(std::string_view("b")), "B", Scope::file, Role::allow);
  sample.digest(DigestKind::md5, as_bytes(std::string_view("ab")), "Ab", Scope::section);
  MemberRule member;
  member.name = "InZip";
  member.container = "CL_TYPE_ZIP";
  member.regex = "a+b";
  sample.member_rules = {member, member};
  return std::move(sample).finish();
}

const Buffer& pack_bytes() {
  static const Buffer bytes = make_pack();
  return bytes;
}

/// The subject that `bytes` describe: eight for the layout, the object behind them.
struct Described {
  Executable executable;
  Subject subject;

  explicit Described(Bytes bytes) {
    if (bytes.size() < 8) return;
    const auto byte = [&](std::size_t i) { return std::to_integer<std::uint8_t>(bytes[i]); };
    subject.bytes = bytes.subspan(8);
    subject.target = static_cast<Target>(byte(0) % targets);
    subject.any_rules = byte(1) % 4 != 0;
    subject.own_rules = byte(1) % 5 != 0;
    const auto far = [&](std::size_t i) { return byte(i) == 255 ? match::unbounded : byte(i); };
    executable.entry_point = far(2);
    executable.sections = {{far(3), far(4)}, {far(5), far(6)}};
    executable.version_strings = {far(4), far(5)};
    executable.imports =
        to_string(subject.bytes.first(std::min<std::size_t>(byte(7) % 8, subject.bytes.size())));
    if (byte(7) % 2 == 0) subject.executable = &executable;
    subject.image_hash = [hash = byte(6)] { return std::optional<std::uint64_t>(hash); };
  }
  Described(const Described&) = delete;
  Described& operator=(const Described&) = delete;
};

bool has(const std::vector<Finding>& findings, std::string_view name) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& one) { return one.name == name; });
}

void check_findings(const std::vector<Finding>& findings, Bytes object) {
  for (const Finding& one : findings) {
    demand(!one.name.empty() && one.evidence.size() <= 16);
    for (const Evidence& place : one.evidence) {
      demand(place.span.begin <= place.span.end && place.span.end <= object.size());
    }
  }
}

void check_object(Bytes bytes) {
  static const Pack pack = Pack::open(pack_bytes()).value();
  static Matcher matcher(pack);
  const Described described(bytes);
  const Bytes object = described.subject.bytes;
  std::vector<Finding> findings;
  Digests digests;
  Budget budget;
  demand(matcher.match(described.subject, budget, findings, digests).has_value());
  check_findings(findings, object);
  const std::string_view text = as_text(object);
  const auto stands = [&](std::string_view part) { return text.find(part) != text.npos; };
  const bool any = described.subject.any_rules;
  demand(has(findings, "Plain") == (any && stands("abc")));
  demand(has(findings, "Both") == (any && stands("ab") && stands("cd")));
  demand(has(findings, "A") == (text == "a"));
  demand(matcher.allowed(object) == (text == "b"));
}

/// Sets the header's digest right, so that what it says is looked at and not just refused.
void forge(Buffer& bytes) {
  const std::size_t head = 64 + std::size_t{load_u32_le(bytes, 24)} * 112;
  if (head > bytes.size() || bytes.size() - head < 32) return;
  Digester digester(DigestKind::sha256);
  digester.update(Bytes(bytes).first(head));
  const Buffer digest = digester.finish();
  std::copy(digest.begin(), digest.end(), bytes.begin() + static_cast<std::ptrdiff_t>(head));
}

/// The first byte says how many bytes of the pack's sections are others; each is four: which
/// section, where in it (u16), and what it becomes. The subject follows.
void check_damaged_pack(Bytes bytes) {
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
  if (bytes.empty()) return;
  Buffer damaged = pack_bytes();
  const auto file = File::open(pack_bytes());
  const std::size_t changes = std::min((bytes.size() - 1) / 4, byte(0) % 16);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = 1 + 4 * i;
    const auto& sections = file->sections();
    // One more than sections: the header and its table.
    const std::size_t number = byte(at) % (sections.size() + 1);
    const Bytes section = number == sections.size() ? Bytes(pack_bytes()).first(64 + 112 * number)
                                                    : sections[number].bytes;
    if (section.empty()) continue;
    const auto begin = static_cast<std::size_t>(section.data() - pack_bytes().data());
    const std::size_t place = begin + (byte(at + 1) * 256 + byte(at + 2)) % section.size();
    damaged[place] = static_cast<std::byte>(byte(at + 3));
  }
  forge(damaged);
  const auto pack = Pack::open(damaged);
  if (!pack) return;
  Matcher matcher(*pack);
  const Described described(bytes.subspan(1 + 4 * changes));
  std::vector<Finding> findings;
  Digests digests;
  Limits limits;
  limits.steps_max = 5'000'000;
  Budget budget(limits);
  static_cast<void>(matcher.match(described.subject, budget, findings, digests));
  for (const Finding& one : findings) demand(one.evidence.size() <= 16);
  static_cast<void>(matcher.allowed(described.subject.bytes));
  Matcher::Member member;
  member.container_type = "CL_TYPE_ZIP";
  member.name = to_string(
      described.subject.bytes.first(std::min<std::size_t>(described.subject.bytes.size(), 100)));
  static_cast<void>(matcher.match_member(member, budget, findings));
}

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  constexpr std::string_view objects[] = {"abc cd 12x", "AB.xc e abyyc e", "ab 0x17 ef cd", "zz"};
  if (index >= 2 * std::size(objects)) return 0;
  const std::string_view object = objects[index / 2];
  out = {static_cast<std::uint8_t>(index % 2)};
  if (index % 2 == 1) out.insert(out.end(), {2, 3, 0, 9, 7, 5, 0, 20, 1});
  out.insert(out.end(), {1, 1, 2, 0, 5, 6, 7, 8});
  out.insert(out.end(), object.begin(), object.end());
  return 1;
}

// The first byte chooses between any object and a damaged pack.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes rest = view_of(data + 1, size - 1);
  if (data[0] % 2 == 0) {
    check_object(rest);
  } else {
    check_damaged_pack(rest);
  }
  return 0;
}
