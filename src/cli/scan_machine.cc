// A scan told to machines: JSON Lines (docs/formats/report.md), CSV (RFC 4180), SARIF 2.1.0.
#include <fmt/core.h>

#include <cstdio>
#include <map>

#include "cli/desk.h"
#include "cli/scan_output.h"
#include "core/record.h"
#include "diagnosis/diagnosis.h"
#include "jail/jail.h"

namespace antidotary::cli {
namespace {

/// An alert with what only the parent knows: its source's path, the entry that knows its name.
Json alert_json(const ScanContext& context, const scan::Alert& alert) {
  Json out = to_json(alert);
  out.set("source_path", source_of(context, alert));
  const std::string entry = entry_of(*context.names, alert);
  if (!entry.empty()) out.set("entry", entry);
  return out;
}

class JsonOutput final : public ScanOutput {
 public:
  explicit JsonOutput(const ScanContext& context) : context_(context) {}

  void object(const Scanned& scanned) override {
    const scan::Report& report = scanned.report;
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "object");
    line.set("path", scanned.shown);
    line.set("verdict", enum_name(scanned.verdict));
    line.set("diagnoses", to_json(diagnosis::lures(report)));
    line.set("detections", to_json(report.detections));
    Json::Array alerts;
    for (const scan::Alert& alert : report.alerts) alerts.push_back(alert_json(context_, alert));
    line.set("alerts", std::move(alerts));
    line.set("unread", to_json(report.unread));
    if (!report.messages.empty()) line.set("messages", to_json(report.messages));
    if (!report.silenced.empty()) line.set("silenced", to_json(report.silenced));
    line.set("objects", report.objects);
    line.set("bytes", report.bytes);
    if (!report.sha256.empty()) line.set("sha256", report.sha256);
    if (scanned.known) line.set("known", true);
    print_line(line);
  }

  void finish(const ScanTally& tally) override {
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "summary");
    line.set("files", tally.files);
    line.set("objects", tally.objects);
    line.set("bytes", tally.bytes);
    line.set("found", tally.found);
    line.set("incomplete", tally.incomplete);
    line.set("known", tally.known);
    if (!tally.silenced.empty()) line.set("silenced", to_json(tally.silenced));
    if (context_.pack != nullptr) line.set("pack", context_.pack->file().id());
    if (!context_.lacking.empty()) line.set("lacking", context_.lacking);
    line.set("jail", to_json(jail::layers()));
    print_line(line);
  }

 private:
  ScanContext context_;
};

std::string silenced_words(const scan::Silenced& one) {
  return fmt::format("{} finding{} silenced by the allowance of {}", one.findings,
                     one.findings == 1 ? "" : "s", one.by);
}

/// A field of RFC 4180; one that a table program would take for a formula is kept from it.
std::string csv_field(const std::string& text) {
  std::string out = "\"";
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos)
    out += '\'';
  for (const char one : text) {
    if (one == '"') out += '"';
    out += one;
  }
  return out + "\"";
}

class CsvOutput final : public ScanOutput {
 public:
  explicit CsvOutput(const ScanContext& context) : context_(context) {
    print("path,verdict,name,kind,place,source,reason\r\n");
  }

  void object(const Scanned& scanned) override {
    const scan::Report& report = scanned.report;
    for (const scan::Alert& alert : report.alerts) {
      row(scanned, alert.name, alert.kind, place_of(alert.path), source_of(context_, alert), "");
    }
    for (const scan::Detection& one : report.detections) {
      if (!one.convicts) continue;
      row(scanned, one.entry + "." + one.variant, one.kind, place_of(one.path), "encyclopedia", "");
    }
    for (const scan::Unread& one : report.unread) {
      row(scanned, "", enum_name(one.gap), place_of(one.path), "", one.reason);
    }
    for (const scan::Silenced& one : report.silenced) {
      row(scanned, "", "silenced", "", "", silenced_words(one));
    }
    if (scanned.verdict == scan::Verdict::clean && context_.verbose) {
      row(scanned, "", "", "", "", "");
    }
  }

  void finish(const ScanTally&) override {}

 private:
  static void row(const Scanned& scanned, const std::string& name, std::string_view kind,
                  const std::string& place, const std::string& source, const std::string& reason) {
    print(csv_field(scanned.shown) + "," + std::string(enum_name(scanned.verdict)) + "," +
          csv_field(name) + "," + std::string(kind) + "," + csv_field(place) + "," +
          csv_field(source) + "," + csv_field(reason) + "\r\n");
  }

  ScanContext context_;
};

/// A path as a URI reference (RFC 3986): what is not plain is written as %XX.
std::string uri_of(const std::string& path) {
  std::string out;
  for (const char one : path) {
    const auto byte = static_cast<unsigned char>(one);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') ||
                       std::string_view("/._-~").find(one) != std::string_view::npos;
    out += plain ? std::string(1, one) : fmt::format("%{:02X}", byte);
  }
  return path.starts_with("/") ? "file://" + out : out;
}

Json object_of(std::string_view name, Json value) {
  Json out;
  out.set(std::string(name), std::move(value));
  return out;
}

class SarifOutput final : public ScanOutput {
 public:
  explicit SarifOutput(const ScanContext& context) : context_(context) {}

  void object(const Scanned& scanned) override {
    const scan::Report& report = scanned.report;
    for (const scan::Alert& alert : report.alerts) {
      const std::string rule = rule_id(alert);
      Json result = result_of(scanned, rule, "error",
                              fmt::format("{} was found in {}", alert.name, place_of(alert.path)));
      if (!alert.proofs.empty() && alert.path.size() == 1 && alert.view.empty()) {
        Json region;
        region.set("byteOffset", alert.proofs[0].offset);
        region.set("byteLength", alert.proofs[0].length);
        result = result_of(scanned, rule, "error", fmt::format("{} was found", alert.name),
                           std::move(region));
      }
      results_.push_back(std::move(result));
      add_rule(rule, alert);
    }
    for (const scan::Detection& one : report.detections) {
      if (!one.convicts) continue;
      const std::string rule = one.entry + "." + one.variant;
      results_.push_back(result_of(scanned, rule, "error",
                                   fmt::format("{} was found in {}", rule, place_of(one.path))));
      Json properties;
      properties.set("source", "encyclopedia");
      properties.set("entry", one.entry);
      rules_[rule].set("properties", std::move(properties));
    }
    for (const scan::Unread& one : report.unread) {
      if (lacks(context_, one)) continue;
      Json note;
      note.set("level", "warning");
      note.set("message",
               object_of("text", fmt::format("not wholly read ({}): {}: {}", enum_name(one.gap),
                                             place_of(one.path), one.reason)));
      note.set("locations", Json::Array{location_of(scanned, Json{})});
      notes_.push_back(std::move(note));
    }
    for (const scan::Silenced& one : report.silenced) {
      Json note;
      note.set("level", "note");
      note.set("message", object_of("text", silenced_words(one)));
      note.set("locations", Json::Array{location_of(scanned, Json{})});
      notes_.push_back(std::move(note));
    }
  }

  void finish(const ScanTally& tally) override {
    Json::Array rules;
    for (const auto& [name, rule] : rules_) {
      Json whole;
      whole.set("id", name);
      for (const auto& [key, value] : *rule.object()) whole.set(key, value);
      rules.push_back(std::move(whole));
    }
    Json driver;
    driver.set("name", "Antidotary");
    driver.set("version", ANTIDOTARY_VERSION);
    driver.set("rules", std::move(rules));
    if (!context_.lacking.empty()) {
      Json note;
      note.set("level", "error");
      note.set("message", object_of("text", context_.lacking));
      notes_.push_back(std::move(note));
    }
    Json invocation;
    invocation.set("executionSuccessful", tally.incomplete == 0);
    invocation.set("toolExecutionNotifications", std::move(notes_));
    Json run;
    run.set("tool", object_of("driver", std::move(driver)));
    run.set("invocations", Json::Array{std::move(invocation)});
    run.set("results", std::move(results_));
    Json log;
    log.set("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    log.set("version", "2.1.0");
    log.set("runs", Json::Array{std::move(run)});
    print_line(log);
  }

 private:
  /// The name; of a further signature of the same name its source as well: they are two rules.
  std::string rule_id(const scan::Alert& alert) {
    const std::string source = source_of(context_, alert);
    const auto known = first_source_.emplace(alert.name, source).first;
    return known->second == source ? alert.name : fmt::format("{} ({})", alert.name, source);
  }

  /// What a rule says of itself: its description and first reference where SARIF has a place for
  /// them, all of it among the properties.
  void add_rule(const std::string& id, const scan::Alert& alert) {
    Json& rule = rules_[id];
    if (!rule.is_null()) return;
    Json properties;
    properties.set("source", source_of(context_, alert));
    const std::string entry = entry_of(*context_.names, alert);
    if (!entry.empty()) properties.set("entry", entry);
    std::map<std::string, Json::Array> lists;
    for (const scan::Mark& mark : alert.meta) {
      lists[mark.what].push_back(mark.value);
      const bool address = mark.value.starts_with("https://") || mark.value.starts_with("http://");
      if (mark.what == "description") {
        rule.set("shortDescription", object_of("text", mark.value));
      } else if (mark.what == "reference" && address && lists[mark.what].size() == 1) {
        rule.set("helpUri", mark.value);
      }
    }
    for (auto& [what, values] : lists) properties.set(what, std::move(values));
    rule.set("properties", std::move(properties));
  }

  static Json location_of(const Scanned& scanned, Json region) {
    Json physical;
    physical.set("artifactLocation", object_of("uri", uri_of(scanned.shown)));
    if (!region.is_null()) physical.set("region", std::move(region));
    return object_of("physicalLocation", std::move(physical));
  }

  static Json result_of(const Scanned& scanned, const std::string& rule, std::string_view level,
                        const std::string& message, Json region = {}) {
    Json out;
    out.set("ruleId", rule);
    out.set("level", level);
    out.set("message", object_of("text", message));
    out.set("locations", Json::Array{location_of(scanned, std::move(region))});
    return out;
  }

  ScanContext context_;
  Json::Array results_;
  Json::Array notes_;
  std::map<std::string, Json> rules_;
  std::map<std::string, std::string> first_source_;  ///< Of each name, the first that was seen.
};

}  // namespace

std::unique_ptr<ScanOutput> json_output(const ScanContext& context) {
  return std::make_unique<JsonOutput>(context);
}
std::unique_ptr<ScanOutput> csv_output(const ScanContext& context) {
  return std::make_unique<CsvOutput>(context);
}
std::unique_ptr<ScanOutput> sarif_output(const ScanContext& context) {
  return std::make_unique<SarifOutput>(context);
}

}  // namespace antidotary::cli
