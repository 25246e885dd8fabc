// Start-ups: Run and its kin, services, Winlogon and the Startup folders, each with the file that
// it starts.
#include <fmt/core.h>

#include <array>
#include <utility>

#include "core/reader.h"
#include "core/text.h"
#include "host/commands.h"
#include "host/computer.h"

namespace antidotary::host {
namespace {

constexpr std::string_view current_version = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\";
constexpr std::array<std::string_view, 6> run_keys = {
    "Run", "RunOnce", "RunOnceEx", "RunServices", "RunServicesOnce", "Policies\\Explorer\\Run"};

std::optional<std::string> text_of_value(const KeyHit& hit, const regf::Value& value) {
  const auto data = hit.hive->data(value);
  if (!data) return std::nullopt;
  return regf::text_of(value.type, *data);
}

std::string where_of_value(const KeyHit& hit, const std::string& value) {
  RegistryFact fact = hit.fact;
  fact.value = value;
  return where_of(fact);
}

class Collector {
 public:
  explicit Collector(Computer& computer) : computer_(computer) {}

  void run_values(const std::string& path) {
    for (const KeyHit& hit : computer_.keys(path)) {
      const auto values = hit.hive->values(hit.key);
      if (!values) {
        computer_.note_unread(hit.fact.hive, values.error().what);
        continue;
      }
      for (const regf::Value& value : *values) {
        if (const auto text = text_of_value(hit, value)) {
          add(where_of_value(hit, value.name), *text);
        }
      }
    }
  }

  void winlogon(const std::string& path) {
    for (const KeyHit& hit : computer_.keys(path)) {
      for (const std::string_view name : {"Shell", "Userinit", "System", "Taskman"}) {
        const auto value = hit.hive->find_value(hit.key, name);
        if (!value || !*value) continue;
        const auto text = text_of_value(hit, **value);
        if (!text) continue;
        for (const std::string_view part : split(*text, ',')) {
          if (!trim(part).empty()) add(where_of_value(hit, (*value)->name), trim(part));
        }
      }
    }
  }

  void services() {
    for (const KeyHit& hit : computer_.keys("HKLM\\SYSTEM\\CurrentControlSet\\Services")) {
      const auto services = hit.hive->subkeys(hit.key);
      if (!services) {
        computer_.note_unread(hit.fact.hive, services.error().what);
        continue;
      }
      for (const regf::Key& service : *services) add_service(hit, service);
    }
  }

  void startup_folders() {
    for (const std::string& folder : computer_.folders("%startup%")) {
      for (const FileFact& file : computer_.files(folder, "*", false)) {
        if (equal_ignoring_case(file.node.name, "desktop.ini")) continue;
        out_.push_back({file.path, file.node.name, file.path});
      }
    }
  }

  std::vector<StartUp> take() { return std::move(out_); }

 private:
  void add(std::string where, std::string_view command) {
    out_.push_back({std::move(where), std::string(command), resolve_program(command, computer_)});
  }

  void add_service(const KeyHit& parent, const regf::Key& service) {
    KeyHit hit = parent;
    hit.key = service;
    hit.fact.key += '\\' + service.name;
    const auto start = hit.hive->find_value(service, "Start");
    if (!start || !*start) return;
    const auto start_data = hit.hive->data(**start);
    // 0 boot, 1 system, 2 automatic; 3 and 4 are not started by Windows itself.
    if (!start_data || start_data->size() != 4 || load_u32_le(*start_data, 0) > 2) return;
    add_text(hit, "ImagePath");
    const auto parameters = hit.hive->find_subkey(service, "Parameters");
    if (!parameters || !*parameters) return;
    hit.key = **parameters;
    hit.fact.key += '\\' + hit.key.name;
    add_text(hit, "ServiceDll");
  }

  void add_text(const KeyHit& hit, std::string_view name) {
    const auto value = hit.hive->find_value(hit.key, name);
    if (!value || !*value) return;
    if (const auto text = text_of_value(hit, **value)) {
      add(where_of_value(hit, (*value)->name), *text);
    }
  }

  Computer& computer_;
  std::vector<StartUp> out_;
};

}  // namespace

std::vector<StartUp> start_ups(Computer& computer) {
  Collector collector(computer);
  for (const std::string_view root : {"HKLM", "HKCU", "HKU\\.DEFAULT"}) {
    for (const std::string_view run : run_keys) {
      collector.run_values(fmt::format("{}\\{}{}", root, current_version, run));
    }
  }
  for (const std::string_view root : {"HKLM", "HKCU"}) {
    collector.winlogon(
        fmt::format("{}\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", root));
  }
  collector.services();
  collector.startup_folders();
  return collector.take();
}

}  // namespace antidotary::host
