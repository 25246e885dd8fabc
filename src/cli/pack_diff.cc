// pack diff: which signatures came, went, or say something else than before.
//
// Held against each other is what is behind a name, not where it was read: a database that was
// moved or sorted anew differs in nothing.
#include <array>
#include <cstdio>
#include <map>

#include "cli/desk.h"
#include "cli/packs.h"
#include "core/record.h"
#include "core/text.h"
#include "pack/rule_code.h"
#include "pack/section_names.h"

namespace antidotary::cli {
namespace {

/// For each name the sum of what everything of that name says: the order does not count.
using Prints = std::map<std::string, std::uint64_t>;

/// FNV-1a. Against chance alone: who wants two texts to look alike can have it.
std::uint64_t print_of(Bytes bytes, std::uint64_t seed = 0) {
  std::uint64_t out = 0xcbf29ce484222325 ^ seed;
  for (const std::byte one : bytes) {
    out ^= std::to_integer<std::uint64_t>(one);
    out *= 0x100000001b3;
  }
  return out;
}
std::uint64_t print_of(std::string_view text) { return print_of(as_bytes(text)); }

void add_digests(const pack::Pack& pack, Prints& out) {
  for (const DigestKind kind : digest_kinds) {
    for (const auto scope : {pack::Scope::file, pack::Scope::section, pack::Scope::imports}) {
      for (const auto role : {pack::Role::detect, pack::Role::allow}) {
        const auto& table = pack.digests(kind, scope, role);
        const auto seed = static_cast<std::uint64_t>(kind) << 8 | static_cast<std::uint64_t>(scope);
        for (std::uint64_t i = 0; i < table.count(); ++i) {
          const match::DigestRow row = table.row(i);
          const auto name = pack.digest_name(row.tag);
          if (!name) continue;
          const bool allows = role == pack::Role::allow;
          out[allows ? name->text + " (allowed)" : name->text] +=
              print_of(row.key, seed << 32 | row.size);
        }
      }
    }
  }
}

Status add_yara(const pack::Pack& pack, Prints& out) {
  for (const pack::YaraText& rule : ANTIDOTARY_TRY(pack.yara_texts())) {
    out[rule.shown] += print_of(rule.text);
  }
  return {};
}

Status add_rest(const pack::Pack& pack, Prints& out) {
  for (const auto& [path, text] : ANTIDOTARY_TRY(pack.encyclopedia())) {
    out[path] += print_of(text);
  }
  for (const pack::IgnoredName& one : ANTIDOTARY_TRY(pack.ignored())) {
    out[one.name + " (ignored)"] += print_of(one.line_md5);
  }
  for (const pack::Magic& magic : pack.magics()) {
    out[magic.description + " (type)"] +=
        print_of(magic.from_type + ">" + magic.type + match::describe(magic.pattern)) + magic.kind +
        static_cast<std::uint64_t>(magic.offset.shift);
  }
  for (const pack::Icon& icon : pack.icons()) {
    out[icon.name + " (icon)"] += print_of(icon.hash) + print_of(icon.group1 + ":" + icon.group2);
  }
  // Whole, for their lines bear no names.
  for (const auto& [section, name] :
       {std::pair{pack::sections::links, "(links)"}, {pack::sections::passwords, "(passwords)"}}) {
    const Bytes bytes = pack.file().section(section);
    if (!bytes.empty()) out[name] = print_of(bytes);
  }
  return {};
}

Result<Prints> prints_of(const pack::Pack& pack) {
  Prints out;
  for (std::uint32_t number = 0; number < pack.rule_count(); ++number) {
    const pack::Rule rule = ANTIDOTARY_TRY(pack.rule(number));
    out[pack.shown_name(rule.name, rule.origin)] +=
        print_of(ANTIDOTARY_TRY(pack.rule_text(number)));
  }
  for (const pack::MemberRule& rule : pack.member_rules()) {
    pack::MemberRule alone = rule;
    alone.origin = {};
    out[pack.shown_name(rule.name, rule.origin)] += print_of(pack::encode({alone}));
  }
  add_digests(pack, out);
  ANTIDOTARY_CHECK(add_yara(pack, out));
  ANTIDOTARY_CHECK(add_rest(pack, out));
  return out;
}

void tell(const Invocation& invocation, char sign, std::string_view what, const std::string& name) {
  if (!invocation.has("json")) {
    print(fmt::format("{} {}\n", sign, escape_for_terminal(name)));
    return;
  }
  Json line = typed("difference", Json(Json::Object{}));
  line.set("what", what);
  line.set("name", name);
  print_line(line);
}

}  // namespace

Exit run_pack_diff(const Invocation& invocation) {
  std::array<Prints, 2> prints;
  for (std::size_t i = 0; i < prints.size(); ++i) {
    const auto opened = open_pack(invocation.arguments[i]);
    if (!opened) return complain(opened.error());
    auto read = prints_of(*opened->pack);
    if (!read) return complain(with_context(read.error(), "the pack " + opened->path));
    prints[i] = std::move(*read);
  }
  const auto& [older, newer] = prints;
  std::uint64_t differences = 0;
  const auto differs = [&](char sign, std::string_view what, const std::string& name) {
    ++differences;
    tell(invocation, sign, what, name);
  };
  for (const auto& [name, print] : older) {
    if (!newer.contains(name)) differs('-', "removed", name);
  }
  for (const auto& [name, print] : older) {
    const auto now = newer.find(name);
    if (now != newer.end() && now->second != print) differs('~', "changed", name);
  }
  for (const auto& [name, print] : newer) {
    if (!older.contains(name)) differs('+', "added", name);
  }
  std::fflush(stdout);
  std::fprintf(stderr, "%llu %s\n", static_cast<unsigned long long>(differences),
               differences == 1 ? "name differs" : "names differ");
  return differences == 0 ? Exit::clean : Exit::found;
}

}  // namespace antidotary::cli
