#include "serve/metrics.h"

namespace antidotary::serve {
namespace {

constexpr double ms_per_s = 1'000.0;

class Text {
 public:
  void family(const char* name, const char* type, const char* help) {
    out_ +=
        fmt::format("# HELP antidotary_{} {}\n# TYPE antidotary_{} {}\n", name, help, name, type);
  }
  void value(const char* name, std::uint64_t value, const std::string& labels = {}) {
    out_ += labels.empty() ? fmt::format("antidotary_{} {}\n", name, value)
                           : fmt::format("antidotary_{}{{{}}} {}\n", name, labels, value);
  }
  void one(const char* name, const char* type, const char* help, std::uint64_t number) {
    family(name, type, help);
    value(name, number);
  }
  void add(const std::string& lines) { out_ += lines; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void add_outbreaks(Text& text, const outbreak::Desk& desk, std::uint64_t active) {
  const outbreak::LedgerHealth ledger = desk.health();
  text.family("outbreaks_total", "counter", "Outbreaks that were declared, by rule.");
  const auto names = gate::outbreak::enum_names(gate::outbreak::Rule{});
  for (std::size_t rule = 0; rule < names.size(); ++rule) {
    text.value("outbreaks_total", desk.declared()[rule], fmt::format("rule=\"{}\"", names[rule]));
  }
  text.one("outbreaks_active", "gauge", "Of these: copies are still looked for.", active);
  text.one("outbreak_counted", "gauge", "Attachments and shapes that are counted.", desk.counted());
  text.one("outbreak_forgotten_total", "counter", "Of these: forgotten for want of room.",
           desk.forgotten());
  text.one("ledger_failing", "gauge", "1 where the outbreak ledger is not written.",
           ledger.trouble.empty() ? 0 : 1);
  text.one("ledger_messages_total", "counter", "Messages written to it.", ledger.written);
  text.one("ledger_lost_total", "counter", "Messages that are not in it.", ledger.lost);
  text.one("ledger_waiting", "gauge", "Messages that wait to be written.", ledger.waiting);
  text.one("ledger_bytes", "gauge", "Of its database.", ledger.bytes);
}

}  // namespace

void Latency::add(std::uint64_t took_ms) {
  ++count_;
  sum_ms_ += took_ms;
  for (std::size_t i = 0; i < bounds_ms.size(); ++i) {
    if (took_ms <= bounds_ms[i]) ++counts_[i];
  }
}

std::string Latency::lines(const std::string& name) const {
  std::string out;
  for (std::size_t i = 0; i < bounds_ms.size(); ++i) {
    out += fmt::format("{}_bucket{{le=\"{}\"}} {}\n", name,
                       static_cast<double>(bounds_ms[i]) / ms_per_s, counts_[i]);
  }
  out += fmt::format("{}_bucket{{le=\"+Inf\"}} {}\n", name, count_);
  out += fmt::format("{}_sum {}\n", name, static_cast<double>(sum_ms_) / ms_per_s);
  return out + fmt::format("{}_count {}\n", name, count_);
}

std::string metrics_text(const Measured& measured, const Latency& latency) {
  Text text;
  const ScanCounts& scans = measured.scans;
  text.family("scans_total", "counter", "Objects scanned, by verdict.");
  text.value("scans_total", scans.clean, "verdict=\"clean\"");
  text.value("scans_total", scans.found, "verdict=\"found\"");
  text.value("scans_total", scans.incomplete, "verdict=\"incomplete\"");
  text.one("scanned_bytes_total", "counter", "Bytes of scanned objects.", scans.bytes);
  text.family("scan_seconds", "histogram", "From an object's coming to its answer.");
  text.add(latency.lines("antidotary_scan_seconds"));
  text.one("workers_started_total", "counter", "Jailed processes.", scans.workers_started);
  text.one("workers_died_total", "counter", "Of these: crashed or killed.", scans.workers_died);
  text.one("workers", "gauge", "Objects that are scanned at once, at most.", measured.workers);
  text.one("scans_busy", "gauge", "Objects being scanned.", measured.busy);
  text.one("scans_waiting", "gauge", "Objects in the queue.", measured.waiting);
  text.one("connections", "gauge", "Open connections.", measured.connections);
  text.one("spooled_bytes", "gauge", "What clients sent and is not answered yet.",
           measured.spooled_bytes);
  text.family("mail_total", "counter", "Messages answered, by what was done.");
  text.value("mail_total", measured.mail.delivered, "outcome=\"delivered\"");
  text.value("mail_total", measured.mail.held, "outcome=\"held\"");
  text.value("mail_total", measured.mail.discarded, "outcome=\"discarded\"");
  text.value("mail_total", measured.mail.tempfailed, "outcome=\"tempfailed\"");
  text.value("mail_total", measured.mail.rejected, "outcome=\"rejected\"");
  text.one("mail_kept", "gauge", "Messages in quarantine.", measured.kept_items);
  text.one("mail_kept_bytes", "gauge", "Their bytes.", measured.kept_bytes);
  if (measured.outbreaks) add_outbreaks(text, *measured.outbreaks, measured.outbreaks_active);
  text.family("pack_info", "gauge", "What objects are held against.");
  text.value("pack_info", 1, fmt::format("id=\"{}\"", measured.knowledge));
  text.one("signatures", "gauge", "Signatures and entries in force.", measured.signatures);
  return text.take();
}

}  // namespace antidotary::serve
