// Disk: hives are opened when first asked for; a registry path becomes places in them.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/filetime.h"
#include "core/reader.h"
#include "core/text.h"
#include "formats/regf/logs.h"
#include "host/disk.h"

namespace antidotary::host {
namespace {

/// Cuts the first name off a registry path.
std::string_view take_name(std::string_view& path) {
  const std::size_t end = std::min(path.find('\\'), path.size());
  const std::string_view name = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return name;
}

bool is_one_of(std::string_view name, std::string_view a, std::string_view b) {
  return equal_ignoring_case(name, a) || equal_ignoring_case(name, b);
}

/// Where the rest of a path lies below `prefix`, or nullopt where it does not.
std::optional<std::string_view> below(std::string_view path, std::string_view prefix) {
  if (!starts_with_ignoring_case(path, prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  if (!path.empty() && path.front() != '\\') return std::nullopt;
  if (!path.empty()) path.remove_prefix(1);
  return path;
}

}  // namespace

std::string Disk::damage_of(const HiveFile& file) {
  std::string out;
  if (!file.hive) return out;
  for (const regf::Anomaly anomaly : file.hive->anomalies()) {
    if (anomaly == regf::Anomaly::dirty || anomaly == regf::Anomaly::bad_checksum) continue;
    if (!out.empty()) out += ", ";
    out += regf::name_of(anomaly);
  }
  return out;
}

Disk::HiveFile& Disk::hive_file(const std::string& path) {
  std::unique_ptr<HiveFile>& kept = hives_[path];
  if (kept != nullptr) return *kept;
  kept = std::make_unique<HiveFile>();
  kept->path = path;
  auto file = tree_.open(path);
  if (!file) {
    kept->failure = file.error().what;
  } else {
    kept->file = std::move(*file);
    auto hive = regf::Hive::open(kept->file->bytes(), budget_);
    if (hive) {
      kept->hive.emplace(std::move(*hive));
      if (kept->hive->dirty()) replay_logs(*kept);
    } else {
      kept->failure = hive.error().what;
    }
  }
  if (!kept->failure.empty()) note_unread(path, kept->failure);
  return *kept;
}

// What the logs beside a dirty hive change is read as if Windows had written it.
void Disk::replay_logs(HiveFile& file) {
  std::vector<std::unique_ptr<OpenFile>> open;
  std::vector<Bytes> logs;
  const std::string folder(parent_of(file.path));
  for (const std::string_view ending : {".LOG", ".LOG1", ".LOG2"}) {
    const std::string name = std::string(last_name(file.path)) + std::string(ending);
    for (const Node* node : paths_.named(folder, name)) {
      if (node->kind != NodeKind::file || node->size_bytes == 0) continue;
      auto log = tree_.open(join_path(folder, node->name));
      if (!log) continue;
      logs.push_back((*log)->bytes());
      open.push_back(std::move(*log));
    }
  }
  auto replayed = regf::replay_logs(file.file->bytes(), logs, budget_);
  if (!replayed) {
    dirty_hives_.push_back(file.path);
    return;
  }
  file.replayed = std::move(replayed->hive);
  auto hive = regf::Hive::open(file.replayed, budget_);
  if (!hive) {
    dirty_hives_.push_back(file.path);
    return;
  }
  file.hive.emplace(std::move(*hive));
  replayed_hives_.push_back(file.path);
}

std::string Disk::resolve_control_set(const std::string& hive, std::string_view path) {
  const auto rest = below(path, "CurrentControlSet");
  if (!rest) return std::string(path);
  std::uint32_t current = 1;
  if (const auto select = key_at({hive, "HKLM\\SYSTEM", "Select"})) {
    const auto value = select->hive->find_value(select->key, "Current");
    if (value && *value) {
      const auto data = select->hive->data(**value);
      if (data && data->size() == 4) current = load_u32_le(*data, 0);
    }
  }
  return fmt::format("ControlSet{:03}{}{}", current, rest->empty() ? "" : "\\", *rest);
}

void Disk::add_machine_spots(std::string_view path, std::vector<Spot>& out) {
  std::string_view rest = path;
  const std::string_view hive = take_name(rest);
  if (equal_ignoring_case(hive, "SOFTWARE")) {
    for (const std::string& file : software_) {
      out.push_back({file, "HKLM\\SOFTWARE", std::string(rest)});
      // Where 64-bit Windows keeps what a 32-bit program wrote there.
      const auto classes = below(rest, "Classes");
      const std::string moved = classes ? "Classes\\Wow6432Node\\" + std::string(*classes)
                                        : "Wow6432Node\\" + std::string(rest);
      out.push_back({file, "HKLM\\SOFTWARE", moved});
    }
    if (software_.empty()) paths_.doubt_because("there is no SOFTWARE hive");
  } else if (equal_ignoring_case(hive, "SYSTEM")) {
    for (const std::string& file : system_) {
      out.push_back({file, "HKLM\\SYSTEM", resolve_control_set(file, rest)});
    }
    if (system_.empty()) paths_.doubt_because("there is no SYSTEM hive");
  } else {
    paths_.doubt_because(fmt::format("HKLM\\{} is in a hive that is not read", hive));
  }
}

void Disk::add_user_spots(const User& user, std::string_view path, std::vector<Spot>& out) {
  const std::string root = "HKCU (" + user.name + ")";
  if (!user.hive.empty()) out.push_back({user.hive, root, std::string(path)});
  const auto classes = below(path, "Software\\Classes");
  const auto file = class_hives_.find(user.profile);
  if (classes && file != class_hives_.end()) {
    out.push_back({file->second, root + "\\Software\\Classes", std::string(*classes)});
  }
}

std::vector<Disk::Spot> Disk::spots(std::string_view path) {
  std::vector<Spot> out;
  std::string_view rest = path;
  const std::string_view root = take_name(rest);
  if (kind_ == WindowsKind::win9x) {
    paths_.doubt_because("Windows 9x registry (CREG) is not read yet");
    return out;
  }
  if (is_one_of(root, "HKLM", "HKEY_LOCAL_MACHINE")) {
    add_machine_spots(rest, out);
  } else if (is_one_of(root, "HKCU", "HKEY_CURRENT_USER")) {
    for (const User& user : users_) add_user_spots(user, rest, out);
  } else if (is_one_of(root, "HKCR", "HKEY_CLASSES_ROOT")) {
    const std::string classes = "Software\\Classes\\" + std::string(rest);
    add_machine_spots(classes, out);
    for (const User& user : users_) add_user_spots(user, classes, out);
  } else if (is_one_of(root, "HKU", "HKEY_USERS")) {
    const std::string_view who = take_name(rest);
    if (equal_ignoring_case(who, ".DEFAULT")) {
      for (const std::string& file : default_) {
        out.push_back({file, "HKU\\.DEFAULT", std::string(rest)});
      }
    } else {
      for (const User& user : users_) add_user_spots(user, rest, out);
    }
  }
  return out;
}

std::optional<KeyHit> Disk::key_at(const Spot& spot) {
  HiveFile& file = hive_file(spot.hive);
  if (std::find(consulted_.begin(), consulted_.end(), &file) == consulted_.end()) {
    consulted_.push_back(&file);
  }
  if (!file.hive) return std::nullopt;
  const auto give_up = [&](const Error& error) {
    note_unread(file.path, error.what);
    paths_.doubt_because(file.path + ": " + error.what);
    return std::nullopt;
  };
  KeyHit hit;
  hit.hive = &*file.hive;
  auto key = file.hive->root();
  if (!key) return give_up(key.error());
  hit.key = std::move(*key);
  std::string_view rest = spot.path;
  while (!rest.empty()) {
    const std::string_view name = take_name(rest);
    if (name.empty()) continue;
    auto child = file.hive->find_subkey(hit.key, name);
    if (!child) return give_up(child.error());
    if (!*child) return std::nullopt;
    hit.key = std::move(**child);
    if (!hit.fact.key.empty()) hit.fact.key += '\\';
    hit.fact.key += hit.key.name;
  }
  hit.fact.hive = file.path;
  hit.fact.hive_node = file.file->node();
  hit.fact.root = spot.root;
  hit.fact.key_written_unix_ns = unix_ns_of_filetime(hit.key.last_written_filetime);
  return hit;
}

std::optional<std::string> Disk::text_at(const Spot& spot, std::string_view value) {
  const auto hit = key_at(spot);
  if (!hit) return std::nullopt;
  const auto found = hit->hive->find_value(hit->key, value);
  if (!found || !*found) return std::nullopt;
  const auto data = hit->hive->data(**found);
  if (!data) return std::nullopt;
  return regf::text_of((*found)->type, *data);
}

std::vector<KeyHit> Disk::keys(std::string_view path) {
  paths_.forget_doubt();
  consulted_.clear();
  std::vector<KeyHit> out;
  for (const Spot& spot : spots(path)) {
    if (auto hit = key_at(spot)) out.push_back(std::move(*hit));
  }
  return out;
}

void Disk::each_deleted(const std::function<void(const DeletedInHive&)>& take) {
  std::vector<std::pair<std::string, std::string>> hives;
  for (const std::string& file : software_) hives.emplace_back(file, "HKLM\\SOFTWARE");
  for (const std::string& file : system_) hives.emplace_back(file, "HKLM\\SYSTEM");
  for (const std::string& file : default_) hives.emplace_back(file, "HKU\\.DEFAULT");
  for (const User& user : users_) {
    const std::string root = "HKCU (" + user.name + ")";
    if (!user.hive.empty()) hives.emplace_back(user.hive, root);
    const auto classes = class_hives_.find(user.profile);
    if (classes != class_hives_.end()) {
      hives.emplace_back(classes->second, root + "\\Software\\Classes");
    }
  }
  for (const auto& [path, root] : hives) {
    const HiveFile& file = hive_file(path);
    if (!file.hive) continue;
    auto found = regf::find_deleted(file.hive->bytes(), budget_);
    if (found) {
      take({path, root, std::move(*found)});
    } else {
      note_unread(path, "what was deleted from it: " + found.error().what);
    }
  }
}

}  // namespace antidotary::host
