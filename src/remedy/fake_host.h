// FakeHost: a small tree with two worm files and a hive, a plan that cleans it, and the means to
// say whether a tree is byte for byte as it was. For tests only.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/record.h"
#include "core/text.h"
#include "files/act.h"
#include "files/scratch.h"
#include "files/state.h"
#include "plan/plan.h"
#include "remedy/run.h"

namespace antidotary::remedy {

/// One line a node: name, mode, owner, content's digest, modification time, attributes.
/// `folder_times` false: what a removal must change anyway is left out.
inline std::string picture_of(const std::string& root, bool folder_times = true) {
  std::vector<std::string> lines;
  std::vector<std::filesystem::path> paths{root};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    paths.push_back(entry.path());
  }
  for (const auto& path : paths) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) continue;
    std::string line = fmt::format("{} mode {:o} owner {}:{} links {}",
                                   path.string().substr(root.size()), status.st_mode, status.st_uid,
                                   status.st_gid, S_ISREG(status.st_mode) ? status.st_nlink : 0);
    if (S_ISREG(status.st_mode) || folder_times) {
      line += fmt::format(" time {}.{}", status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
    }
    if (S_ISREG(status.st_mode)) {
      const std::string content = files::Scratch::content(path.string());
      line += fmt::format(" sha256 {}", sha256_hex(as_bytes(content)));
    }
    char names[4096];
    char value[4096];
    const ssize_t size = ::llistxattr(path.c_str(), names, sizeof names);
    for (const auto name : split(std::string_view(names, size < 0 ? 0 : std::size_t(size)), '\0')) {
      if (name.empty()) continue;
      const ssize_t count =
          ::lgetxattr(path.c_str(), std::string(name).c_str(), value, sizeof value);
      line +=
          fmt::format(" {}={}", name, to_hex(view_of(value, count < 0 ? 0 : std::size_t(count))));
    }
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  return join(lines, "\n");
}

/// Overwrites the value's data, where the hive holds them, with the new ones or with zeros, and
/// counts up the first byte, as a base block's sequence number.
inline Result<std::vector<regf::Edit>> fake_edit(int hive, const plan::Step& step, std::uint64_t) {
  const Buffer bytes = ANTIDOTARY_TRY(files::read_whole(hive, 1 << 20));
  const Buffer& data = step.registry->data;
  const auto at = std::search(bytes.begin(), bytes.end(), data.begin(), data.end());
  if (at == bytes.end()) return fail(ErrorKind::changed, "the value is not there");
  regf::Edit count{0, {bytes[0]}, {static_cast<std::byte>(std::to_integer<int>(bytes[0]) + 1)}};
  regf::Edit edit{static_cast<std::uint64_t>(at - bytes.begin()), data, step.new_data};
  edit.after.resize(data.size());
  return std::vector<regf::Edit>{count, edit};
}

class FakeHost {
 public:
  FakeHost() {
    scratch_.file("tree/WINDOWS/videodrv.exe", "the worm's body\n");
    scratch_.file("tree/WINDOWS/eml.tmp", std::string("harvest\0\xff", 9));
    scratch_.file("tree/WINDOWS/notepad.exe", "innocent");
    scratch_.file("tree/WINDOWS/win.ini", "[windows]\r\nrun=worm.exe,a.exe\r\n");
    scratch_.file("tree/WINDOWS/system32/config/software", "1hive..VALUE-ONE..VALUE-TWO..end");
    ::chmod(path("WINDOWS/videodrv.exe").c_str(), 0640);
    ::chmod(path("WINDOWS/eml.tmp").c_str(), 0400);
    if (::geteuid() == 0 && ::chown(path("WINDOWS/eml.tmp").c_str(), 1234, 4321) != 0) ::abort();
    ::setxattr(path("WINDOWS/videodrv.exe").c_str(), "user.note", "kept", 4, 0);
    for (const char* below : {"WINDOWS/videodrv.exe", "WINDOWS/eml.tmp", "WINDOWS/notepad.exe",
                              "WINDOWS/win.ini", "WINDOWS/system32/config/software",
                              "WINDOWS/system32/config", "WINDOWS/system32", "WINDOWS", ""}) {
      const timespec times[2] = {{1'056'700'000, 1}, {1'056'700'001, 123'456'789}};
      ::utimensat(AT_FDCWD, path(below).c_str(), times, 0);
    }
    plan_.root = path("");
    original_ = picture_of(path(""));
  }

  std::string path(std::string_view below) const {
    return scratch_.path(below.empty() ? "tree" : "tree/" + std::string(below));
  }
  const files::Scratch& scratch() const { return scratch_; }
  const std::string& original() const { return original_; }
  plan::Plan& plan() { return plan_; }

  plan::Step& add_file(const std::string& below) {
    plan::Step step = numbered(plan::Act::quarantine_file, below);
    step.file.emplace();
    step.file->path = below;
    fill(step.file->node, below);
    const std::string bytes = content(below);
    step.file->sha256 = sha256_hex(as_bytes(bytes));
    return plan_.steps.emplace_back(std::move(step));
  }
  plan::Step& add_value(std::string_view data, std::string_view new_data = {}) {
    const std::string hive = "WINDOWS/system32/config/software";
    plan::Step step =
        numbered(new_data.empty() ? plan::Act::remove_value : plan::Act::restore_value, hive);
    step.registry.emplace();
    step.registry->hive = hive;
    fill(step.registry->hive_node, hive);
    step.registry->data = to_buffer(as_bytes(data));
    step.new_data = to_buffer(as_bytes(new_data));
    return plan_.steps.emplace_back(std::move(step));
  }
  /// The worm's name in win.ini becomes blank.
  plan::Step& add_line() {
    const std::string below = "WINDOWS/win.ini";
    plan::Step step = numbered(plan::Act::edit_line, below);
    step.file.emplace();
    step.file->path = below;
    fill(step.file->node, below);
    step.line = ByteEdit{11, to_buffer(as_bytes(std::string_view("run=worm.exe,a.exe"))),
                         to_buffer(as_bytes(std::string_view("run=         a.exe")))};
    return plan_.steps.emplace_back(std::move(step));
  }
  /// Registry before files, as plans are.
  void add_usual_steps() {
    add_value("VALUE-ONE");
    add_value("VALUE-TWO", "initial");
    add_line();
    add_file("WINDOWS/videodrv.exe");
    add_file("WINDOWS/eml.tmp");
  }

  std::string content(const std::string& below) const {
    return files::Scratch::content(path(below));
  }
  bool exists(const std::string& below) const {
    struct stat status {};
    return ::lstat(path(below).c_str(), &status) == 0;
  }
  std::string picture(bool folder_times = true) const { return picture_of(path(""), folder_times); }

  files::Root tree() const { return files::Root::open(path("")).value(); }
  files::Root state() const { return files::open_state(scratch_.path("state")).value(); }
  static UnixClock clock() {
    return [] { return std::uint64_t{1'795'000'000}; };
  }
  static Result<Remedy> remedy(const files::Root& state) {
    return Remedy::open(state, fake_edit, clock());
  }

 private:
  plan::Step numbered(plan::Act act, const std::string& below) const {
    plan::Step step;
    step.number = static_cast<std::uint32_t>(plan_.steps.size() + 1);
    step.act = act;
    step.entry = "win32/mimail";
    step.variant = "a";
    step.what = "clean " + below;
    return step;
  }
  template <class Node>
  void fill(Node& node, const std::string& below) const {
    struct stat status {};
    EXPECT_EQ(::lstat(path(below).c_str(), &status), 0);
    node.device = status.st_dev;
    node.inode = status.st_ino;
    node.size_bytes = static_cast<std::uint64_t>(status.st_size);
  }

  files::Scratch scratch_;
  plan::Plan plan_;
  std::string original_;
};

/// Runs `body` in a child that is killed at its `n`-th checkpoint (from 0). True where it was
/// killed; false where it came to its end first, which must then be a good one.
inline bool killed_at(int n, const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    int left = n;
    files::set_checkpoint([&left](const char*) {
      if (left-- == 0) ::raise(SIGKILL);
    });
    ::_exit(body() ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  if (WIFSIGNALED(status)) return true;
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the uncut run failed";
  return false;
}

}  // namespace antidotary::remedy
