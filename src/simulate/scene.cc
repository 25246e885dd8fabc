// Scene: where things of an entry stand on the simulated computer, and how it writes them.
#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"
#include "simulate/kinds.h"

namespace antidotary::simulate {
namespace {

struct Variable {
  std::string_view name;
  std::string_view path;     ///< Below host/.
  std::string_view written;  ///< As the registry writes it.
};
constexpr std::array<Variable, 9> variables = {{
    {"%windir%", "WINDOWS", "C:\\WINDOWS"},
    {"%systemroot%", "WINDOWS", "%SystemRoot%"},
    {"%system%", "WINDOWS/system32", "C:\\WINDOWS\\system32"},
    {"%systemdrive%", "", "C:"},
    {"%programfiles%", "Program Files", "C:\\Program Files"},
    {"%temp%", "Documents and Settings/alice/Local Settings/Temp",
     "C:\\Documents and Settings\\alice\\Local Settings\\Temp"},
    {"%userprofile%", "Documents and Settings/alice", "C:\\Documents and Settings\\alice"},
    {"%internetcache%",
     "Documents and Settings/alice/Local Settings/Temporary Internet Files/Content.IE5/KX4T2Q8R",
     "C:\\Documents and Settings\\alice\\Local Settings\\Temporary Internet Files"},
    {"%startup%", "Documents and Settings/alice/Start Menu/Programs/Startup",
     "C:\\Documents and Settings\\alice\\Start Menu\\Programs\\Startup"},
}};

struct Root {
  std::string_view prefix;  ///< Upper case, with its backslash.
  regf::KeySpec Scene::*hive;
  std::string_view below;  ///< What the prefix becomes in the hive.
};
constexpr std::array<Root, 15> roots = {{
    {"HKLM\\SOFTWARE\\", &Scene::software, ""},
    {"HKEY_LOCAL_MACHINE\\SOFTWARE\\", &Scene::software, ""},
    {"HKLM\\SYSTEM\\CURRENTCONTROLSET\\", &Scene::system, "ControlSet001\\"},
    {"HKEY_LOCAL_MACHINE\\SYSTEM\\CURRENTCONTROLSET\\", &Scene::system, "ControlSet001\\"},
    {"HKLM\\SYSTEM\\", &Scene::system, ""},
    {"HKEY_LOCAL_MACHINE\\SYSTEM\\", &Scene::system, ""},
    {"HKCU\\SOFTWARE\\CLASSES\\", &Scene::software, "Classes\\"},
    {"HKCU\\", &Scene::user, ""},
    {"HKEY_CURRENT_USER\\", &Scene::user, ""},
    {"HKCR\\", &Scene::software, "Classes\\"},
    {"HKEY_CLASSES_ROOT\\", &Scene::software, "Classes\\"},
    {"HKU\\.DEFAULT\\", &Scene::default_user, ""},
    {"HKEY_USERS\\.DEFAULT\\", &Scene::default_user, ""},
    {"HKU\\*\\", &Scene::user, ""},
    {"HKEY_USERS\\*\\", &Scene::user, ""},
}};

// A name in `folder` ("" or ending in '/') that is the same but for case.
std::string as_there(const std::map<std::string, Buffer>& files, const std::string& folder,
                     std::string_view name) {
  for (auto row = files.lower_bound(folder); row != files.end(); ++row) {
    if (!row->first.starts_with(folder)) break;
    const std::string_view rest = std::string_view(row->first).substr(folder.size());
    const std::string_view there = rest.substr(0, rest.find('/'));
    if (equal_ignoring_case(there, name)) return std::string(there);
  }
  return std::string(name);
}

// The letters are read off the pattern, so that two patterns give two names.
class Letters {
 public:
  explicit Letters(std::string_view seed) {
    for (const char c : seed) state_ = (state_ ^ static_cast<unsigned char>(c)) * 16777619u;
  }
  char next() {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<char>('a' + (state_ >> 24) % 26);
  }

 private:
  std::uint32_t state_ = 2166136261u;
};

}  // namespace

std::string Scene::place(std::string_view windows_path) const {
  std::string path(windows_path);
  for (const Variable& variable : variables) {
    if (!starts_with_ignoring_case(path, variable.name)) continue;
    path = std::string(variable.path) + path.substr(variable.name.size());
    break;
  }
  if (path.size() >= 2 && path[1] == ':') path.erase(0, 2);
  std::replace(path.begin(), path.end(), '\\', '/');
  std::string out;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") continue;
    if (!out.empty()) out += '/';
    const std::string name = as_there(files, out, part);
    out += name;
  }
  return out;
}

std::string Scene::written(std::string_view windows_path) const {
  std::string out;
  while (!windows_path.empty()) {
    const auto found = std::find_if(variables.begin(), variables.end(), [&](const Variable& row) {
      return starts_with_ignoring_case(windows_path, row.name);
    });
    if (found == variables.end()) {
      out.push_back(windows_path.front());
      windows_path.remove_prefix(1);
    } else if (found->name == "%systemroot%") {
      // The one variable that the registry itself knows: it stays as the entry spells it.
      out += windows_path.substr(0, found->name.size());
      windows_path.remove_prefix(found->name.size());
    } else {
      out += found->written;
      windows_path.remove_prefix(found->name.size());
    }
  }
  return out;
}

regf::KeySpec* Scene::key(std::string_view path) {
  for (const Root& root : roots) {
    if (!starts_with_ignoring_case(path, root.prefix)) continue;
    return &(this->*root.hive)
                .at(std::string(root.below) + std::string(path.substr(root.prefix.size())));
  }
  return nullptr;
}

void Scene::slip_in(Message message) {
  messages.insert(messages.begin() + static_cast<std::ptrdiff_t>(messages.size() / 2),
                  std::move(message));
}

Buffer stand_in(std::string_view what, std::uint64_t size) {
  std::string text = "Inert stand-in for " + std::string(what) +
                     ".\r\nThis is a text. It does nothing, and nothing can run it.\r\n";
  if (size == 0) return to_buffer(as_bytes(text));
  size = std::min(size, stand_in_size_max);
  constexpr std::string_view filling = "padding to the published size, nothing else\r\n";
  while (text.size() < size) text += filling;
  text.resize(size);
  return to_buffer(as_bytes(text));
}

std::string concrete(std::string_view pattern) {
  constexpr int run_length = 6;
  Letters letters(pattern);
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool after_at = i > 0 && pattern[i - 1] == '@';
    const bool before_end = i + 1 == pattern.size() || pattern[i + 1] == '>';
    if (pattern[i] == '*' && after_at && before_end) {
      out += "example.org";
    } else if (pattern[i] == '*') {
      for (int n = 0; n < run_length; ++n) out.push_back(letters.next());
    } else if (pattern[i] == '?') {
      out.push_back(letters.next());
    } else {
      out.push_back(pattern[i]);
    }
  }
  return out;
}

}  // namespace antidotary::simulate
