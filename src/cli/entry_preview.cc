// entry preview: an entry's page as it will be, served to the author alone and loaded again at
// every change, with what the linter and the proof say above it.
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>

#include "cli/desk.h"
#include "cli/scratch_folder.h"
#include "core/text.h"
#include "proof/circle.h"
#include "proof/inert.h"
#include "proof/specimen_digests.h"
#include "publish/html/assets.h"
#include "publish/html/html.h"
#include "publish/html/preview.h"
#include "serve/preview.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;
using entries::SourceFile;

/// What is previewed: an entry of the encyclopedia, or one that lies elsewhere and is read as if
/// it lay there.
struct Wanted {
  std::string base;   ///< The encyclopedia.
  std::string id;     ///< "win32/mimail".
  std::string draft;  ///< The entry's own folder, where it lies elsewhere.

  std::string folder() const { return draft.empty() ? base + "/" + id : draft; }
};

bool is_there(const fs::path& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

// The folder of the entry that a file belongs to: the nearest above it that holds entry.md.
Result<Wanted> wanted_by_path(const std::string& base, const std::string& argument) {
  std::error_code failed;
  const fs::path given = fs::canonical(argument, failed);
  fs::path folder = given;
  while (folder.has_relative_path() && !is_there(folder / "entry.md"))
    folder = folder.parent_path();
  if (failed || !folder.has_relative_path()) {
    return fail(ErrorKind::bad_input,
                "{} is no file of an entry: no folder above it has an "
                "entry.md",
                argument);
  }
  Wanted out;
  out.base = base;
  out.id = (folder.parent_path().filename() / folder.filename()).string();
  const fs::path usual = fs::weakly_canonical(fs::path(base) / out.id, failed);
  if (usual != folder) out.draft = folder.string();
  return out;
}

Result<Wanted> wanted_of(const Invocation& invocation) {
  const std::string base = encyclopedia_path(invocation);
  std::string argument = invocation.arguments[0];
  // As a shell completes it: "win32/mimail/".
  while (argument.size() > 1 && argument.ends_with('/')) argument.pop_back();
  if (is_there(fs::path(base) / argument / "entry.md")) return Wanted{base, argument, ""};
  if (is_there(argument)) return wanted_by_path(base, argument);
  return fail(ErrorKind::bad_input,
              "there is no entry '{}' and no such file; ids are folders of the encyclopedia such "
              "as win32/mimail, and 'antidotary entry new' starts one",
              argument);
}

Result<std::vector<SourceFile>> sources_of(const Wanted& wanted) {
  auto sources = ANTIDOTARY_TRY(proof::read_sources(wanted.base));
  if (wanted.draft.empty()) return sources;
  std::erase_if(sources,
                [&](const SourceFile& file) { return file.path.starts_with(wanted.id + "/"); });
  for (SourceFile& file : ANTIDOTARY_TRY(proof::read_sources(wanted.draft))) {
    file.path = wanted.id + "/" + file.path;
    sources.push_back(std::move(file));
  }
  return sources;
}

std::string line_of(const std::string& text, std::size_t number) {
  std::size_t at = 0;
  for (std::size_t line = 1; line < number && at != text.npos; ++line) {
    at = text.find('\n', at);
    if (at != text.npos) ++at;
  }
  if (number == 0 || at == text.npos) return "";
  return text.substr(at, text.find('\n', at) - at);
}

std::string type_of(std::string_view path) {
  if (path.ends_with(".css")) return "text/css; charset=utf-8";
  if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (path.ends_with(".json")) return "application/json";
  if (path.ends_with(".svg")) return "image/svg+xml";
  return "text/html; charset=utf-8";
}

class EntryPreview final : public serve::PreviewSource {
 public:
  EntryPreview(Wanted wanted, ScratchFolder scratch)
      : wanted_(std::move(wanted)), scratch_(std::move(scratch)), began_(unix_seconds()) {}

  std::vector<std::string> watched() const override {
    std::vector<std::string> out{wanted_.base};
    if (!wanted_.draft.empty()) out.push_back(wanted_.draft);
    return out;
  }
  std::string version() const override { return fmt::format("{}-{}", began_, number_); }
  bool reread() override;
  serve::PreviewAnswer answer(std::string_view path) const override;
  std::string prove() override;
  bool proven(std::string_view text, bool whole) override;

 private:
  void read(std::vector<SourceFile> sources);
  void add_problem(entries::Problem problem, const std::vector<SourceFile>& sources);
  void number_pages();
  bool is_of_entry(std::string_view path) const;

  Wanted wanted_;
  ScratchFolder scratch_;
  std::uint64_t began_;
  std::uint64_t number_ = 0;
  entries::Encyclopedia encyclopedia_;
  std::map<std::string, std::string, std::less<>> site_;  ///< By address, with its '/'.
  bool broken_ = false;
  std::string seen_;  ///< What pages showed last, as one text that differs where they do.
  publish::PreviewFindings findings_;
};

// Paths as `entry lint` gives them, so that an editor opens them.
std::string shown_path(const Wanted& wanted, const std::string& file) {
  const bool own = file.starts_with(wanted.id + "/");
  const fs::path whole = own ? fs::path(wanted.folder()) / file.substr(wanted.id.size() + 1)
                             : fs::path(wanted.base) / file;
  std::error_code failed;
  const fs::path here = fs::current_path(failed);
  const fs::path near = fs::weakly_canonical(whole, failed).lexically_proximate(here);
  return failed || near.native().starts_with("..") ? whole.string() : near.string();
}

void EntryPreview::add_problem(entries::Problem problem, const std::vector<SourceFile>& sources) {
  publish::ShownProblem shown{std::move(problem), ""};
  entries::Place& place = shown.problem.place;
  if (!place.file.starts_with(wanted_.id + "/")) return;
  for (const SourceFile& file : sources) {
    if (file.path == place.file) shown.line = line_of(file.text, place.line);
  }
  place.file = shown_path(wanted_, place.file);
  findings_.problems.push_back(std::move(shown));
}

void EntryPreview::read(std::vector<SourceFile> sources) {
  std::vector<entries::Problem> problems;
  encyclopedia_ = entries::Encyclopedia::read(sources, problems);
  for (entries::Problem& problem : entries::lint(encyclopedia_)) {
    problems.push_back(std::move(problem));
  }
  if (wanted_.draft.empty()) {
    // A near miss that could run is a finding like any other; where it cannot be read, the proof
    // says so.
    if (auto proofs = proof::lint_proofs(wanted_.base)) {
      problems.insert(problems.end(), proofs->begin(), proofs->end());
    }
  }
  for (entries::Problem& problem : problems) add_problem(std::move(problem), sources);
  site_.clear();
  for (publish::SiteFile& file : publish::site(encyclopedia_, {})) {
    site_["/" + file.path] = std::move(file.text);
  }
  broken_ = encyclopedia_.find(wanted_.id) == nullptr;
}

bool EntryPreview::reread() {
  const publish::PreviewFindings before = std::exchange(findings_, {});
  auto sources = sources_of(wanted_);
  if (sources) {
    read(std::move(*sources));
  } else {
    broken_ = true;
    entries::Problem problem;
    problem.what = sources.error().what;
    findings_.problems.push_back({std::move(problem), ""});
  }
  std::string seen;
  for (const publish::ShownProblem& shown : findings_.problems) {
    seen += shown.problem.sentence() + "\n" + shown.line + "\n";
  }
  for (const auto& [path, text] : site_) seen += path + "\n" + text;
  if (seen == seen_) {
    findings_ = before;
    return false;
  }
  seen_ = std::move(seen);
  findings_.proving = broken_ ? publish::Proving::impossible : publish::Proving::running;
  number_pages();
  std::fprintf(stderr, "read: %zu problem%s\n", findings_.problems.size(),
               findings_.problems.size() == 1 ? "" : "s");
  return true;
}

void EntryPreview::number_pages() {
  ++number_;
  findings_.version = version();
}

bool EntryPreview::is_of_entry(std::string_view path) const {
  return path.starts_with("/" + wanted_.id + ".");
}

serve::PreviewAnswer EntryPreview::answer(std::string_view path) const {
  if (path == publish::preview_style_path) {
    return {200, type_of(path), std::string(publish::site_preview_style())};
  }
  if (path == publish::preview_script_path) {
    return {200, type_of(path), std::string(publish::site_preview_script())};
  }
  if (path == "/") path = "/index.html";
  const auto found = site_.find(path);
  const std::string type = type_of(path);
  const bool page = type.starts_with("text/html");
  if (found != site_.end()) {
    if (!page) return {200, type, found->second};
    return {200, type, publish::preview_page(found->second, findings_, is_of_entry(path))};
  }
  if (!page) return {404, "text/plain; charset=utf-8", "there is no such file\n"};
  const bool broken_here = broken_ && is_of_entry(path);
  const std::string title =
      broken_here ? wanted_.id + " cannot be read" : "There is no page at this address";
  return {broken_here ? 200 : 404, type,
          publish::preview_message(encyclopedia_, path.substr(1), title, findings_)};
}

std::string EntryPreview::prove() {
  const auto failed = [](const Error& error) {
    Json line;
    line.set("error", error.what);
    return line.dump() + "\n";
  };
  auto sources = sources_of(wanted_);
  if (!sources) return failed(sources.error());
  std::vector<entries::Problem> problems;
  const auto encyclopedia =
      entries::Encyclopedia::read(proof::with_specimen_digests(std::move(*sources)), problems);
  const entries::Entry* entry = encyclopedia.find(wanted_.id);
  if (entry == nullptr) return "";
  const auto checks = proof::prove(encyclopedia, *entry, wanted_.folder() + "/proof/near",
                                   scratch_.empty_part("proof"));
  if (!checks) return failed(checks.error());
  std::string out;
  for (const proof::Check& check : *checks) out += to_json(check).dump() + "\n";
  return out;
}

bool EntryPreview::proven(std::string_view text, bool whole) {
  if (broken_) return false;
  publish::PreviewFindings fresh;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    const auto json = Json::parse(line);
    const auto check = json ? record_from_json<proof::Check>(*json)
                            : Result<proof::Check>(tl::unexpected(json.error()));
    if (check) {
      ++fresh.checks;
      if (!check->passed) fresh.failed.push_back({check->variant, check->what, check->detail});
    } else {
      const Json* error = json ? json->find("error") : nullptr;
      fresh.proof_error =
          error != nullptr && error->string() != nullptr ? *error->string() : check.error().what;
    }
  }
  if (!whole && fresh.proof_error.empty()) {
    fresh.proof_error =
        "it broke off before its end; 'antidotary entry test " + wanted_.id + "' may say why";
  }
  const auto same = [](const publish::FailedCheck& a, const publish::FailedCheck& b) {
    return a.variant == b.variant && a.what == b.what && a.detail == b.detail;
  };
  const bool known = findings_.proving == publish::Proving::done &&
                     findings_.checks == fresh.checks &&
                     findings_.proof_error == fresh.proof_error &&
                     std::equal(fresh.failed.begin(), fresh.failed.end(), findings_.failed.begin(),
                                findings_.failed.end(), same);
  if (known) return false;
  findings_.proving = publish::Proving::done;
  findings_.checks = fresh.checks;
  findings_.failed = std::move(fresh.failed);
  findings_.proof_error = std::move(fresh.proof_error);
  number_pages();
  std::fprintf(stderr, "proof: %zu checks, %zu failed\n", findings_.checks,
               findings_.failed.size());
  return true;
}

Result<std::uint16_t> port_of(const Invocation& invocation) {
  const std::string text = invocation.value("port", "0");
  std::uint16_t port = 0;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, port);
  if (read.ec != std::errc() || read.ptr != end) {
    return fail(ErrorKind::bad_input, "--port takes a number up to 65535, not '{}'", text);
  }
  return port;
}

}  // namespace

Exit run_entry_preview(const Invocation& invocation) {
  const auto port = port_of(invocation);
  if (!port) return complain(port.error());
  const auto wanted = wanted_of(invocation);
  if (!wanted) return complain(wanted.error());
  auto scratch = ScratchFolder::make();
  if (!scratch) return complain(scratch.error());
  const auto listener = serve::listen_on_loopback(*port);
  if (!listener) return complain(listener.error());
  print(fmt::format("http://127.0.0.1:{}/{}.html\n", listener->port, wanted->id));
  std::fflush(stdout);
  std::fputs("Save a file and the page follows; Ctrl-C ends.\n", stderr);
  EntryPreview preview(*wanted, std::move(*scratch));
  const Status served = serve::serve_preview(*listener, preview);
  return served ? Exit::clean : complain(served.error());
}

}  // namespace antidotary::cli
