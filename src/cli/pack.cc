// pack build|refresh|info|verify|diff: the compiled database as a thing of its own.
#include <algorithm>
#include <cstdio>

#include "cli/desk.h"
#include "cli/kept_packs.h"
#include "cli/packs.h"
#include "cli/signing.h"
#include "core/text.h"
#include "files/act.h"
#include "signatures/sources.h"

namespace antidotary::cli {
namespace {

struct Counts {
  std::uint64_t file_digests = 0;
  std::uint64_t section_digests = 0;
  std::uint64_t import_digests = 0;
  std::uint64_t allowed_digests = 0;
  std::uint64_t rules = 0;
  std::uint64_t member_rules = 0;
  std::uint64_t magics = 0;
  std::uint64_t icons = 0;
  std::uint64_t yara_bytes = 0;
  std::uint64_t refused = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("file_digests", self.file_digests);
    visit("section_digests", self.section_digests);
    visit("import_digests", self.import_digests);
    visit("allowed_digests", self.allowed_digests);
    visit("rules", self.rules);
    visit("member_rules", self.member_rules);
    visit("magics", self.magics);
    visit("icons", self.icons);
    visit("yara_bytes", self.yara_bytes);
    visit("refused", self.refused);
  }
};

Counts counts_of(const pack::Pack& pack) {
  Counts out;
  for (const DigestKind kind : digest_kinds) {
    const auto count = [&](pack::Scope scope, pack::Role role) {
      return pack.digests(kind, scope, role).count();
    };
    out.file_digests += count(pack::Scope::file, pack::Role::detect);
    out.section_digests += count(pack::Scope::section, pack::Role::detect);
    out.import_digests += count(pack::Scope::imports, pack::Role::detect);
    out.allowed_digests += count(pack::Scope::file, pack::Role::allow);
  }
  out.rules = pack.rule_count();
  out.member_rules = pack.member_rules().size();
  out.magics = pack.magics().size();
  out.icons = pack.icons().size();
  out.yara_bytes = pack.yara().size();
  for (const pack::Source& source : pack.sources()) out.refused += source.refused;
  return out;
}

void print_counts(const Counts& counts) {
  const auto row = [](std::string_view what, std::uint64_t count) {
    if (count > 0) print(fmt::format("  {:<34} {:>12}\n", what, count));
  };
  row("digests of files", counts.file_digests);
  row("digests of sections", counts.section_digests);
  row("digests of imports", counts.import_digests);
  row("digests of allowed files", counts.allowed_digests);
  row("rules over content", counts.rules);
  row("rules over members of containers", counts.member_rules);
  row("magics", counts.magics);
  row("icons", counts.icons);
  row("compiled YARA rules, bytes", counts.yara_bytes);
}

/// One line a source: what was taken, what was refused.
void print_sources(const std::vector<pack::Source>& sources) {
  print(fmt::format("{:>10} {:>9}  {:<10} {}\n", "taken", "refused", "format", "source"));
  for (const pack::Source& source : sources) {
    print(fmt::format("{:>10} {:>9}  {:<10} {}{}\n", source.taken, source.refused, source.format,
                      escape_for_terminal(source.path), source.official ? " (signed)" : ""));
  }
}

void print_refusals(const std::vector<pack::Source>& sources,
                    const std::vector<pack::Refusal>& refusals, std::size_t most, std::FILE* to) {
  for (std::size_t i = 0; i < std::min(most, refusals.size()); ++i) {
    const pack::Refusal& one = refusals[i];
    const std::string path =
        one.source < sources.size() ? escape_for_terminal(sources[one.source].path) : "?";
    const std::string where = one.line == 0 ? path : fmt::format("{}:{}", path, one.line);
    std::fprintf(to, "refused: %s: %s\n", where.c_str(), escape_for_terminal(one.reason).c_str());
  }
  std::uint64_t all = 0;
  for (const pack::Source& source : sources) all += source.refused;
  const std::uint64_t shown = std::min(most, refusals.size());
  if (all <= shown) return;
  // A pack keeps the reasons of the first refused lines of each source; it counts all of them.
  const char* const where = refusals.size() > shown
                                ? "; 'antidotary pack info --refused' lists more"
                                : ", whose reasons are not kept";
  std::fprintf(to, "refused: and %llu more%s\n", static_cast<unsigned long long>(all - shown),
               where);
}

constexpr std::size_t refusals_shown = 20;

/// A pack without what a broken file would have given is made all the same, and said to be so.
Exit exit_of(const BuiltPack& built) {
  const Status whole = check_whole("the pack " + built.path, built.sources, built.refusals);
  return whole ? Exit::clean : complain(whole.error());
}

Exit tell_built(const Invocation& invocation, const BuiltPack& built) {
  if (invocation.has("json")) {
    Json line = typed("pack", Json(Json::Object{}));
    line.set("path", built.path);
    line.set("id", built.id);
    line.set("bytes", built.bytes);
    line.set("sources", to_json(built.sources));
    line.set("refusals", to_json(built.refusals));
    print_line(line);
    return exit_of(built);
  }
  print_sources(built.sources);
  std::fflush(stdout);
  print_refusals(built.sources, built.refusals, refusals_shown, stderr);
  print(fmt::format("{}: {:.1f} MB, id {}\n", escape_for_terminal(built.path),
                    static_cast<double>(built.bytes) / 1e6, built.id.substr(0, 16)));
  return exit_of(built);
}

PackRecipe recipe_of(const Invocation& invocation) {
  PackRecipe recipe;
  recipe.inputs = invocation.arguments;
  recipe.options.potentially_unwanted = invocation.has("pua");
  recipe.signing_key = invocation.value("sign");
  return recipe;
}

/// The key of a pack's sources as they are now. Content is hashed where the system says of a file
/// something else than when it was hashed last. Errors: those of signatures::key_of.
Result<std::string> key_now(const Invocation& invocation, const PackRecipe& recipe) {
  constexpr std::string_view name = "refresh";
  const auto kept = [&]() -> Result<KeptPacks> {
    const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
    // There already, as a rule; where it cannot be made it cannot be opened either.
    static_cast<void>(files::act::make_directory(state.descriptor(), std::string(name), 0700));
    return KeptPacks(ANTIDOTARY_TRY(files::Root::open(state.path() + "/" + std::string(name))));
  };
  auto marks = kept();
  // Without a place to remember in, all is hashed.
  if (!marks) return signatures::key_of(recipe.inputs, recipe.options);
  return marks->find(recipe.inputs, recipe.options, !invocation.has("force"), unix_seconds())
      .map([](const KeptPacks::Place& place) { return place.key; });
}

/// Who trusts a key would be left with a pack that it did not sign. Errors: refused.
Status check_seal(const std::string& path, const MadeFrom& made, const std::string& signing_key) {
  constexpr std::string_view otherwise = "; to change that, remove the pack and build it anew";
  if (!made.is_signed || made.is_signed_by_key) return {};
  if (signing_key.empty()) {
    return fail(ErrorKind::refused,
                "{} is signed, and would not be any more: name the private key with --sign{}", path,
                otherwise);
  }
  return fail(ErrorKind::refused, "{} is signed by another key than {}: name that one{}", path,
              signing_key, otherwise);
}

}  // namespace

Exit run_pack_build(const Invocation& invocation) {
  if (!invocation.has("out")) {
    return complain("name the pack to be written: -o site.pack");
  }
  const std::string path = invocation.value("out");
  if (const Status free = check_replaceable(path); !free) return complain(free.error());
  PackRecipe recipe = recipe_of(invocation);
  if (const auto made = made_from(path, recipe.signing_key)) {
    const Status sealed = check_seal(path, *made, recipe.signing_key);
    if (!sealed) return complain(sealed.error());
  }
  // A pack that has everything is not replaced by one that lacks a file.
  const auto older = open_pack(path);
  recipe.only_whole = older && check_whole(*older);
  const auto built = build_pack(recipe, path);
  if (!built) return complain(built.error());
  return tell_built(invocation, *built);
}

Exit run_pack_refresh(const Invocation& invocation) {
  const std::string& path = invocation.arguments[0];
  const auto made = made_from(path, invocation.value("sign"));
  if (!made) return complain(made.error());
  PackRecipe recipe;
  recipe.inputs = made->recipe.inputs;
  recipe.options.potentially_unwanted = made->recipe.potentially_unwanted;
  recipe.signing_key = invocation.value("sign");
  recipe.only_whole = true;
  const Status sealed = check_seal(path, *made, recipe.signing_key);
  if (!sealed) return complain(sealed.error());
  const auto key = key_now(invocation, recipe);
  if (!key) return complain(key.error());
  if (*key == made->recipe.key && !invocation.has("force")) {
    // One whose sections need another library is made again.
    if (const auto older = open_pack(path)) {
      if (const Status whole = check_whole(*older); !whole) return complain(whole.error());
      print(fmt::format("{}: its sources are as they were\n", escape_for_terminal(path)));
      return Exit::clean;
    }
  }
  const auto built = build_pack(recipe, path);
  if (!built) return complain(built.error());
  return tell_built(invocation, *built);
}

Exit run_pack_info(const Invocation& invocation) {
  const auto opened = open_pack(invocation.arguments[0]);
  if (!opened) return complain(opened.error());
  const pack::Pack& pack = *opened->pack;
  const auto refusals = pack.refusals();
  if (!refusals) return complain(refusals.error());
  const Counts counts = counts_of(pack);
  if (invocation.has("json")) {
    Json line = typed("pack", to_json(counts));
    line.set("id", pack.file().id());
    line.set("bytes", static_cast<std::uint64_t>(opened->mapping->bytes().size()));
    line.set("signed", pack.file().is_signed());
    line.set("sources", to_json(pack.sources()));
    if (invocation.has("refused")) line.set("refusals", to_json(*refusals));
    print_line(line);
    return Exit::clean;
  }
  print(fmt::format("{}\n  id {}\n  {:.1f} MB, {}\n", escape_for_terminal(opened->path),
                    pack.file().id(), static_cast<double>(opened->mapping->bytes().size()) / 1e6,
                    pack.file().is_signed() ? "signed" : "not signed"));
  print_counts(counts);
  print_sources(pack.sources());
  std::fflush(stdout);
  const std::size_t most = invocation.has("refused") ? refusals->size() : refusals_shown;
  print_refusals(pack.sources(), *refusals, most, stdout);
  return Exit::clean;
}

Exit run_pack_verify(const Invocation& invocation) {
  const auto opened = open_pack(invocation.arguments[0]);
  if (!opened) return complain(opened.error());
  const std::string shown = escape_for_terminal(opened->path);
  if (const auto verified = opened->pack->file().verify_sections(); !verified) {
    return complain(with_context(verified.error(), "the pack " + opened->path));
  }
  if (invocation.has("key")) {
    const auto key = read_public_key(invocation.value("key"));
    if (!key) return complain(key.error());
    if (const auto verified = opened->pack->file().verify_signature(*key); !verified) {
      return complain(with_context(verified.error(), "the pack " + opened->path));
    }
    print(fmt::format("{}: whole, and signed by this key\n", shown));
    return Exit::clean;
  }
  print(fmt::format("{}: whole{}\n", shown,
                    opened->pack->file().is_signed()
                        ? "; its signature was not checked: name the public key with --key"
                        : ""));
  return Exit::clean;
}

}  // namespace antidotary::cli
