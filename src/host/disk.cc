// Disk: where Windows is, and the notes of what could not be read.
#include "host/disk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"

namespace antidotary::host {
namespace {

constexpr std::array<std::string_view, 5> usual_names = {"windows", "winnt", "win", "winxp",
                                                         "win98"};

bool is_usual_name(std::string_view name) {
  return std::any_of(usual_names.begin(), usual_names.end(),
                     [&](std::string_view usual) { return equal_ignoring_case(name, usual); });
}

}  // namespace

std::span<const std::string_view> enum_names(WindowsKind) {
  static constexpr std::array<std::string_view, 3> names = {"none", "nt", "win9x"};
  return names;
}

Result<std::unique_ptr<Computer>> Computer::find(Tree& tree, Budget& budget) {
  auto disk = std::make_unique<Disk>(tree, budget);
  ANTIDOTARY_CHECK(disk->look());
  return std::unique_ptr<Computer>(std::move(disk));
}

Result<std::vector<std::unique_ptr<Computer>>> Computer::find_all(Tree& tree, Budget& budget) {
  std::vector<std::unique_ptr<Computer>> out;
  const auto add = [&](std::string only) -> Result<std::vector<std::string>> {
    auto disk = std::make_unique<Disk>(tree, budget, std::move(only));
    ANTIDOTARY_CHECK(disk->look());
    std::vector<std::string> folders = disk->windows_folders();
    out.push_back(std::move(disk));
    return folders;
  };
  const std::vector<std::string> folders = ANTIDOTARY_TRY(add(""));
  if (folders.size() < 2) return out;
  out.clear();  // it noted the others as unread
  for (const std::string& folder : folders) ANTIDOTARY_CHECK(add(folder));
  return out;
}

Disk::Disk(Tree& tree, Budget& budget, std::string only)
    : tree_(tree),
      budget_(budget),
      only_(std::move(only)),
      paths_(tree, budget, [this](std::string what, std::string reason) {
        note_unread(std::move(what), std::move(reason));
      }) {}

Status Disk::look() {
  // Asked directly first: an unreadable root is the caller's error, not a note.
  ANTIDOTARY_TRY(tree_.list(""));
  choose_windows();
  if (kind_ == WindowsKind::nt) find_machine_hives();
  find_users();
  paths_.forget_doubt();
  consulted_.clear();
  return {};
}

WindowsKind Disk::judge(const std::string& folder) {
  const auto has = [&](std::string_view name, NodeKind wanted) {
    const auto nodes = paths_.named(folder, name);
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](const Node* node) { return node->kind == wanted; });
  };
  const auto has_file = [&](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return has(name, NodeKind::file); });
  };
  if (has("system32", NodeKind::directory)) {
    if (is_usual_name(last_name(folder)) || has_file({"explorer.exe", "notepad.exe", "win.ini"}) ||
        !paths_.folders(folder, "system32/config", Paths::Links::ignored).empty()) {
      return WindowsKind::nt;
    }
  }
  if (has("system", NodeKind::directory)) {
    if (has_file({"system.dat", "user.dat", "win.com", "explorer.exe", "notepad.exe"})) {
      return WindowsKind::win9x;
    }
  }
  return WindowsKind::none;
}

void Disk::choose_windows() {
  struct Candidate {
    std::string folder;
    WindowsKind kind;
    int rank;
  };
  std::vector<Candidate> all;
  const std::vector<Node>* top = paths_.list("");
  if (top == nullptr) return;
  for (const Node& node : *top) {
    if (node.kind == NodeKind::link && is_usual_name(node.name)) {
      note_unread(node.name, "a link where Windows may be; links are not followed");
    }
    if (!node.damaged.empty()) note_unread(node.name, node.damaged + "; it may hold a Windows");
    if (node.kind != NodeKind::directory) continue;
    const WindowsKind kind = judge(node.name);
    if (kind == WindowsKind::none) continue;
    const bool hives = !plain_files(node.name, "system32/config/SOFTWARE").empty();
    all.push_back({node.name, kind, (hives ? 2 : 0) + (is_usual_name(node.name) ? 1 : 0)});
  }
  std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.folder < b.folder;
  });
  for (const Candidate& candidate : all) windows_folders_.push_back(candidate.folder);
  if (!only_.empty()) {
    std::erase_if(all, [this](const Candidate& one) { return one.folder != only_; });
  }
  for (std::size_t i = 1; i < all.size(); ++i) {
    note_unread(all[i].folder, "another Windows; only " + all[0].folder + " was examined");
  }
  if (all.empty()) return;
  windows_ = all[0].folder;
  kind_ = all[0].kind;
}

std::vector<std::string> Disk::plain_files(const std::string& base, std::string_view relative) {
  std::vector<std::string> out;
  for (FileFact& fact : paths_.files_at(base, relative, Paths::Links::ignored)) {
    out.push_back(std::move(fact.path));
  }
  return out;
}

void Disk::find_machine_hives() {
  const auto find = [&](std::string_view name) {
    const std::string relative = "system32/config/" + std::string(name);
    auto out = plain_files(windows_, relative);
    if (out.empty()) note_unread(windows_ + '/' + relative, "the hive is not there");
    return out;
  };
  software_ = find("SOFTWARE");
  system_ = find("SYSTEM");
  default_ = plain_files(windows_, "system32/config/DEFAULT");
}

Result<std::unique_ptr<OpenFile>> Disk::open(const std::string& path) { return tree_.open(path); }

void Disk::note_unread(std::string what, std::string reason) {
  for (const Unread& known : unread_) {
    if (known.what == what && known.reason == reason) return;
  }
  unread_.push_back({std::move(what), std::move(reason)});
}

const std::vector<Unread>& Disk::unread() const {
  // Damage shows only as a hive is read, so it is noted when somebody asks.
  for (const auto& [path, file] : hives_) {
    const std::string damage = damage_of(*file);
    if (damage.empty() || file->damage_noted) continue;
    file->damage_noted = true;
    unread_.push_back({path, "the hive is damaged (" + damage + "); what is sound was read"});
  }
  return unread_;
}

std::string Disk::doubt() const {
  if (!paths_.doubt().empty()) return paths_.doubt();
  for (const HiveFile* file : consulted_) {
    if (!file->failure.empty()) return file->path + ": " + file->failure;
    const std::string damage = damage_of(*file);
    if (!damage.empty()) return file->path + " is damaged (" + damage + ")";
    if (file->hive && file->hive->dirty()) {
      return file->path + " has changes in its log that are not read";
    }
  }
  return {};
}

}  // namespace antidotary::host
