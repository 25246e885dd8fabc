// entry new, test, simulate (lint: entry_lint.cc): the workbench of those who write entries.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "cli/desk.h"
#include "cli/scratch_folder.h"
#include "core/text.h"
#include "proof/circle.h"
#include "proof/specimen_digests.h"
#include "simulate/simulate.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;

bool wanted(const Invocation& invocation, const std::string& id) {
  const auto& names = invocation.arguments;
  return names.empty() || std::find(names.begin(), names.end(), id) != names.end();
}

// An argument that names no entry is a slip of the hand, not a clean result.
Status all_exist(const Invocation& invocation, const entries::Encyclopedia& encyclopedia) {
  for (const std::string& id : invocation.arguments) {
    if (encyclopedia.find(id) == nullptr) {
      return fail(ErrorKind::bad_input,
                  "there is no entry '{}' (or it has errors: 'antidotary "
                  "entry lint'); ids are folders of the encyclopedia such as win32/mimail",
                  id);
    }
  }
  return {};
}

/// What was tried of an entry, and what came of it.
struct Counts {
  std::size_t tried = 0;
  std::size_t named_only = 0;
  std::size_t checks = 0;
  std::size_t failed = 0;

  Counts& operator+=(const Counts& other) {
    tried += other.tried;
    named_only += other.named_only;
    checks += other.checks;
    failed += other.failed;
    return *this;
  }
};

std::string row_of(std::string_view name, const std::array<std::string, 4>& cells) {
  return fmt::format("{:24} {:>6} {:>6} {:>7} {:>7}\n", name, cells[0], cells[1], cells[2],
                     cells[3]);
}

std::string row_of(std::string_view name, const Counts& counts) {
  return row_of(name, {std::to_string(counts.tried), std::to_string(counts.named_only),
                       std::to_string(counts.checks), std::to_string(counts.failed)});
}

/// Counts the checks and tells them: all of them, or in a table those that failed.
void tell_checks(const Invocation& invocation, const std::vector<proof::Check>& checks,
                 Counts& counts, bool table) {
  for (const auto& check : checks) {
    ++counts.checks;
    counts.failed += !check.passed;
    if (invocation.has("json")) {
      print_line(typed("proof", to_json(check)));
      continue;
    }
    if (table && check.passed) continue;
    const std::string name =
        check.variant.empty() ? check.entry : check.entry + "." + check.variant;
    print(fmt::format("{}  {:18} {}\n", check.passed ? "ok  " : "FAIL", name, check.what));
    if (!check.passed) print(fmt::format("        {}\n", escape_for_terminal(check.detail)));
  }
}

/// A simulation follows the entry's words, a slip in them too: the linter's errors are failures.
proof::Check lint_check(const entries::Entry& entry,
                        const std::vector<entries::Problem>& problems) {
  proof::Check out;
  out.entry = entry.id;
  out.what = "the linter finds no error";
  out.passed = true;
  for (const entries::Problem& problem : problems) {
    const bool its = problem.severity == entries::Severity::error &&
                     problem.place.file.starts_with(entry.id + "/");
    if (!its) continue;
    out.passed = false;
    out.detail += (out.detail.empty() ? "" : "; ") + problem.sentence();
  }
  return out;
}

}  // namespace

Exit run_entry_test(const Invocation& invocation) {
  const bool all = invocation.has("all");
  if (all && !invocation.arguments.empty()) return complain("--all takes no entry beside it");
  const auto sources = proof::read_sources(encyclopedia_path(invocation));
  if (!sources) return complain(sources.error());
  std::vector<entries::Problem> problems;
  const auto encyclopedia =
      entries::Encyclopedia::read(proof::with_specimen_digests(*sources), problems);
  if (const auto exist = all_exist(invocation, encyclopedia); !exist) {
    return complain(exist.error());
  }
  const std::string base = encyclopedia_path(invocation);
  if (encyclopedia.entries().empty() && encyclopedia.errors() == 0) {
    return complain(no_entry_in(base));
  }
  const auto scratch = ScratchFolder::make();
  if (!scratch) return complain(scratch.error());
  const auto linted = entries::lint(encyclopedia);
  const bool table = all && !invocation.has("json");
  if (table) print(row_of("entry", {"tried", "named", "checks", "failed"}));
  Counts total;
  for (const auto& entry : encyclopedia.entries()) {
    if (!wanted(invocation, entry.id)) continue;
    auto checks = proof::prove(encyclopedia, entry, base + "/" + entry.id + "/proof/near",
                               scratch->part(entry.id));
    if (!checks) return complain(with_context(checks.error(), entry.id));
    checks->insert(checks->begin(), lint_check(entry, linted));
    Counts counts;
    for (const auto& variant : entry.variants) {
      ++(variant.checkable() ? counts.tried : counts.named_only);
    }
    tell_checks(invocation, *checks, counts, table);
    if (table) print(row_of(entry.id, counts));
    total += counts;
  }
  Counts honest_counts;
  const auto honest = proof::prove_honest(encyclopedia, scratch->part("honest"));
  if (!honest) return complain(honest.error());
  tell_checks(invocation, *honest, honest_counts, table);
  if (table) print(row_of("honest computer", honest_counts));
  total += honest_counts;
  if (table) print(row_of("all", total));
  std::fprintf(stderr, "%zu variants tried, %zu named only, %zu checks failed\n", total.tried,
               total.named_only, total.failed);
  // Entries that could not be read were not proven.
  if (encyclopedia.errors() > 0) {
    complain(fmt::format("{} problems: 'antidotary entry lint' names each", encyclopedia.errors()));
  }
  return total.failed > 0 ? Exit::found : whole_or_incomplete(encyclopedia, Exit::clean);
}

Exit run_entry_simulate(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const std::string& name = invocation.arguments[0];
  const std::string& directory = invocation.arguments[1];
  const std::size_t dot = name.rfind('.');
  const auto* entry = encyclopedia->find(name.substr(0, dot));
  const auto* variant =
      entry == nullptr || dot == std::string::npos ? nullptr : entry->find(name.substr(dot + 1));
  if (variant == nullptr) {
    std::vector<std::string> ids;
    if (entry != nullptr) {
      for (const auto& known : entry->variants) ids.push_back(entry->id + "." + known.id);
    }
    return complain(fmt::format("there is no variant '{}'; {}", name,
                                ids.empty() ? "write ENTRY.VARIANT, such as win32/mimail.c"
                                            : "this entry has " + join(ids, ", ")));
  }
  if (!variant->checkable() && !invocation.has("honest")) {
    return complain(fmt::format("{} is known by name only, so there is nothing to simulate: {}",
                                variant->title, variant->named_only));
  }
  const auto made = invocation.has("honest") ? simulate::honest(directory)
                                             : simulate::infected(*entry, *variant, directory);
  if (!made) return complain(made.error());
  print(fmt::format("wrote {0}/host{1}: harmless stand-ins, nothing in them can run\n", directory,
                    fs::is_directory(directory + "/mail") ? " and " + directory + "/mail" : ""));
  return Exit::clean;
}

}  // namespace antidotary::cli
