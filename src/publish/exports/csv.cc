// CSV: a line for each value of each property, for spreadsheets and scripts (RFC 4180).
#include <fmt/core.h>

#include "core/text.h"
#include "publish/exports/export.h"
#include "publish/exports/terms.h"

namespace antidotary::publish {
namespace {

// A cell that begins like a formula would be run by a spreadsheet: a quote before it stops that.
std::string cell(std::string_view text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  std::string out = formula ? "'" : "";
  out += text;
  if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

void add_row(std::string& out, const std::vector<std::string_view>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    out += cell(cells[i]);
  }
  out += "\r\n";
}

}  // namespace

Result<std::vector<ExportFile>> export_csv(const ExportRequest& request) {
  std::string out;
  add_row(out, {"entry", "variant", "title", "change", "kind", "evidence", "property", "value",
                "sources"});
  for (const Chosen& chosen : request.chosen) {
    for (const entries::Variant* variant : chosen.variants()) {
      for (const auto& change : variant->changes) {
        const auto grade =
            entries::enum_names(change->evidence)[static_cast<std::size_t>(change->evidence)];
        const std::string sources = join(change->sources, " ");
        const auto row = [&](std::string_view property, std::string_view value) {
          add_row(out, {chosen.entry->id, variant->id, variant->title, change->id, change->kind(),
                        grade, property, value, sources});
        };
        const Terms terms = terms_of(*change);
        if (terms.empty()) row("summary", change->summary());
        for (const Term& term : terms) {
          const auto property = enum_names(term.property)[static_cast<std::size_t>(term.property)];
          for (const std::string& value : term.any_of) row(property, value);
        }
      }
    }
  }
  return one_file("antidotary.csv", std::move(out));
}

}  // namespace antidotary::publish
