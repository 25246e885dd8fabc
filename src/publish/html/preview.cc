#include "publish/html/preview.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "publish/html/leaf.h"

namespace antidotary::publish {
namespace {

constexpr std::string_view head_end = "</head>";
constexpr std::string_view policy_begin = "<meta http-equiv=\"Content-Security-Policy\"";
constexpr std::string_view main_begin = "<main id=\"content\" tabindex=\"-1\">\n";
constexpr std::size_t line_shown_max = 200;

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

bool is_error(const ShownProblem& shown) {
  return shown.problem.severity == entries::Severity::error;
}

std::string proof_words(const PreviewFindings& findings) {
  if (findings.proving == Proving::impossible) return "no proof while it cannot be read";
  if (findings.proving == Proving::running) return "the proof runs";
  if (!findings.proof_error.empty()) return "the proof could not be run";
  if (findings.checks == 0) return "nothing to prove: no change that can be checked";
  if (findings.failed.empty()) return fmt::format("all {} checks passed", findings.checks);
  return fmt::format("{} of {} checks failed", findings.failed.size(), findings.checks);
}

// The line with a mark below the column, as a compiler shows it.
std::string excerpt(const ShownProblem& shown) {
  if (trim(shown.line).empty()) return "";
  const std::size_t column = shown.problem.place.column;
  std::string out = "<pre>" + html_text(shown.line.substr(0, line_shown_max)) + "\n";
  if (column > 0 && column <= line_shown_max) out += std::string(column - 1, ' ') + "^";
  return out + "</pre>\n";
}

std::string problem_item(const ShownProblem& shown) {
  const entries::Problem& problem = shown.problem;
  const bool error = is_error(shown);
  std::string out = fmt::format("<li><p><b class=\"{}\">{}</b> ", error ? "error" : "warning",
                                error ? "Error" : "Warning");
  if (!problem.place.file.empty()) {
    out += "<code>" +
           html_text(fmt::format("{}:{}:{}", problem.place.file, problem.place.line,
                                 problem.place.column)) +
           "</code> ";
  }
  out += html_text(problem.what) + ".";
  if (!problem.mend.empty()) out += " <i>Mend:</i> " + html_text(problem.mend);
  if (!problem.rule.empty()) out += " <code>[" + html_text(problem.rule) + "]</code>";
  return out + "</p>\n" + excerpt(shown) + "</li>\n";
}

std::string check_item(const FailedCheck& check) {
  const std::string who = check.variant.empty() ? "" : "variant " + html_text(check.variant) + ": ";
  return "<li><p><b class=\"error\">Proof</b> " + who + "not so: " + html_text(check.what) +
         ".</p>\n<pre>" + html_text(check.detail) + "</pre>\n</li>\n";
}

std::string panel_of(const PreviewFindings& findings) {
  const auto errors = static_cast<std::size_t>(
      std::count_if(findings.problems.begin(), findings.problems.end(), is_error));
  std::string items;
  for (const bool wanted : {true, false}) {
    for (const ShownProblem& shown : findings.problems) {
      if (is_error(shown) == wanted) items += problem_item(shown);
    }
  }
  for (const FailedCheck& check : findings.failed) items += check_item(check);
  if (!findings.proof_error.empty()) {
    items +=
        "<li><p><b class=\"error\">Proof</b> " + html_text(findings.proof_error) + ".</p></li>\n";
  }
  const bool good = errors == 0 && findings.failed.empty() && findings.proof_error.empty() &&
                    findings.proving != Proving::impossible;
  std::string out = fmt::format(
      "<section class=\"preview {}\" aria-label=\"Preview\">\n<p role=\"status\"><b>Preview.</b> "
      "{}, {}; {}.</p>\n",
      good ? "good" : "bad", counted(errors, "error"),
      counted(findings.problems.size() - errors, "warning"), proof_words(findings));
  if (!items.empty()) out += "<ul>\n" + items + "</ul>\n";
  return out + "</section>\n";
}

}  // namespace

std::string preview_page(std::string_view page, const PreviewFindings& findings, bool panel) {
  std::string out(page);
  // The server's own policy stands in its place, which lets the page ask whether it is still new.
  const std::size_t policy = out.find(policy_begin);
  if (policy != out.npos) out.erase(policy, out.find('\n', policy) + 1 - policy);
  const std::size_t head = out.find(head_end);
  if (head != out.npos) {
    out.insert(head,
               fmt::format("<link rel=\"stylesheet\" href=\"{}\">\n"
                           "<script src=\"{}\" data-version=\"{}\" defer></script>\n",
                           preview_style_path, preview_script_path, html_text(findings.version)));
  }
  const std::size_t body = out.find(main_begin);
  if (panel && body != out.npos) out.insert(body + main_begin.size(), panel_of(findings));
  return out;
}

std::string preview_message(const entries::Encyclopedia& encyclopedia, std::string_view path,
                            std::string_view title, const PreviewFindings& findings) {
  const Place place(encyclopedia, path);
  Leaf leaf;
  leaf.title = title;
  leaf.body = "<header class=\"masthead\">\n<h1>" + html_text(title) + "</h1>\n</header>\n";
  return preview_page(framed(leaf, place, path), findings, true);
}

}  // namespace antidotary::publish
