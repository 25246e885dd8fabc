// Verb: one thing that the program does, with its words and flags in one table.
//
// The table feeds parsing, `-h`, `--help` and the reference; a flag that is not in it does not
// exist. Parsing itself is CLI11's.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace antidotary::cli {

/// Exit codes: the contract with scripts.
enum class Exit : int {
  clean = 0,       ///< Nothing found; or the act was done.
  found = 1,       ///< Something was found (wins over incomplete).
  incomplete = 2,  ///< Incomplete, refused, or an error.
};

struct Flag {
  std::string_view names;  ///< "-j,--json"; CLI11's form.
  std::string_view value;  ///< Name of its value, "FILE"; empty for a switch.
  std::string_view brief;  ///< For -h: a few words.
  std::string_view full;   ///< For --help: what it does and when one wants it.
};

struct Invocation {
  std::vector<std::string> arguments;
  /// By long name without dashes; the last where a flag was given several times.
  std::map<std::string, std::string, std::less<>> values;
  /// All values of a flag, in order.
  std::map<std::string, std::vector<std::string>, std::less<>> lists;

  bool has(std::string_view flag) const { return values.find(flag) != values.end(); }
  std::string value(std::string_view flag, std::string_view fallback = "") const;
  std::vector<std::string> all(std::string_view flag) const;
};

struct Verb {
  std::string_view name;       ///< "scan", "entry lint".
  std::string_view arguments;  ///< "PATH...", shown in the usage line.
  int arguments_min;
  int arguments_max;  ///< -1: any number.
  std::string_view brief;
  std::string_view full;  ///< Paragraphs, with examples.
  std::span<const Flag> flags;
  Exit (*run)(const Invocation& invocation);
  bool hidden = false;  ///< For packagers: in no help and no completion.
};

std::span<const Verb> verbs();
/// Flags that every verb takes.
std::span<const Flag> common_flags();

/// Runs the program: words are argv without the program's name.
Exit run(const std::vector<std::string>& words);

// The verbs, one file each.
Exit run_scan(const Invocation& invocation);
Exit run_unpack(const Invocation& invocation);
Exit run_examine(const Invocation& invocation);
Exit run_check(const Invocation& invocation);
Exit run_search(const Invocation& invocation);
Exit run_names_resolve(const Invocation& invocation);
Exit run_names_table(const Invocation& invocation);
Exit run_site_build(const Invocation& invocation);
Exit run_explain(const Invocation& invocation);
Exit run_clean(const Invocation& invocation);
Exit run_undo(const Invocation& invocation);
Exit run_resume(const Invocation& invocation);
Exit run_runs(const Invocation& invocation);
Exit run_quarantine_list(const Invocation& invocation);
Exit run_quarantine_show(const Invocation& invocation);
Exit run_quarantine_restore(const Invocation& invocation);
Exit run_quarantine_export(const Invocation& invocation);
Exit run_quarantine_forget(const Invocation& invocation);
Exit run_entry_new(const Invocation& invocation);
Exit run_entry_import(const Invocation& invocation);
Exit run_entry_lint(const Invocation& invocation);
Exit run_entry_test(const Invocation& invocation);
Exit run_entry_simulate(const Invocation& invocation);
Exit run_generate(const Invocation& invocation);
Exit run_entry_preview(const Invocation& invocation);
Exit run_entry_diff(const Invocation& invocation);
Exit run_export(const Invocation& invocation);
Exit run_doctor(const Invocation& invocation);
Exit run_serve(const Invocation& invocation);
Exit run_outbreaks(const Invocation& invocation);
Exit run_outbreaks_show(const Invocation& invocation);
Exit run_outbreaks_dismiss(const Invocation& invocation);
Exit run_retro(const Invocation& invocation);
Exit run_pack_build(const Invocation& invocation);
Exit run_pack_refresh(const Invocation& invocation);
Exit run_pack_info(const Invocation& invocation);
Exit run_pack_verify(const Invocation& invocation);
Exit run_pack_diff(const Invocation& invocation);
Exit run_allow_add(const Invocation& invocation);
Exit run_allow_list(const Invocation& invocation);
Exit run_allow_remove(const Invocation& invocation);

}  // namespace antidotary::cli
