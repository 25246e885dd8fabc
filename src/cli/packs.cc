#include "cli/packs.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/desk.h"
#include "cli/kept_packs.h"
#include "cli/signing.h"
#include "core/record.h"
#include "files/act.h"
#include "files/state.h"
#include "pack/file.h"
#include "pack/section_names.h"
#include "signatures/build.h"
#include "signatures/sources.h"

namespace antidotary::cli {
namespace {

constexpr std::string_view packs_folder = "packs";

std::pair<std::string, std::string> folder_and_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

/// A pack is code that scans: whoever may write it decides what is found.
Status check_trusted(int descriptor, const std::string& path) {
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(descriptor));
  if (stat.kind != files::Kind::file) {
    return fail(ErrorKind::bad_input, "{} is not a file: a pack is one file", path);
  }
  const bool ours = stat.owner == 0 || stat.owner == geteuid();
  if (!ours) {
    return fail(ErrorKind::refused,
                "{} belongs to another user, who could change what is found; copy it to make it "
                "yours",
                path);
  }
  if ((stat.mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(ErrorKind::refused,
                "{} may be written by others, who could change what is found; 'chmod go-w {}' "
                "mends it",
                path, path);
  }
  return {};
}

/// The folder for packs made by -d, in the state folder.
Result<std::string> packs_path(const Invocation& invocation) {
  const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
  const Status made =
      files::act::make_directory(state.descriptor(), std::string(packs_folder), 0700);
  if (!made && made.error().kind != ErrorKind::busy) {
    if (!files::Root::open(state.path() + "/" + std::string(packs_folder))) {
      return tl::unexpected(made.error());
    }
  }
  return state.path() + "/" + std::string(packs_folder);
}

}  // namespace

Status check_replaceable(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};  // nothing is there, or writing will tell
  if (S_ISLNK(status.st_mode)) {
    return fail(ErrorKind::refused, "{} is a link, which would be replaced; name what it leads to",
                path);
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::refused, "{} is not a file; name a file for the pack", path);
  }
  if (status.st_size == 0) return {};
  const auto [folder, name] = folder_and_name(path);
  const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder));
  const files::Fd file = ANTIDOTARY_TRY(root.open_file(name));
  Buffer begin(pack::file_magic.size());
  const std::size_t size = ANTIDOTARY_TRY(files::read_at(file.get(), 0, begin));
  // Of another version, cut or damaged: it was a pack, and is made anew.
  if (size > 0 && pack::file_magic.starts_with(as_text(Bytes(begin).first(size)))) return {};
  return fail(ErrorKind::refused,
              "{} is not a pack and would be lost; name another file, or remove this one first",
              path);
}

Status publish(const std::string& path, Bytes bytes) {
  const auto [folder, name] = folder_and_name(path);
  const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder));
  const std::string temporary = fmt::format(".{}.{}", name, getpid());
  const files::Fd target = ANTIDOTARY_TRY(root.open_directory(""));
  const auto write = [&]() -> Status {
    const files::Fd file = ANTIDOTARY_TRY(files::act::create(root.descriptor(), temporary, 0644));
    ANTIDOTARY_CHECK(files::act::write_all(file.get(), bytes));
    ANTIDOTARY_CHECK(files::act::sync(file.get()));
    ANTIDOTARY_CHECK(
        files::act::rename_over(root.descriptor(), temporary, root.descriptor(), name));
    return files::act::sync(root.descriptor());
  };
  Status written = write();
  if (!written) {
    static_cast<void>(files::act::remove(root.descriptor(), temporary));
    return tl::unexpected(with_context(written.error(), "writing " + path));
  }
  return {};
}

Result<OpenPack> open_pack(const std::string& path) {
  const auto [folder, name] = folder_and_name(path);
  auto opened = [&]() -> Result<OpenPack> {
    const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder));
    const files::Fd file = ANTIDOTARY_TRY(root.open_file(name));
    ANTIDOTARY_CHECK(check_trusted(file.get(), path));
    OpenPack out;
    out.path = path;
    out.mapping = std::make_unique<files::Mapping>(ANTIDOTARY_TRY(files::Mapping::map(file.get())));
    const PageAdvice advice{[&out](Bytes part) { out.mapping->want(part); },
                            [&out](Bytes part) { out.mapping->forget(part); }};
    auto pack = ANTIDOTARY_TRY(pack::Pack::open(out.mapping->bytes(), advice));
    out.pack = std::make_unique<pack::Pack>(std::move(pack));
    if (!out.pack->yara().empty()) {
      out.yara = std::make_unique<pack::Yara>(ANTIDOTARY_TRY(pack::Yara::open(out.pack->yara())));
      out.yara->warm();
    }
    return out;
  }();
  if (opened) return opened;
  const bool named = opened.error().what.find(path) != std::string::npos;
  if (named) return tl::unexpected(opened.error());
  return tl::unexpected(with_context(opened.error(), "the pack " + path));
}

Result<MadeFrom> made_from(const std::string& path, const std::string& signing_key) {
  const auto [folder, name] = folder_and_name(path);
  const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder));
  const files::Fd descriptor = ANTIDOTARY_TRY(root.open_file(name));
  ANTIDOTARY_CHECK(check_trusted(descriptor.get(), path));
  const files::Mapping mapping = ANTIDOTARY_TRY(files::Mapping::map(descriptor.get()));
  const auto read = [&]() -> Result<MadeFrom> {
    const pack::File file = ANTIDOTARY_TRY(pack::File::open(mapping.bytes()));
    MadeFrom out;
    out.is_signed = file.is_signed();
    if (!signing_key.empty() && out.is_signed) {
      const Buffer key = ANTIDOTARY_TRY(read_public_half(signing_key));
      out.is_signed_by_key = file.verify_signature(key).has_value();
    }
    out.recipe = ANTIDOTARY_TRY(from_wire<pack::Recipe>(file.section(pack::sections::recipe)));
    return out;
  };
  auto out = read();
  if (!out) return tl::unexpected(with_context(out.error(), "the pack " + path));
  return out;
}

Status check_whole(const std::string& shown, const std::vector<pack::Source>& sources,
                   const std::vector<pack::Refusal>& refusals) {
  const auto is_broken = [](const pack::Source& one) {
    return one.format == signatures::broken_format;
  };
  const auto first = std::find_if(sources.begin(), sources.end(), is_broken);
  if (first == sources.end()) return {};
  const auto number = static_cast<std::uint64_t>(first - sources.begin());
  const auto why = std::find_if(refusals.begin(), refusals.end(), [&](const pack::Refusal& one) {
    return one.source == number && one.line == 0;
  });
  const auto others = std::count_if(first + 1, sources.end(), is_broken);
  return fail(ErrorKind::bad_input, "{} is without {}{}, which cannot be read: {}", shown,
              first->path, others == 0 ? "" : fmt::format(" and {} more", others),
              why == refusals.end() ? "it is broken" : why->reason);
}

Status check_whole(const OpenPack& opened) {
  const auto refusals = ANTIDOTARY_TRY(opened.pack->refusals());
  return check_whole("the pack " + opened.path, opened.pack->sources(), refusals);
}

Result<BuiltPack> build_pack(const PackRecipe& recipe, const std::string& path) {
  signatures::Corpus corpus(recipe.options);
  // As a later refresh finds them, wherever it is run.
  for (const std::string& input : recipe.inputs) {
    corpus.recipe.inputs.push_back(absolute_path(input));
  }
  corpus.recipe.potentially_unwanted = recipe.options.potentially_unwanted;
  corpus.recipe.key = recipe.key.empty()
                          ? ANTIDOTARY_TRY(signatures::key_of(corpus.recipe.inputs, recipe.options))
                          : recipe.key;
  for (const std::string& input : recipe.inputs) {
    ANTIDOTARY_CHECK(signatures::read_source(input, corpus));
  }
  BuiltPack out;
  out.path = path;
  signatures::BuildOptions options;
  const Buffer key =
      recipe.signing_key.empty() ? Buffer{} : ANTIDOTARY_TRY(read_private_key(recipe.signing_key));
  options.signing_key = key;
  // Sections whose inputs are the same are taken over from the pack that is replaced.
  auto older = open_pack(path);
  if (!older && !recipe.older.empty()) older = open_pack(recipe.older);
  if (older) options.older = &older->pack->file();
  Progress progress("items");
  options.progress = [&progress](std::string_view what, std::uint64_t done, std::uint64_t) {
    progress.advance(done, what);
  };
  Buffer bytes = ANTIDOTARY_TRY(signatures::build(std::move(corpus), options));
  // What cannot be opened again is not put in anybody's way.
  const pack::Pack built = ANTIDOTARY_TRY(pack::Pack::open(bytes));
  out.id = built.file().id();
  out.bytes = bytes.size();
  out.sources = built.sources();
  out.refusals = ANTIDOTARY_TRY(built.refusals());
  if (recipe.only_whole) {
    const Status whole = check_whole("a new " + path, out.sources, out.refusals);
    if (!whole) return fail(whole.error().kind, "{}; the old one is kept", whole.error().what);
  }
  ANTIDOTARY_CHECK(publish(path, bytes));
  return out;
}

PackRecipe databases_of(const Invocation& invocation) {
  PackRecipe out;
  out.inputs = invocation.all("database");
  out.options.potentially_unwanted = invocation.has("pua");
  return out;
}

namespace {

/// The pack of databases that the state folder has, or that is built there now.
Result<OpenPack> kept_pack_of(const Invocation& invocation, const PackRecipe& databases) {
  const std::string folder = ANTIDOTARY_TRY(packs_path(invocation));
  KeptPacks packs(ANTIDOTARY_TRY(files::Root::open(folder)));
  const KeptPacks::Place place = ANTIDOTARY_TRY(
      packs.find(databases.inputs, databases.options, !invocation.has("paranoid"), unix_seconds()));
  auto kept = open_pack(place.path);
  if (!kept) {
    PackRecipe recipe = databases;
    recipe.key = place.key;
    recipe.older = place.older;
    const BuiltPack built = ANTIDOTARY_TRY(build_pack(recipe, place.path));
    for (const pack::Source& source : built.sources) {
      // A broken file is told of on every run, by whoever opens the pack.
      const bool told = source.format == signatures::broken_format;
      if (source.refused == 0 || told || source.format == signatures::skipped_format) continue;
      complain(fmt::format(
          "{}: {} not taken; 'antidotary pack info --refused {}' says why", source.path,
          source.refused == 1 ? "1 line was" : fmt::format("{} lines were", source.refused),
          place.path));
    }
    kept = open_pack(place.path);
    packs.prune(place);
  }
  packs.use(place, unix_seconds());
  return kept;
}

/// A pack that was built elsewhere. Where $ANTIDOTARY_PACK_KEY names a public key, it is used only
/// if that key signed it and all of it is what was signed.
Result<OpenPack> open_foreign(const std::string& path) {
  OpenPack out = ANTIDOTARY_TRY(open_pack(path));
  const char* key_path = std::getenv("ANTIDOTARY_PACK_KEY");
  if (key_path == nullptr || *key_path == '\0') return out;
  const Buffer key = ANTIDOTARY_TRY(read_public_key(key_path));
  Status verified = out.pack->file().verify_signature(key);
  if (verified) verified = out.pack->file().verify_sections();
  if (verified) return out;
  return tl::unexpected(with_context(
      verified.error(), fmt::format("the pack {} (ANTIDOTARY_PACK_KEY is {})", path, key_path)));
}

}  // namespace

Result<std::optional<OpenPack>> pack_of(const Invocation& invocation, const PackRecipe& databases) {
  if (invocation.has("pack")) return ANTIDOTARY_TRY(open_foreign(invocation.value("pack")));
  if (!databases.inputs.empty()) {
    return ANTIDOTARY_TRY(kept_pack_of(invocation, databases));
  }
  const char* chosen = std::getenv("ANTIDOTARY_PACK");
  if (chosen != nullptr && *chosen != '\0') return ANTIDOTARY_TRY(open_foreign(chosen));
  return std::nullopt;
}

}  // namespace antidotary::cli
