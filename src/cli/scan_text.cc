// A scan told to a person.
#include <fmt/core.h>

#include <cstdio>

#include "cli/desk.h"
#include "cli/scan_output.h"
#include "core/text.h"
#include "diagnosis/diagnosis.h"

namespace antidotary::cli {
namespace {

class TextOutput final : public ScanOutput {
 public:
  explicit TextOutput(const ScanContext& context) : context_(context) {}

  void object(const Scanned& scanned) override {
    const bool found = scanned.verdict == scan::Verdict::found;
    const bool incomplete = scanned.verdict == scan::Verdict::incomplete;
    if (!found && !context_.verbose && (!incomplete || context_.infected_only)) return;
    for (const auto& diagnosis : diagnosis::lures(scanned.report)) {
      print(publish::diagnosis_lines(*context_.encyclopedia, diagnosis, context_.paper));
    }
    for (const scan::Alert& alert : scanned.report.alerts) tell(alert);
    for (const scan::StoredMessage& one : scanned.report.messages) {
      const std::string id = one.message_id.empty() ? "it has no Message-ID" : one.message_id;
      print(fmt::format("  message {} at byte {}: {}\n", one.number, one.offset,
                        escape_for_terminal(id)));
    }
    for (const scan::Unread& gap : scanned.report.unread) {
      // What is so of every object is said once, at the end.
      if (lacks(context_, gap) && !context_.verbose) continue;
      print(fmt::format("incomplete ({}): {}: {}\n", enum_name(gap.gap),
                        escape_for_terminal(place_of(gap.path)),
                        escape_for_terminal(limit_words(gap.reason))));
    }
    if (scanned.verdict == scan::Verdict::clean) {
      print(fmt::format("{}: clean{}\n", escape_for_terminal(scanned.shown),
                        scanned.known ? " (known from before)" : ""));
    }
  }

  void finish(const ScanTally& tally) override {
    std::fflush(stdout);  // the summary comes after what it sums up
    const std::string known =
        tally.known > 0 ? fmt::format(", {} known from before", tally.known) : "";
    std::fprintf(
        stderr, "%s\n",
        fmt::format("{} {}, {} {}, {:.1f} MB: {} found, {} incomplete{}", tally.files,
                    tally.files == 1 ? "file" : "files", tally.objects,
                    tally.objects == 1 ? "object" : "objects",
                    static_cast<double>(tally.bytes) / 1e6, tally.found, tally.incomplete, known)
            .c_str());
  }

 private:
  void tell(const scan::Alert& alert) {
    const std::string entry = entry_of(*context_.names, alert);
    std::string line = fmt::format("{}: {}", escape_for_terminal(place_of(alert.path)),
                                   escape_for_terminal(alert.name));
    const std::string source = source_of(context_, alert);
    if (!source.empty()) line += fmt::format(" ({}, {})", alert.kind, escape_for_terminal(source));
    print(line + "\n");
    if (!entry.empty()) print(fmt::format("  see 'antidotary explain {}'\n", entry));
    for (const scan::Mark& mark : alert.meta) {
      print(fmt::format("  {}: {}\n", escape_for_terminal(mark.what),
                        escape_for_terminal(mark.value)));
    }
    if (!context_.explain) return;
    if (!alert.view.empty()) {
      print(fmt::format("  in its normalised form '{}'\n", escape_for_terminal(alert.view)));
    }
    if (alert.kind == "member") {
      print("  what its container says of it fits: its name, sizes or checksum\n");
    }
    for (const scan::Proof& proof : alert.proofs) {
      print(fmt::format("  {}\n", escape_for_terminal(proof_line(proof))));
    }
  }

  ScanContext context_;
};

}  // namespace

std::unique_ptr<ScanOutput> text_output(const ScanContext& context) {
  return std::make_unique<TextOutput>(context);
}

}  // namespace antidotary::cli
