// Encyclopedia: which file is what, and what becomes of the pieces.
#include "entries/encyclopedia.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/digest.h"
#include "core/text.h"
#include "entries/article.h"
#include "entries/ids.h"

namespace antidotary::entries {
namespace {

struct Folder {
  const SourceFile* entry = nullptr;
  std::vector<const SourceFile*> variants;
};

// Variants in the order of their letters: z before aa.
bool variant_before(const Variant& a, const Variant& b) {
  return a.id.size() != b.id.size() ? a.id.size() < b.id.size() : a.id < b.id;
}

void note(std::vector<Problem>& problems, const std::string& file, Severity severity,
          std::string what, std::string mend) {
  problems.push_back({{file, 1, 1}, severity, "file", std::move(what), std::move(mend)});
}

bool has_error(const std::vector<Problem>& problems, std::size_t since) {
  return std::any_of(problems.begin() + static_cast<std::ptrdiff_t>(since), problems.end(),
                     [](const Problem& problem) { return problem.severity == Severity::error; });
}

/// Sorts files into entries (by id) and bulletins; says which belong nowhere.
class Sorter {
 public:
  explicit Sorter(std::vector<Problem>& problems) : problems_(problems) {}

  void add(const SourceFile& file) {
    if (!seen_.insert(file.path).second) {
      note(problems_, file.path, Severity::error, "the file was handed in twice",
           "Read each file once.");
      return;
    }
    const std::vector<std::string_view> parts = split(file.path, '/');
    if (parts.size() == 2 && parts[0] == "bulletins") {
      if (parts[1].ends_with(".toml")) bulletins.push_back(&file);
      return;
    }
    if (parts.size() == 2 && parts[0] == "glossary") {
      if (parts[1].ends_with(".toml")) terms.push_back(&file);
      return;
    }
    if (parts.size() == 2 && parts[0] == "posture") {
      if (parts[1].ends_with(".toml")) checks.push_back(&file);
      return;
    }
    if (parts.size() < 3) return;  // README and other papers of the encyclopedia
    Folder& folder = folders[fmt::format("{}/{}", parts[0], parts[1])];
    const bool nested = parts.size() == 4;
    if (parts.size() == 3 && parts[2] == "entry.md") {
      folder.entry = &file;
    } else if (nested && parts[2] == "variants" && parts[3].ends_with(".toml")) {
      folder.variants.push_back(&file);
    } else if (parts[2] != "proof" && parts[2] != "rules.yar") {
      note(problems_, file.path, Severity::warning, "nobody reads this file",
           "An entry has entry.md, variants/<letter>.toml and proof/; remove it or rename it.");
    }
  }

  std::map<std::string, Folder> folders;
  std::vector<const SourceFile*> bulletins;
  std::vector<const SourceFile*> terms;
  std::vector<const SourceFile*> checks;

 private:
  std::vector<Problem>& problems_;
  std::set<std::string> seen_;
};

}  // namespace

std::string Problem::sentence() const {
  std::string out = fmt::format("{}:{}:{}: {}: {}.", place.file, place.line, place.column,
                                severity == Severity::error ? "error" : "warning", what);
  if (!mend.empty()) out += " Mend: " + mend;
  return escape_for_terminal(out + " [" + rule + "]");
}

namespace {

// The line that gives the id, for whoever must mend it.
std::uint32_t line_of_id(std::string_view text) {
  std::uint32_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const bool key = line.starts_with("id ") || line.starts_with("id=");
    if (key) return number;
  }
  return 1;
}

/// An id that could lead a page out of its folder is refused, whatever lints say later.
void check_id(const SourceFile& file, const std::string& id, bool path,
              std::vector<Problem>& problems) {
  if (path ? is_path_of_ids(id) : is_id(id)) return;
  problems.push_back({{file.path, line_of_id(file.text), 1},
                      Severity::error,
                      "id-is-a-name",
                      fmt::format("the id '{}' is no name", id),
                      path ? "Write \"<platform>/<family>\" of lower-case letters, digits and "
                             "hyphens: \"win32/mimail\"."
                           : "Write lower-case letters, digits and hyphens: \"ms02-015\"."});
}

/// CVE numbers name pages too.
void check_cves(const SourceFile& file, const Bulletin& bulletin, std::vector<Problem>& problems) {
  for (const std::string& cve : bulletin.cves) {
    if (is_id(ascii_lower(cve))) continue;
    problems.push_back({{file.path, 1, 1},
                        Severity::error,
                        "id-is-a-name",
                        fmt::format("'{}' is no CVE number", cve),
                        "Write it as \"CVE-2002-0077\"."});
  }
}

Bulletin read_checked_bulletin(const SourceFile& file, std::vector<Problem>& problems) {
  Bulletin bulletin = read_bulletin(file, problems);
  check_cves(file, bulletin, problems);
  return bulletin;
}

/// Reads the papers of one kind, in the order of their ids.
template <class Paper>
void read_each(const std::vector<const SourceFile*>& files,
               Paper (*read)(const SourceFile&, std::vector<Problem>&), std::vector<Paper>& out,
               std::vector<Problem>& problems) {
  for (const SourceFile* file : files) {
    const std::size_t before = problems.size();
    Paper paper = read(*file, problems);
    if (!has_error(problems, before)) check_id(*file, paper.id, false, problems);
    if (!has_error(problems, before)) out.push_back(std::move(paper));
  }
  std::sort(out.begin(), out.end(), [](const Paper& a, const Paper& b) { return a.id < b.id; });
}

std::string digest_of(const std::vector<SourceFile>& files) {
  Digester digester(DigestKind::sha256);
  for (const SourceFile& file : files) {
    for (const std::string_view text : {std::string_view(file.path), std::string_view(file.text)}) {
      digester.update(as_bytes(text));
      digester.update(octets(0));
    }
  }
  return digester.finish_hex();
}

}  // namespace

Encyclopedia Encyclopedia::read(const std::vector<SourceFile>& files,
                                std::vector<Problem>& problems) {
  Encyclopedia all;
  all.digest_ = digest_of(files);
  const std::size_t met = problems.size();
  Sorter sorter(problems);
  for (const SourceFile& file : files) sorter.add(file);
  for (const auto& [id, folder] : sorter.folders) {
    const std::size_t before = problems.size();
    if (folder.entry == nullptr) {
      // A folder that holds only proofs or strays already has its warning, or needs none.
      if (folder.variants.empty()) continue;
      note(problems, folder.variants.front()->path, Severity::error,
           fmt::format("{} has variants but no entry.md", id),
           fmt::format("Write encyclopedia/{}/entry.md (`antidotary entry new {}`).", id, id));
      continue;
    }
    Entry entry = read_entry(*folder.entry, problems);
    if (!has_error(problems, before)) check_id(*folder.entry, entry.id, true, problems);
    for (const SourceFile* file : folder.variants) {
      const std::size_t earlier = problems.size();
      entry.variants.push_back(read_variant(*file, problems));
      if (has_error(problems, earlier)) continue;
      check_id(*file, entry.variants.back().id, false, problems);
    }
    std::sort(entry.variants.begin(), entry.variants.end(), variant_before);
    if (!has_error(problems, before)) all.entries_.push_back(std::move(entry));
  }
  read_each(sorter.bulletins, read_checked_bulletin, all.bulletins_, problems);
  read_each(sorter.terms, read_term, all.terms_, problems);
  read_each(sorter.checks, read_check, all.checks_, problems);
  all.errors_ = static_cast<std::size_t>(
      std::count_if(problems.begin() + static_cast<std::ptrdiff_t>(met), problems.end(),
                    [](const Problem& one) { return one.severity == Severity::error; }));
  return all;
}

const Entry* Encyclopedia::find(std::string_view entry_id) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.id == entry_id; });
  return found == entries_.end() ? nullptr : &*found;
}

const Bulletin* Encyclopedia::find_bulletin(std::string_view id) const {
  const auto found = std::find_if(bulletins_.begin(), bulletins_.end(),
                                  [&](const Bulletin& bulletin) { return bulletin.id == id; });
  return found == bulletins_.end() ? nullptr : &*found;
}

const PostureCheck* Encyclopedia::find_check(std::string_view id) const {
  const auto found = std::find_if(checks_.begin(), checks_.end(),
                                  [&](const PostureCheck& check) { return check.id == id; });
  return found == checks_.end() ? nullptr : &*found;
}

std::vector<std::string> Encyclopedia::weaknesses() const {
  std::set<std::string> out;
  for (const Bulletin& bulletin : bulletins_) {
    out.insert(bulletin.cves.begin(), bulletin.cves.end());
  }
  return {out.begin(), out.end()};
}

const Term* Encyclopedia::find_term(std::string_view name) const {
  const auto found = std::find_if(terms_.begin(), terms_.end(), [&](const Term& term) {
    return equal_ascii_ignoring_case(term.id, name) || equal_ascii_ignoring_case(term.title, name);
  });
  return found == terms_.end() ? nullptr : &*found;
}

}  // namespace antidotary::entries
