// export FORMAT [NAME...]: entries in the formats of other tools.
#include "publish/exports/export.h"

#include <cstdlib>
#include <filesystem>

#include "cli/desk.h"
#include "cli/revisions.h"
#include "cli/write_file.h"
#include "core/text.h"
#include "entries/names.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;

std::string formats_in_words() {
  std::string out;
  for (const auto& format : publish::export_formats()) {
    out += (out.empty() ? "" : ", ") + std::string(format.name);
  }
  return out;
}

// When it was made: what SOURCE_DATE_EPOCH says, so that two builds can be equal; else now.
std::uint64_t made_unix_s() {
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  if (epoch == nullptr) return unix_seconds();
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(epoch, &end, 10);
  return *end == '\0' && end != epoch && value < 253'402'300'800 ? value : unix_seconds();
}

Result<std::vector<publish::Chosen>> chosen_by(const Invocation& invocation,
                                               const entries::Encyclopedia& encyclopedia) {
  std::vector<publish::Chosen> out;
  const auto& words = invocation.arguments;
  if (words.size() == 1) {
    for (const auto& entry : encyclopedia.entries()) publish::choose(out, entry, nullptr);
    return out;
  }
  const entries::Names names(encyclopedia);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto resolution = names.resolve(words[i]);
    if (resolution.kind != entries::Resolution::Kind::one) {
      return fail(ErrorKind::bad_input, "'{}' {}; 'antidotary names resolve' says what it may mean",
                  words[i],
                  resolution.kind == entries::Resolution::Kind::ambiguous ? "means several threats"
                                                                          : "is no known threat");
    }
    const entries::NameMatch& match = resolution.matches.front();
    // A program reads what comes out: a whole family is no answer to a question for a variant.
    if (match.letter_unknown) {
      return fail(ErrorKind::bad_input,
                  "'{}' names a variant that is not known here ({}); for the family say '{}'",
                  words[i], match.why, match.entry->id);
    }
    publish::choose(out, *match.entry, match.variant);
  }
  return out;
}

Exit write(const fs::path& path, const std::string& text) {
  if (const Status written = write_file(path, text); !written) return complain(written.error());
  std::fprintf(stderr, "wrote %s\n", path.c_str());
  return Exit::clean;
}

Exit write_files(const publish::ExportFormat& format, const std::vector<publish::ExportFile>& files,
                 const std::string& out) {
  std::error_code failed;
  if (files.size() == 1 && !out.ends_with('/') && !fs::is_directory(out, failed)) {
    const fs::path ending = fs::path(files.front().name).extension();
    if (format.read_by_ending && fs::path(out).extension() != ending) {
      return complain(
          fmt::format("{} would not be loaded: what reads it goes by the ending; call "
                      "it *{}, or name a folder",
                      out, ending.string()));
    }
    return write(out, files.front().text);
  }
  fs::create_directories(out, failed);
  if (failed) {
    return complain(fmt::format("these are {} files, so {} must be a folder: {}", files.size(), out,
                                failed.message()));
  }
  for (const auto& file : files) {
    const Exit exit = write(fs::path(out) / file.name, file.text);
    if (exit != Exit::clean) return exit;
  }
  return Exit::clean;
}

}  // namespace

Exit run_export(const Invocation& invocation) {
  const std::string& name = invocation.arguments[0];
  const publish::ExportFormat* format = publish::find_export_format(name);
  if (format == nullptr) {
    return complain(fmt::format("there is no format '{}'; there are {}", name, formats_in_words()));
  }
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const auto chosen = chosen_by(invocation, *encyclopedia);
  if (!chosen) return complain(chosen.error());
  const auto revisions = revisions_of(invocation);
  if (!revisions) return complain(revisions.error());
  const auto files = format->make({*encyclopedia, *chosen, made_unix_s(), *revisions});
  if (!files) return complain(files.error());
  if (invocation.has("out")) {
    const Exit exit = write_files(*format, *files, invocation.value("out"));
    return whole_or_incomplete(*encyclopedia, exit);
  }
  if (files->size() > 1) {
    std::string parts;
    for (const auto& file : *files) parts += (parts.empty() ? "" : ", ") + file.name;
    return complain(
        fmt::format("{} needs several files ({}); name a folder with --out", format->name, parts));
  }
  print(files->front().text);
  return whole_or_incomplete(*encyclopedia, Exit::clean);
}

}  // namespace antidotary::cli
