// Computer: a Windows installation found in a tree, and the questions that changes ask of it.
//
// Finds where Windows is (WINDOWS, WINNT, any name; NT or 9x), the users' profiles (also with
// localised folder names), the hives; resolves variables and paths as Windows does, without regard
// to case and never through a link. Hives are opened when first asked for and kept.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/budget.h"
#include "formats/regf/deleted.h"
#include "formats/regf/hive.h"
#include "host/finding.h"
#include "host/tree.h"

namespace antidotary::host {

enum class WindowsKind : std::uint8_t { none, nt, win9x };
std::span<const std::string_view> enum_names(WindowsKind);

struct User {
  std::string name;
  std::string profile;  ///< Exact path of the profile folder.
  std::string hive;     ///< Exact path of NTUSER.DAT; empty where there is none.
};

/// Something of the host that could not be wholly read.
struct Unread {
  std::string what;  ///< Path of the hive or folder.
  std::string reason;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("what", self.what);
    visit("reason", self.reason);
  }
};

/// A registry key found for a question, in one of the hives that may hold it.
struct KeyHit {
  const regf::Hive* hive = nullptr;
  regf::Key key;
  RegistryFact fact;  ///< hive, hive_node, root and key are filled in.
};

/// What was deleted from one hive and is still in its free room.
struct DeletedInHive {
  std::string hive;  ///< Exact path of the hive file.
  std::string root;  ///< Where its keys stand, for a person: `HKLM\SOFTWARE`, `HKCU (alice)`.
  regf::Deleted found;
};

class Computer {
 public:
  /// Looks for Windows below the tree's root. `tree` and `budget` must outlive the computer.
  /// Errors: those of listing the root. A tree without Windows is a Computer of kind none.
  static Result<std::unique_ptr<Computer>> find(Tree& tree, Budget& budget);
  /// The same for every Windows beside the tree's root, the likeliest first; one of kind none
  /// where there is none.
  static Result<std::vector<std::unique_ptr<Computer>>> find_all(Tree& tree, Budget& budget);
  virtual ~Computer() = default;

  virtual WindowsKind kind() const = 0;
  virtual const std::string& windows_directory() const = 0;  ///< Exact: "WINDOWS".
  virtual const std::vector<User>& users() const = 0;

  /// Exact paths of the existing folders that `directory` (with variables) may mean.
  virtual std::vector<std::string> folders(std::string_view directory) = 0;
  /// Regular files in `folder` whose name matches the pattern (case ignored). With `below`, in
  /// its subfolders as well, 8 levels at most.
  virtual std::vector<FileFact> files(const std::string& folder, std::string_view pattern,
                                      bool below) = 0;
  /// The file's bytes. Errors: as Tree::open.
  virtual Result<std::unique_ptr<OpenFile>> open(const std::string& path) = 0;

  /// Every hive key that `HKLM\...`, `HKCU\...` (each user), `HKCR\...` or `HKU\...` may mean here.
  /// CurrentControlSet is resolved by Select\Current.
  virtual std::vector<KeyHit> keys(std::string_view path) = 0;

  /// Tells `take` what was deleted from every hive that keys() may ask, a hive at a time. One that
  /// could not be looked through is noted as unread.
  virtual void each_deleted(const std::function<void(const DeletedInHive&)>& take) = 0;

  /// What `text` of an entry (`%windir%\videodrv.exe`) may be written as in this registry: with
  /// the drive's letter (C: is assumed where nothing says), with %SystemRoot%, in short form.
  virtual std::vector<std::string> written_forms(std::string_view text) = 0;

  /// Why the last answer of folders, files or keys may lack something (a folder or hive that could
  /// not be read, a link that was not followed, a log that was not replayed); empty where it is
  /// whole. Ask it after the values of a key were read as well: they may show damage.
  virtual std::string doubt() const = 0;

  /// Notes something as unread, once.
  virtual void note_unread(std::string what, std::string reason) = 0;
  virtual const std::vector<Unread>& unread() const = 0;
  /// Hives whose logs hold changes that were not read: exact paths.
  virtual const std::vector<std::string>& dirty_hives() const = 0;
  /// Hives that were read with the changes of their logs: exact paths. The files themselves lack
  /// them, and must not be written to as they stand.
  virtual const std::vector<std::string>& replayed_hives() const = 0;
};

/// One thing that Windows starts by itself: Run and its kin, Services, Winlogon, Startup folders.
struct StartUp {
  std::string where;    ///< As where_of() says it; the exact path of a file in a Startup folder.
  std::string command;  ///< As stored.
  std::string target;   ///< Exact path of the file it names, or empty where there is none.
  std::int64_t since_unix_ns = 0;  ///< When its key or file was last written to; 0: not known.
  std::uint64_t target_bytes = 0;
  std::int64_t target_modified_unix_ns = 0;
  std::string target_sha256;  ///< Only where hash_targets() was asked.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("where", self.where);
    visit("command", self.command);
    visit("target", self.target);
    visit("since_unix_ns", self.since_unix_ns);
    visit("target_bytes", self.target_bytes);
    visit("target_modified_unix_ns", self.target_modified_unix_ns);
    visit("target_sha256", self.target_sha256);
  }
};
std::vector<StartUp> start_ups(Computer& computer);
/// A start-up with what is known of the file that it names.
StartUp start_up_of(std::string where, std::string command, std::int64_t since_unix_ns,
                    Computer& computer);
/// Fills in the digests of the files that they start, each file read once. One that cannot be read
/// is noted as unread.
void hash_targets(std::vector<StartUp>& start_ups, Computer& computer);

}  // namespace antidotary::host
