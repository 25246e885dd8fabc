// Start-ups: every place from which Windows starts something by itself, each with the file that it
// starts. The registry's places are a table (start_up_places.h); services and drivers are read
// here; files that start others are start_up_files.h.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/digest.h"
#include "core/filetime.h"
#include "core/reader.h"
#include "core/text.h"
#include "host/commands.h"
#include "host/computer.h"
#include "host/start_up_files.h"
#include "host/start_up_places.h"

namespace antidotary::host {
namespace {

/// Windows' own way of opening a program: what is opened starts itself.
bool opens_itself(const StartPlace& place, std::string_view command) {
  return place.key.ends_with("\\shell\\open\\command") && program_of(command) == "%1";
}

std::string where_of_value(const KeyHit& hit, const std::string& value) {
  RegistryFact fact = hit.fact;
  fact.value = value;
  return where_of(fact);
}

class Collector {
 public:
  explicit Collector(Computer& computer) : computer_(computer) {}

  void place(const StartPlace& place, std::string_view root) {
    const std::string path = fmt::format("{}\\{}", root, place.key);
    if (!path.ends_with("\\*")) {
      for (const KeyHit& hit : computer_.keys(path)) values_at(hit, place);
      return;
    }
    for (const KeyHit& above : computer_.keys(path.substr(0, path.size() - 2))) {
      const auto below = above.hive->subkeys(above.key);
      if (noted(above, below) == nullptr) continue;
      for (const regf::Key& key : *below) {
        KeyHit hit = above;
        hit.key = key;
        hit.fact.key += '\\' + key.name;
        values_at(hit, place);
      }
    }
  }

  void services() {
    for (const KeyHit& hit : computer_.keys("HKLM\\SYSTEM\\CurrentControlSet\\Services")) {
      const auto services = hit.hive->subkeys(hit.key);
      if (noted(hit, services) == nullptr) continue;
      for (const regf::Key& service : *services) add_service(hit, service);
    }
  }

  std::vector<StartUp> take() { return std::move(out_); }

 private:
  /// What was read; null, and noted, where it could not be.
  template <class Thing>
  const Thing* noted(const KeyHit& hit, const Result<Thing>& read) {
    if (read) return &*read;
    computer_.note_unread(hit.fact.hive, fmt::format("{}: {}", hit.fact.key, read.error().what));
    return nullptr;
  }

  std::optional<std::string> text_of_value(const KeyHit& hit, const regf::Value& value) {
    const auto data = hit.hive->data(value);
    if (noted(hit, data) == nullptr) return std::nullopt;
    return regf::text_of(value.type, *data);
  }

  void add(const KeyHit& hit, std::string where, std::string_view command) {
    out_.push_back(start_up_of(std::move(where), std::string(command),
                               unix_ns_of_filetime(hit.key.last_written_filetime), computer_));
  }

  void values_at(const KeyHit& hit, const StartPlace& place) {
    if (place.form == StartForm::key_clsid) {
      RegistryFact fact = hit.fact;
      fact.whole_key = true;
      return add_class(hit, where_of(fact), hit.key.name);
    }
    if (place.value != "*") {
      const auto value = hit.hive->find_value(hit.key, place.value);
      if (noted(hit, value) != nullptr && *value) add_value(hit, **value, place);
      return;
    }
    const auto values = hit.hive->values(hit.key);
    if (noted(hit, values) == nullptr) return;
    for (const regf::Value& value : *values) add_value(hit, value, place);
  }

  void add_value(const KeyHit& hit, const regf::Value& value, const StartPlace& place) {
    const std::string where = where_of_value(hit, value.name);
    const StartForm form = place.form;
    const auto data = hit.hive->data(value);
    if (noted(hit, data) == nullptr) return;
    if (form == StartForm::catalog) {
      constexpr std::size_t path_bytes_max = 260;
      const std::string_view path =
          as_text(Bytes(*data).first(std::min(data->size(), path_bytes_max)));
      return add(hit, where, utf8_from_windows1252(path.substr(0, path.find('\0'))));
    }
    if (value.type == regf::reg_multi_sz) {
      for (const std::string_view one : split(utf8_from_utf16_le(*data), '\0')) {
        if (!trim(one).empty()) add(hit, where, trim(one));
      }
      return;
    }
    const auto text = regf::text_of(value.type, *data);
    if (!text || trim(*text).empty() || opens_itself(place, *text)) return;
    if (form == StartForm::clsid) return add_class(hit, where, *text);
    if (form != StartForm::list) return add(hit, where, *text);
    for (const std::string_view part : split(*text, ',')) {
      if (!trim(part).empty()) add(hit, where, trim(part));
    }
  }

  /// A class is named; what is loaded is its InprocServer32.
  void add_class(const KeyHit& from, const std::string& where, const std::string& clsid) {
    const std::string path =
        fmt::format("HKLM\\SOFTWARE\\Classes\\CLSID\\{}\\InprocServer32", clsid);
    for (const KeyHit& hit : computer_.keys(path)) {
      const auto value = hit.hive->find_value(hit.key, "");
      if (noted(hit, value) == nullptr || !*value) continue;
      if (const auto text = text_of_value(hit, **value)) return add(from, where, *text);
    }
    add(from, where, clsid);
  }

  void add_service(const KeyHit& parent, const regf::Key& service) {
    KeyHit hit = parent;
    hit.key = service;
    hit.fact.key += '\\' + service.name;
    const auto start = hit.hive->find_value(service, "Start");
    if (noted(hit, start) == nullptr || !*start) return;
    const auto start_data = hit.hive->data(**start);
    if (noted(hit, start_data) == nullptr) return;
    // 0 boot, 1 system, 2 automatic; 3 and 4 are not started by Windows itself.
    if (start_data->size() != 4 || load_u32_le(*start_data, 0) > 2) return;
    add_text(hit, "ImagePath");
    const auto parameters = hit.hive->find_subkey(service, "Parameters");
    if (noted(hit, parameters) == nullptr || !*parameters) return;
    hit.key = **parameters;
    hit.fact.key += '\\' + hit.key.name;
    add_text(hit, "ServiceDll");
  }

  void add_text(const KeyHit& hit, std::string_view name) {
    const auto value = hit.hive->find_value(hit.key, name);
    if (noted(hit, value) == nullptr || !*value) return;
    if (const auto text = text_of_value(hit, **value)) {
      add(hit, where_of_value(hit, (*value)->name), *text);
    }
  }

  Computer& computer_;
  std::vector<StartUp> out_;
};

}  // namespace

StartUp start_up_of(std::string where, std::string command, std::int64_t since_unix_ns,
                    Computer& computer) {
  StartUp out;
  const auto file = resolve_file(command, computer);
  out.where = std::move(where);
  out.command = std::move(command);
  out.since_unix_ns = since_unix_ns;
  if (!file) return out;
  out.target = file->path;
  out.target_bytes = file->node.size_bytes;
  out.target_modified_unix_ns = file->node.modified_unix_ns;
  return out;
}

void hash_targets(std::vector<StartUp>& start_ups, Computer& computer) {
  std::map<std::string, std::string> digests;
  for (StartUp& start : start_ups) {
    if (start.target.empty()) continue;
    const auto [known, is_new] = digests.emplace(start.target, "");
    if (is_new) {
      const auto file = computer.open(start.target);
      if (file) {
        known->second = sha256_hex((*file)->bytes());
      } else {
        computer.note_unread(start.target, file.error().what);
      }
    }
    start.target_sha256 = known->second;
  }
}

std::vector<StartUp> start_ups(Computer& computer) {
  Collector collector(computer);
  for (const StartPlace& place : start_places()) {
    collector.place(place, "HKLM");
    if (!place.users) continue;
    collector.place(place, "HKCU");
    collector.place(place, "HKU\\.DEFAULT");
  }
  collector.services();
  std::vector<StartUp> out = collector.take();
  for (StartUp& start : start_up_files(computer)) out.push_back(std::move(start));
  return out;
}

}  // namespace antidotary::host
