// Plan: a diagnosis turned into ordered inverse steps, said in words, changing nothing.
//
// A plan is a record: `clean` writes it as JSON, `clean --apply` takes it and refuses whatever is
// no longer as the plan says. Format: docs/formats/plan.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "diagnosis/diagnosis.h"
#include "entries/encyclopedia.h"
#include "host/finding.h"
#include "plan/image.h"
#include "plan/line_edit.h"
#include "plan/stored_message.h"

namespace antidotary::plan {

enum class Act : std::uint8_t {
  quarantine_file,  ///< Move a file into quarantine.
  remove_value,     ///< Remove a registry value.
  restore_value,    ///< Give a registry value its earlier or default data.
  remove_key,       ///< Remove a registry key that has no subkeys.
  edit_line,        ///< Replace part of a line of a text file, its length kept.
  take_message,     ///< Take one message out of a mailbox file, into quarantine.
  advise,           ///< Nothing is done; the person is told.
};
std::span<const std::string_view> enum_names(Act);

struct Step {
  std::uint32_t number = 0;  ///< From 1, in the order of execution.
  Act act = Act::advise;
  std::string entry;
  std::string variant;
  std::string change;
  std::string what;            ///< "Move WINDOWS/videodrv.exe into quarantine".
  std::string reason;          ///< "worm body of Win32/Mimail.A (change worm-body)".
  std::string expected_after;  ///< "WINDOWS/videodrv.exe is gone".
  std::string left;            ///< Why the step is listed and not carried out; empty: carried out.
  std::optional<host::FileFact> file;
  std::optional<host::RegistryFact> registry;
  std::uint32_t new_type = 0;  ///< restore_value.
  Buffer new_data;
  std::optional<ByteEdit> line;        ///< edit_line, in `file`.
  std::optional<MessageFact> message;  ///< take_message, in `file`.
  /// Numbers of the steps that must have been carried out before this one may be. Absent where
  /// there are none, and in plans of before it was: what a run keeps must be read for ever.
  std::optional<std::vector<std::uint32_t>> waits_for;
  std::optional<std::string> volume;  ///< Of a disk image: where `file` and `registry` lie.

  bool carried_out() const { return left.empty() && act != Act::advise; }

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("number", self.number);
    visit("act", self.act);
    visit("entry", self.entry);
    visit("variant", self.variant);
    visit("change", self.change);
    visit("what", self.what);
    visit("reason", self.reason);
    visit("expected_after", self.expected_after);
    visit("left", self.left);
    visit("file", self.file);
    visit("registry", self.registry);
    visit("new_type", self.new_type);
    visit("new_data", self.new_data);
    visit("line", self.line);
    visit("message", self.message);
    visit("waits_for", self.waits_for);
    visit("volume", self.volume);
  }
};

struct Plan {
  static constexpr std::uint32_t version_current = 1;
  std::uint32_t version = version_current;
  std::string root;  ///< Absolute path of the examined tree, folder or disk image.
  std::vector<Step> steps;
  std::vector<std::string> warnings;
  std::optional<ImageFact> image;  ///< Where `root` is a disk image.

  bool changes_anything() const;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("version", self.version);
    visit("root", self.root);
    visit("steps", self.steps);
    visit("warnings", self.warnings);
    visit("image", self.image);
  }
};

/// Steps for every infected or traces diagnosis, ordered: `before` edges of the entry, registry
/// before files. Weaker changes of an infected variant are removed only where confirmed (path and
/// size, or exact data), else listed and left. Dirty hives: their steps are listed and left.
Plan make_plan(const entries::Encyclopedia& encyclopedia, const diagnosis::Examination& examination,
               std::string root);

/// Steps for lures found in loose files below `root`: a message in a file of its own is moved to
/// quarantine whole; one inside a mailbox or archive is listed and left (a container is never the
/// unit of deletion). `file_of` gives the identity of the loose file a detection's path begins
/// with, relative to root; nullopt where it is a container of several messages.
struct LooseFile {
  host::FileFact fact;
  bool container = false;
  std::string format = {};                 ///< By content, as reports name it: "mbox", "pst".
  std::vector<MessageFact> messages = {};  ///< Those of an mbox in which something was found.
};
struct FoundLure {
  diagnosis::Diagnosis diagnosis;
  LooseFile file;
};
Plan make_plan(const entries::Encyclopedia& encyclopedia, const std::vector<FoundLure>& found,
               std::string root);

}  // namespace antidotary::plan
