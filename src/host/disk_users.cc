// Disk: users' profiles, wherever a localised Windows has put them.
//
// Three ways, because each fails somewhere: what the registry says, the folders of usual names,
// and a search for NTUSER.DAT near the top of the tree.
#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"
#include "host/disk.h"

namespace antidotary::host {
namespace {

constexpr std::size_t search_folders_max = 4096;
constexpr std::string_view profile_list = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList";

}  // namespace

void Disk::find_users() {
  if (kind_ == WindowsKind::nt) {
    for (const std::string& hive : software_) {
      const Spot spot = {hive, "HKLM\\SOFTWARE", "Microsoft\\Windows NT\\CurrentVersion"};
      const auto name = text_at(spot, "SystemRoot");
      if (!name || name->size() < 3 || (*name)[1] != ':') continue;
      windows_name_ = *name;
      drive_ = (*name)[0];
    }
    add_profiles_by_registry();
    for (const std::string_view usual : {"Documents and Settings", "Users"}) {
      for (const auto& folder : paths_.folders("", usual, Paths::Links::ignored)) {
        add_profiles_in(folder);
      }
    }
  }
  if (kind_ != WindowsKind::none) {
    for (const auto& folder : paths_.folders(windows_, "Profiles", Paths::Links::ignored)) {
      add_profiles_in(folder);
    }
  }
  if (kind_ == WindowsKind::nt) search_for_profiles();
  std::sort(users_.begin(), users_.end(),
            [](const User& a, const User& b) { return a.profile < b.profile; });
  if (kind_ != WindowsKind::win9x) return;
  for (const std::string_view name : {"SYSTEM.DAT", "USER.DAT"}) {
    for (const std::string& file : plain_files(windows_, name)) {
      note_unread(file, "Windows 9x registry (CREG) is not read yet");
    }
  }
}

void Disk::add_profiles_by_registry() {
  for (const std::string& hive : software_) {
    const Spot spot = {hive, "HKLM\\SOFTWARE", std::string(profile_list)};
    if (const auto folder = text_at(spot, "ProfilesDirectory")) {
      for (const auto& path : folders_as_stored(*folder, nullptr)) add_profiles_in(path);
    }
    const auto list = key_at(spot);
    if (!list) continue;
    const auto people = list->hive->subkeys(list->key);
    if (!people) {
      note_unread(hive, people.error().what);
      continue;
    }
    for (const regf::Key& person : *people) {
      const auto value = list->hive->find_value(person, "ProfileImagePath");
      if (!value || !*value) continue;
      const auto data = list->hive->data(**value);
      const auto text = data ? regf::text_of((*value)->type, *data) : std::nullopt;
      if (!text) continue;
      for (const auto& path : folders_as_stored(*text, nullptr)) {
        // The accounts of services live below Windows and have no hive worth a note.
        if (!path.empty() && path != windows_) add_user(path);
      }
    }
  }
}

void Disk::add_profiles_in(const std::string& folder) {
  const std::vector<Node>* nodes = paths_.list(folder);
  if (nodes == nullptr) return;
  for (const Node& node : *nodes) {
    if (node.kind == NodeKind::directory) add_user(join_path(folder, node.name));
    if (!node.damaged.empty()) note_unread(join_path(folder, node.name), node.damaged);
  }
}

bool Disk::add_user(const std::string& profile) {
  for (const User& known : users_) {
    if (known.profile == profile) return false;
  }
  User user;
  user.name = std::string(last_name(profile));
  user.profile = profile;
  find_user_hives(user);
  users_.push_back(std::move(user));
  return true;
}

void Disk::find_user_hives(User& user) {
  for (const Node* node : paths_.named(user.profile, "NTUSER.DAT")) {
    const std::string path = join_path(user.profile, node->name);
    if (node->kind != NodeKind::file) {
      note_unread(path, "not a regular file where a user's hive belongs");
    } else if (user.hive.empty()) {
      user.hive = path;
    } else {
      note_unread(path, "a second hive of that name; only " + user.hive + " was read");
    }
  }
  for (const std::string_view below :
       {"Local Settings/Application Data/Microsoft/Windows", "AppData/Local/Microsoft/Windows"}) {
    for (const auto& folder : paths_.folders(user.profile, below, Paths::Links::ignored)) {
      for (const std::string& file : plain_files(folder, "UsrClass.dat")) {
        class_hives_.emplace(user.profile, file);
      }
    }
  }
}

void Disk::search_for_profiles() {
  std::size_t looked = 0;
  const auto folders_in = [&](const std::string& folder) {
    std::vector<std::string> out;
    if (const std::vector<Node>* nodes = paths_.list(folder)) {
      for (const Node& node : *nodes) {
        if (node.kind == NodeKind::directory) out.push_back(join_path(folder, node.name));
      }
    }
    std::sort(out.begin(), out.end());
    looked += out.size();
    return out;
  };
  const std::vector<std::string> programs = variable("programfiles");
  const auto holds_hive = [&](const std::string& folder) {
    return !paths_.named(folder, "NTUSER.DAT").empty();
  };
  for (const std::string& top : folders_in("")) {
    if (top == windows_ || std::count(programs.begin(), programs.end(), top) != 0) continue;
    std::vector<std::string> homes;
    for (const std::string& second : folders_in(top)) {
      if (looked > search_folders_max) {
        note_unread(top, "too many folders to search them all for user profiles");
        return;
      }
      if (holds_hive(second)) {
        homes.push_back(top);
        continue;
      }
      for (const std::string& third : folders_in(second)) {
        if (!holds_hive(third)) continue;
        homes.push_back(second);
        break;
      }
    }
    homes.erase(std::unique(homes.begin(), homes.end()), homes.end());
    for (const std::string& home : homes) add_profiles_in(home);
  }
}

}  // namespace antidotary::host
