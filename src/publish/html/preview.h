// HtmlPreview: what `entry preview` adds to a page of the site: what is wrong in the entry, what
// its proof came to, and a script that loads the page again when it changes.
//
// Pure, as the pages are: who reads files, proves and serves hands in what came of it. Nothing of
// this is in a site that is built.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::publish {

inline constexpr std::string_view preview_style_path = "/-/preview.css";
inline constexpr std::string_view preview_script_path = "/-/preview.js";

/// A problem with the line of the file that it is about.
struct ShownProblem {
  entries::Problem problem;
  std::string line;  ///< May be empty: the problem is about no line.
};

/// A check of the proof that failed.
struct FailedCheck {
  std::string variant;  ///< Empty: of the entry as a whole.
  std::string what;
  std::string detail;
};

enum class Proving : std::uint8_t { impossible, running, done };

struct PreviewFindings {
  std::string version;  ///< Pages are loaded again when it is no longer this.
  std::vector<ShownProblem> problems;
  Proving proving = Proving::running;
  std::string proof_error;  ///< Why the proof could not be run at all.
  std::size_t checks = 0;
  std::vector<FailedCheck> failed;
};

/// A page of publish::site with the script; with `panel` also with the findings, before its
/// content.
std::string preview_page(std::string_view page, const PreviewFindings& findings, bool panel);
/// A page that stands where there is none: the entry is broken, or there is no such address.
std::string preview_message(const entries::Encyclopedia& encyclopedia, std::string_view path,
                            std::string_view title, const PreviewFindings& findings);

}  // namespace antidotary::publish
