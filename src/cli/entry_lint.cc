// entry lint: what is wrong in entries, as text, JSON Lines or GitHub annotations.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/desk.h"
#include "core/text.h"
#include "proof/inert.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;
using entries::Problem;
using entries::Severity;

// The path that an editor or GitHub opens: below the working folder as a relative path.
std::string path_of(const std::string& base, const std::string& file) {
  std::error_code failed;
  const fs::path whole = fs::weakly_canonical(fs::path(base) / file, failed);
  const fs::path here = fs::current_path(failed);
  const fs::path shown = failed ? whole : whole.lexically_proximate(here);
  return shown.native().starts_with("..") ? whole.string() : shown.string();
}

// A value of a workflow command: GitHub's own escaping, so that no text of an entry is a command.
std::string github_escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n';
    const bool separator = property && (c == ':' || c == ',');
    if (special || separator) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string github_line(const Problem& problem, const std::string& path) {
  const bool error = problem.severity == Severity::error;
  std::string message = problem.what + ".";
  if (!problem.mend.empty()) message += " Mend: " + problem.mend;
  return fmt::format("::{} file={},line={},col={},title={}::{}\n", error ? "error" : "warning",
                     github_escaped(path, true), problem.place.line, problem.place.column,
                     github_escaped(problem.rule, true),
                     github_escaped(escape_for_terminal(message), false));
}

Json json_line(const Problem& problem) {
  Json line;
  line.set("file", problem.place.file);
  line.set("line", std::uint64_t{problem.place.line});
  line.set("column", std::uint64_t{problem.place.column});
  line.set("severity", problem.severity == Severity::error ? "error" : "warning");
  line.set("rule", problem.rule);
  line.set("what", problem.what);
  line.set("mend", problem.mend);
  return typed("problem", line);
}

void tell(const Invocation& invocation, const std::string& base, const Problem& problem) {
  if (invocation.has("json")) {
    print_line(json_line(problem));
  } else if (invocation.has("github")) {
    print(github_line(problem, path_of(base, problem.place.file)));
  } else {
    Problem shown = problem;
    shown.place.file = path_of(base, problem.place.file);
    print(shown.sentence() + "\n");
  }
}

// "win32/mimail" of "win32/mimail/variants/a.toml".
std::string entry_of(const std::string& file) {
  return file.substr(0, file.find('/', file.find('/') + 1));
}

}  // namespace

Exit run_entry_lint(const Invocation& invocation) {
  const std::string base = encyclopedia_path(invocation);
  const auto sources = proof::read_sources(base);
  if (!sources) return complain(sources.error());
  std::vector<Problem> problems;
  const auto encyclopedia = entries::Encyclopedia::read(*sources, problems);
  if (encyclopedia.entries().empty() && problems.empty()) return complain(no_entry_in(base));
  const auto linted = entries::lint(encyclopedia);
  problems.insert(problems.end(), linted.begin(), linted.end());
  const auto proofs = proof::lint_proofs(base);
  if (!proofs) return complain(proofs.error());
  problems.insert(problems.end(), proofs->begin(), proofs->end());
  const auto& names = invocation.arguments;
  for (const std::string& id : names) {
    const bool exists = std::any_of(sources->begin(), sources->end(), [&id](const auto& source) {
      return source.path.starts_with(id + "/");
    });
    if (!exists) return complain(fmt::format("there is no entry '{}' below {}", id, base));
  }
  // Who asks for an entry works on it, and wants to know what is still open.
  const bool show_warnings = invocation.has("warnings") || !names.empty();
  std::size_t errors = 0;
  std::size_t warnings = 0;
  for (const Problem& problem : problems) {
    const bool wanted = names.empty() || std::find(names.begin(), names.end(),
                                                   entry_of(problem.place.file)) != names.end();
    if (!wanted) continue;
    const bool error = problem.severity == Severity::error;
    ++(error ? errors : warnings);
    if (error || show_warnings) tell(invocation, base, problem);
  }
  const std::size_t looked_at = names.empty() ? encyclopedia.entries().size() : names.size();
  std::fprintf(stderr, "%zu entries, %zu errors, %zu warnings%s\n", looked_at, errors, warnings,
               warnings > 0 && !show_warnings ? "; --warnings shows them" : "");
  return errors > 0 ? Exit::found : Exit::clean;
}

}  // namespace antidotary::cli
