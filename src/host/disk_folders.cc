// Disk: the folders that the variables of entries (and of the registry's texts) stand for.
//
// What the registry says comes first, then the usual places, then any place of that shape: a
// localised Windows calls `Local Settings` something else, but `Temp` is below it all the same.
#include <algorithm>
#include <utility>

#include "core/text.h"
#include "host/disk.h"

namespace antidotary::host {
namespace {

constexpr std::string_view shell_folders =
    "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders";

void add_once(std::vector<std::string>& out, std::vector<std::string> more) {
  for (std::string& one : more) {
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(std::move(one));
  }
}

/// `%name%rest` taken apart. False where the text begins otherwise.
bool take_variable(std::string_view text, std::string& name, std::string_view& rest) {
  if (text.empty() || text.front() != '%') return false;
  const std::size_t end = text.find('%', 1);
  if (end == text.npos) return false;
  name = ascii_lower(text.substr(1, end - 1));
  rest = text.substr(end + 1);
  return true;
}

}  // namespace

std::vector<std::string> Disk::folders(std::string_view directory) {
  paths_.forget_doubt();
  consulted_.clear();
  return folders_of(directory, Paths::Links::doubted);
}

std::vector<FileFact> Disk::files(const std::string& folder, std::string_view pattern, bool below) {
  paths_.forget_doubt();
  consulted_.clear();
  return paths_.files(folder, pattern, below);
}

std::vector<std::string> Disk::folders_of(std::string_view directory, Paths::Links links) {
  std::vector<std::string> out;
  std::string name;
  std::string_view rest;
  if (take_variable(directory, name, rest)) {
    const std::vector<std::string> bases = variable(name);
    for (const std::string& base : bases) add_once(out, paths_.folders(base, rest, links));
  } else if (directory.size() >= 2 && directory[1] == ':') {
    const std::string drive = ascii_lower(directory.substr(0, 1));
    if (drive == "c" || drive == ascii_lower(std::string(1, drive_))) {
      out = paths_.folders("", directory.substr(2), links);
    }
  }
  return out;
}

std::vector<std::string> Disk::variable(const std::string& name) {
  auto known = variables_.find(name);
  if (known == variables_.end()) {
    // What it takes to know the variable must not colour the question that uses it, and the same
    // doubt must be cast again each time the kept answer is used.
    const std::string doubt_before = paths_.doubt();
    const auto consulted_before = consulted_;
    paths_.forget_doubt();
    Meaning meaning;
    meaning.folders = make_variable(name);
    meaning.doubt = paths_.doubt();
    paths_.forget_doubt();
    paths_.doubt_because(doubt_before);
    consulted_ = consulted_before;
    known = variables_.emplace(name, std::move(meaning)).first;
  }
  paths_.doubt_because(known->second.doubt);
  return known->second.folders;
}

std::vector<std::string> Disk::make_variable(const std::string& name) {
  const auto in_windows = [&](std::string_view relative) {
    if (kind_ == WindowsKind::none) return std::vector<std::string>{};
    return paths_.folders(windows_, relative, Paths::Links::ignored);
  };
  if (name == "windir" || name == "systemroot") return in_windows("");
  if (name == "systemdrive") return {""};
  if (name == "system") {
    auto out = in_windows(kind_ == WindowsKind::nt ? "system32" : "SYSTEM");
    // 64-bit Windows sends what a 32-bit program writes to system32 there.
    if (kind_ == WindowsKind::nt) add_once(out, in_windows("SysWOW64"));
    return out;
  }
  if (name == "programfiles" || name == "programfiles(x86)") return program_files();
  if (name == "startup") return startup_folders();
  if (name == "userprofile") return user_folders("", {}, {""});
  if (name == "appdata") {
    return user_folders(shell_folders, {"AppData"}, {"Application Data", "AppData/Roaming"});
  }
  if (name == "allusersprofile") {
    std::vector<std::string> out = paths_.folders("", "ProgramData", Paths::Links::ignored);
    for (const User& user : users_) {
      if (equal_ignoring_case(user.name, "All Users")) out.push_back(user.profile);
    }
    return out;
  }
  if (name == "internetcache") {
    auto out = user_folders(shell_folders, {"Cache"},
                            {"Temporary Internet Files", "*/Temporary Internet Files",
                             "AppData/Local/Microsoft/Windows/Temporary Internet Files",
                             "AppData/Local/Microsoft/Windows/INetCache"});
    add_once(out, in_windows("Temporary Internet Files"));
    return out;
  }
  if (name == "temp" || name == "tmp") {
    auto out = user_folders("Environment", {"TEMP", "TMP"}, {"*/Temp", "AppData/Local/Temp"});
    add_once(out, in_windows("Temp"));
    add_once(out, paths_.folders("", "Temp", Paths::Links::ignored));
    return out;
  }
  return {};
}

std::vector<std::string> Disk::program_files() {
  std::vector<std::string> out;
  for (const std::string& hive : software_) {
    const Spot spot = {hive, "", "Microsoft\\Windows\\CurrentVersion"};
    for (const std::string_view value : {"ProgramFilesDir", "ProgramFilesDir (x86)"}) {
      if (const auto text = text_at(spot, value)) add_once(out, folders_as_stored(*text, nullptr));
    }
  }
  for (const std::string_view usual :
       {"Program Files", "Program Files (x86)", "Programme", "Programmes", "Programmi",
        "Archivos de programa", "Arquivos de programas", "Programas", "Programfiler", "Program",
        "Programmer", "Programmabestanden", "Ohjelmatiedostot"}) {
    add_once(out, paths_.folders("", usual, Paths::Links::ignored));
  }
  return out;
}

std::vector<std::string> Disk::user_folders(std::string_view key,
                                            const std::vector<std::string_view>& values,
                                            const std::vector<std::string_view>& usual) {
  std::vector<std::string> out;
  for (const User& user : users_) {
    for (const std::string_view value : values) {
      if (user.hive.empty()) break;
      const auto text = text_at({user.hive, "", std::string(key)}, value);
      if (text) add_once(out, folders_as_stored(*text, &user));
    }
    for (const std::string_view relative : usual) {
      add_once(out, paths_.folders(user.profile, relative, Paths::Links::ignored));
    }
  }
  return out;
}

std::vector<std::string> Disk::startup_folders() {
  auto out = user_folders(shell_folders, {"Startup"},
                          {"Start Menu/Programs/Startup", "Startmen\u00fc/Programme/Autostart",
                           "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup"});
  for (const std::string& hive : software_) {
    const Spot spot = {hive, "",
                       "Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders"};
    const User* all_users = nullptr;
    for (const User& user : users_) {
      if (equal_ignoring_case(user.name, "All Users")) all_users = &user;
    }
    if (const auto text = text_at(spot, "Common Startup")) {
      add_once(out, folders_as_stored(*text, all_users));
    }
  }
  add_once(out, paths_.folders("", "ProgramData/Microsoft/Windows/Start Menu/Programs/Startup",
                               Paths::Links::ignored));
  if (kind_ != WindowsKind::none) {
    add_once(out, paths_.folders(windows_, "Start Menu/Programs/Startup", Paths::Links::ignored));
  }
  return out;
}

std::vector<std::string> Disk::folders_as_stored(std::string_view text, const User* user) {
  std::string name;
  std::string_view rest;
  if (!take_variable(text, name, rest)) return folders_of(text, Paths::Links::ignored);
  if (name == "userprofile" || name == "allusersprofile") {
    if (user == nullptr) return {};
    return paths_.folders(user->profile, rest, Paths::Links::ignored);
  }
  // No other variable: a text that names the one being looked for would never end.
  if (name != "systemdrive" && name != "systemroot" && name != "windir") return {};
  return folders_of(text, Paths::Links::ignored);
}

}  // namespace antidotary::host
