// Disk: the Computer that stands on a Tree. Split by what is asked: disk.cc (where Windows is),
// disk_users.cc (profiles), disk_folders.cc (variables and folders), disk_forms.cc (how a path is
// written in the registry), disk_hives.cc (hives and keys).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/computer.h"
#include "host/paths.h"

namespace antidotary::host {

class Disk final : public Computer {
 public:
  /// With `only`, the Windows in that folder and no other.
  Disk(Tree& tree, Budget& budget, std::string only = "");
  /// Errors: those of listing the root.
  Status look();
  /// Every folder at the root that holds a Windows, the likeliest first.
  const std::vector<std::string>& windows_folders() const { return windows_folders_; }

  WindowsKind kind() const override { return kind_; }
  const std::string& windows_directory() const override { return windows_; }
  const std::vector<User>& users() const override { return users_; }
  std::vector<std::string> folders(std::string_view directory) override;
  std::vector<FileFact> files(const std::string& folder, std::string_view pattern,
                              bool below) override;
  Result<std::unique_ptr<OpenFile>> open(const std::string& path) override;
  std::vector<KeyHit> keys(std::string_view path) override;
  void each_deleted(const std::function<void(const DeletedInHive&)>& take) override;
  std::vector<std::string> written_forms(std::string_view text) override;
  std::string doubt() const override;
  void note_unread(std::string what, std::string reason) override;
  const std::vector<Unread>& unread() const override;
  const std::vector<std::string>& dirty_hives() const override { return dirty_hives_; }
  const std::vector<std::string>& replayed_hives() const override { return replayed_hives_; }

 private:
  struct HiveFile {
    std::string path;
    std::string failure;  ///< Why it cannot be read; empty where it can.
    std::unique_ptr<OpenFile> file;
    Buffer replayed;  ///< The hive with its logs' changes; empty where there are none.
    std::optional<regf::Hive> hive;
    mutable bool damage_noted = false;
  };
  /// One place where a registry path may be: a hive, what its root is called, a path in it.
  struct Spot {
    std::string hive;
    std::string root;
    std::string path;
  };

  /// The folders of a variable, and why some may be missing from them.
  struct Meaning {
    std::vector<std::string> folders;
    std::string doubt;
  };

  // disk.cc
  WindowsKind judge(const std::string& folder);
  void choose_windows();
  void find_machine_hives();
  std::vector<std::string> plain_files(const std::string& base, std::string_view relative);

  // disk_users.cc
  void find_users();
  void add_profiles_by_registry();
  void add_profiles_in(const std::string& folder);
  void search_for_profiles();
  bool add_user(const std::string& profile);
  void find_user_hives(User& user);

  // disk_folders.cc
  std::vector<std::string> folders_of(std::string_view directory, Paths::Links links);
  std::vector<std::string> variable(const std::string& name);
  std::vector<std::string> make_variable(const std::string& name);
  std::vector<std::string> program_files();
  std::vector<std::string> user_folders(std::string_view key,
                                        const std::vector<std::string_view>& values,
                                        const std::vector<std::string_view>& usual);
  std::vector<std::string> startup_folders();
  std::vector<std::string> folders_as_stored(std::string_view text, const User* user);

  // disk_forms.cc
  std::string windows_form(const std::string& folder) const;
  std::vector<std::string> variable_forms(const std::string& name);

  // disk_hives.cc
  HiveFile& hive_file(const std::string& path);
  void replay_logs(HiveFile& file);
  std::vector<Spot> spots(std::string_view path);
  void add_machine_spots(std::string_view path, std::vector<Spot>& out);
  void add_user_spots(const User& user, std::string_view path, std::vector<Spot>& out);
  std::string resolve_control_set(const std::string& hive, std::string_view path);
  std::optional<KeyHit> key_at(const Spot& spot);
  std::optional<std::string> text_at(const Spot& spot, std::string_view value);
  static std::string damage_of(const HiveFile& file);

  Tree& tree_;
  Budget& budget_;
  std::string only_;
  Paths paths_;
  WindowsKind kind_ = WindowsKind::none;
  std::string windows_;
  std::vector<std::string> windows_folders_;
  char drive_ = 'C';
  std::string windows_name_;  ///< As the registry writes it: `C:\WINDOWS`; empty where unknown.
  std::vector<User> users_;
  std::map<std::string, std::string> class_hives_;  ///< By profile: UsrClass.dat.
  std::vector<std::string> software_;
  std::vector<std::string> system_;
  std::vector<std::string> default_;
  std::map<std::string, std::unique_ptr<HiveFile>> hives_;
  std::vector<const HiveFile*> consulted_;  ///< By the last question.
  std::map<std::string, Meaning> variables_;
  mutable std::vector<Unread> unread_;
  std::vector<std::string> dirty_hives_;
  std::vector<std::string> replayed_hives_;
};

}  // namespace antidotary::host
