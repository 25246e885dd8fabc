#include "worker/distrust.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/record.h"
#include "core/text.h"
#include "entries/kinds/file.h"
#include "entries/kinds/hosts.h"
#include "entries/kinds/ini.h"
#include "entries/kinds/registry.h"
#include "files/beneath.h"
#include "formats/lines/lines.h"
#include "host/ini_words.h"
#include "host/paths.h"
#include "host/text_files.h"
#include "worker/protocol.h"

namespace antidotary::worker {
namespace {

// Names of signatures are short; one that is not was made to fill somebody's log.
constexpr std::size_t leaf_format_bytes_max = 32;
constexpr std::size_t alert_name_bytes_max = 1024;

/// An allowance as it may be told: short, and of a list that a user may keep.
bool may_be_told(const std::vector<scan::Silenced>& silenced) {
  return std::all_of(silenced.begin(), silenced.end(), [](const scan::Silenced& one) {
    const bool of_a_kind = one.by.starts_with("digest ") || one.by.starts_with("name ") ||
                           one.by.starts_with("entry ");
    return of_a_kind && one.by.size() <= alert_name_bytes_max;
  });
}

bool knows(const entries::Encyclopedia& encyclopedia, const std::string& entry) {
  return encyclopedia.find(entry) != nullptr;
}

bool starts_at(const std::vector<std::string>& path, const std::string& name) {
  return !path.empty() && path.front() == name;
}

/// A path that names something below the root.
bool is_below(const std::string& path) {
  return !path.empty() && files::check_relative(path).has_value();
}

/// The change that a finding claims to be of; null where no entry states it.
const entries::Change* change_of(const host::Finding& finding,
                                 const entries::Encyclopedia& encyclopedia) {
  const entries::Entry* entry = encyclopedia.find(finding.entry);
  if (entry == nullptr) return nullptr;
  for (const entries::Variant& variant : entry->variants) {
    if (variant.id != finding.variant) continue;
    for (const auto& change : variant.changes) {
      if (change->id == finding.change && change->kind() == finding.kind) return change.get();
    }
  }
  return nullptr;
}

bool agrees(const entries::FileChange& change, const host::Finding& finding) {
  const bool is_found = finding.outcome == host::Outcome::found;
  if (finding.registry || finding.line) return false;
  if (!finding.file) return !is_found;
  const host::FileFact& fact = *finding.file;
  const std::string_view path = fact.path;
  if (path.empty()) return !is_found;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  // The host takes a short name for the file that may have it.
  if (!matches_wildcard(change.name, name) && !host::may_be_short_name(change.name, name)) {
    return false;
  }
  return !is_found || change.sizes.empty() ||
         std::count(change.sizes.begin(), change.sizes.end(), fact.node.size_bytes) != 0;
}

/// A line of a file of that name, with the threat's part in it.
bool is_line_of(const host::Finding& finding, std::string_view name) {
  if (finding.file || finding.registry) return false;
  // A line that is too long is found and not shown.
  if (!finding.line) return true;
  const host::LineFact& fact = *finding.line;
  if (as_text(fact.line).find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    return false;
  }
  const std::string_view path = fact.file.path;
  const std::uint64_t line = fact.line.size(), file = fact.file.node.size_bytes;
  return equal_ignoring_case(path.substr(path.rfind('/') + 1), name) &&
         line <= host::line_bytes_max && fact.offset <= file && line <= file - fact.offset &&
         fact.part_offset <= line && fact.part_size <= line - fact.part_offset;
}

bool agrees(const entries::IniChange& change, const host::Finding& finding) {
  if (!is_line_of(finding, change.name)) return false;
  if (!finding.line || finding.outcome != host::Outcome::found) return true;
  const std::string text = fmt::format("[{}]\n{}", change.section, as_text(finding.line->line));
  const auto settings = lines::settings(text, change.section, change.key);
  if (settings.size() != 1) return false;
  const std::size_t begin = text.find('\n') + 1;
  const lines::Part part = {begin + static_cast<std::size_t>(finding.line->part_offset),
                            static_cast<std::size_t>(finding.line->part_size)};
  if (!host::has_stated_name(part.of(text), change)) return false;
  if (!change.is_list()) return part == settings[0].value;
  const auto words = lines::words(text, settings[0].value);
  return std::find(words.begin(), words.end(), part) != words.end();
}

bool agrees(const entries::HostsChange& change, const host::Finding& finding) {
  if (!is_line_of(finding, "hosts")) return false;
  if (!finding.line || finding.outcome != host::Outcome::found) return true;
  const host::LineFact& fact = *finding.line;
  return fact.part_offset == 0 && fact.part_size == fact.line.size() &&
         matches_wildcard(change.line, collapse_white_space(as_text(fact.line)));
}

bool agrees(const entries::RegistryChange& change, const host::Finding& finding) {
  if (finding.file || finding.line) return false;
  if (!finding.registry) return finding.outcome != host::Outcome::found;
  const bool whole_key = change.action == entries::RegistryChange::Action::create_key;
  if (finding.registry->whole_key != whole_key) return false;
  if (whole_key) return true;
  const std::string& name = finding.registry->value;
  return change.value_is_pattern ? matches_wildcard(change.value, name)
                                 : equal_ignoring_case(change.value, name);
}

/// Whether the thing that was seen may be what the change states: a worker that was taken over
/// must not have other things removed in the change's name.
bool agrees(const entries::Change& change, const host::Finding& finding) {
  if (const auto* file = dynamic_cast<const entries::FileChange*>(&change)) {
    return agrees(*file, finding);
  }
  if (const auto* registry = dynamic_cast<const entries::RegistryChange*>(&change)) {
    return agrees(*registry, finding);
  }
  if (const auto* ini = dynamic_cast<const entries::IniChange*>(&change)) {
    return agrees(*ini, finding);
  }
  if (const auto* hosts = dynamic_cast<const entries::HostsChange*>(&change)) {
    return agrees(*hosts, finding);
  }
  return !finding.file && !finding.registry && !finding.line;
}

bool is_sound(const host::Finding& finding, const entries::Encyclopedia& encyclopedia) {
  const entries::Change* change = change_of(finding, encyclopedia);
  if (change == nullptr || !agrees(*change, finding)) return false;
  // What was not found need not be anywhere.
  const auto leads_out = [&](const std::string& path) {
    const bool nowhere = path.empty() && finding.outcome != host::Outcome::found;
    return !nowhere && !is_below(path);
  };
  return !(finding.file && leads_out(finding.file->path)) &&
         !(finding.registry && leads_out(finding.registry->hive)) &&
         !(finding.line && leads_out(finding.line->file.path));
}

bool is_sound(const diagnosis::Diagnosis& diagnosis, const entries::Encyclopedia& encyclopedia) {
  const auto all_sound = [&](const std::vector<host::Finding>& findings) {
    return std::all_of(findings.begin(), findings.end(), [&](const host::Finding& finding) {
      return finding.entry == diagnosis.entry && is_sound(finding, encyclopedia);
    });
  };
  return knows(encyclopedia, diagnosis.entry) && all_sound(diagnosis.evidence_for) &&
         all_sound(diagnosis.evidence_against) && all_sound(diagnosis.unknown);
}

bool is_hex(const std::string& text, std::size_t digits) {
  return text.size() == digits && std::all_of(text.begin(), text.end(), [](char one) {
           return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f');
         });
}

bool is_sound_leaf(const scan::Leaf& leaf) {
  const bool named = leaf.names.size() <= scan::leaf_names_max &&
                     std::all_of(leaf.names.begin(), leaf.names.end(), [](const auto& name) {
                       return name.size() <= scan::leaf_name_bytes_max;
                     });
  return is_hex(leaf.sha256, 64) && is_hex(leaf.sha1, 40) && is_hex(leaf.md5, 32) && named &&
         leaf.format.size() <= leaf_format_bytes_max &&
         leaf.inside.size() <= scan::leaf_inside_bytes_max;
}

}  // namespace

Result<scan::Report> believe_report(Bytes wire, const scan::Knowledge& knowledge,
                                    const std::string& name) {
  auto report = ANTIDOTARY_TRY(from_wire<scan::Report>(wire));
  for (const scan::Detection& detection : report.detections) {
    if (!knows(*knowledge.encyclopedia, detection.entry) || !starts_at(detection.path, name)) {
      return fail(ErrorKind::malformed, "a detection of something else");
    }
  }
  for (const scan::Alert& alert : report.alerts) {
    const bool of_a_source =
        alert.source == scan::no_source
            ? alert.name.starts_with("Heuristics.")
            : knowledge.pack != nullptr && alert.source < knowledge.pack->sources().size();
    const bool named = !alert.name.empty() && alert.name.size() <= alert_name_bytes_max;
    if (!of_a_source || !named || !starts_at(alert.path, name)) {
      return fail(ErrorKind::malformed, "a signature of something else");
    }
  }
  for (const scan::Unread& unread : report.unread) {
    if (!starts_at(unread.path, name)) {
      return fail(ErrorKind::malformed, "an unread part of something else");
    }
  }
  if (report.leaves.size() > scan::leaves_max ||
      !std::all_of(report.leaves.begin(), report.leaves.end(), is_sound_leaf)) {
    return fail(ErrorKind::malformed, "an attachment that cannot be");
  }
  if (!may_be_told(report.silenced)) {
    return fail(ErrorKind::malformed, "an allowance that nobody can have made");
  }
  for (const scan::StoredMessage& one : report.messages) {
    if (one.number == 0 || one.size_bytes == 0 || one.sha256.size() != 64 ||
        one.message_id.size() > scan::message_id_bytes_max) {
      return fail(ErrorKind::malformed, "a message that cannot be");
    }
  }
  // An object that was not even looked at cannot be clean.
  if (report.objects == 0 && report.unread.empty()) {
    return fail(ErrorKind::malformed, "a report about nothing");
  }
  return report;
}

namespace {

Status check_examination(const diagnosis::Examination& examination,
                         const entries::Encyclopedia& encyclopedia) {
  for (const diagnosis::Diagnosis& diagnosis : examination.diagnoses) {
    if (!is_sound(diagnosis, encyclopedia)) {
      return fail(ErrorKind::malformed, "a diagnosis that cannot be");
    }
  }
  for (const host::Finding& finding : examination.slight) {
    if (!is_sound(finding, encyclopedia)) {
      return fail(ErrorKind::malformed, "a finding that cannot be");
    }
  }
  const auto& deleted = examination.deleted;
  const bool marks_can_be =
      deleted.size() <= diagnosis::deleted_marks_max &&
      examination.hosts_lines.size() <= host::hosts_lines_max &&
      std::all_of(deleted.begin(), deleted.end(),
                  [](const diagnosis::DeletedMark& mark) { return is_below(mark.hive); });
  if (!marks_can_be) return fail(ErrorKind::malformed, "deleted marks that cannot be");
  for (const auto* hives : {&examination.dirty_hives, &examination.replayed_hives}) {
    for (const std::string& hive : *hives) {
      if (!is_below(hive)) return fail(ErrorKind::malformed, "a hive that cannot be");
    }
  }
  return {};
}

Status check_posture(const posture::Posture& posture, const entries::Encyclopedia& encyclopedia) {
  const auto& checks = encyclopedia.checks();
  if (posture.checks.size() != checks.size()) {
    return fail(ErrorKind::malformed, "checks that nobody asked for");
  }
  for (const std::string& hive : posture.dirty_hives) {
    if (!is_below(hive)) return fail(ErrorKind::malformed, "a hive that cannot be");
  }
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (posture.checks[i].id != checks[i].id) {
      return fail(ErrorKind::malformed, "a check that nobody asked for");
    }
    for (const posture::PartResult& part : posture.checks[i].parts) {
      for (const posture::Observation& seen : part.observations) {
        const bool of_tree = !seen.registry || is_below(seen.registry->hive);
        if (!of_tree) return fail(ErrorKind::malformed, "a hive that cannot be");
      }
    }
  }
  return {};
}

/// Volumes in a number and with names that can be shown, and every Windows on one of them.
template <class Answer>
Status check_disk(const OfDisk<Answer>& disk, bool is_image) {
  constexpr std::size_t volumes_max = 128, installations_max = 1024, text_bytes_max = 4096;
  const bool plausible = disk.volumes.size() <= volumes_max && disk.form.size() <= 64 &&
                         disk.installations.size() <= installations_max &&
                         disk.volumes.empty() != is_image;
  if (!plausible) return fail(ErrorKind::malformed, "a disk that cannot be");
  for (std::size_t i = 0; i < disk.volumes.size(); ++i) {
    const host::Volume& volume = disk.volumes[i];
    if (volume.name != fmt::format("volume {}", i + 1) || volume.shown.size() > 64 ||
        volume.unread.size() > text_bytes_max) {
      return fail(ErrorKind::malformed, "a volume that cannot be");
    }
  }
  for (const auto& installed : disk.installations) {
    const bool placed = is_image ? std::any_of(disk.volumes.begin(), disk.volumes.end(),
                                               [&](const host::Volume& volume) {
                                                 return volume.name == installed.volume;
                                               })
                                 : installed.volume.empty();
    if (!placed) return fail(ErrorKind::malformed, "a Windows that is nowhere");
  }
  return {};
}

}  // namespace

Result<diagnosis::Examination> believe_examination(Bytes wire,
                                                   const entries::Encyclopedia& encyclopedia) {
  auto examination = ANTIDOTARY_TRY(from_wire<diagnosis::Examination>(wire));
  ANTIDOTARY_CHECK(check_examination(examination, encyclopedia));
  return examination;
}

Result<posture::Posture> believe_posture(Bytes wire, const entries::Encyclopedia& encyclopedia) {
  auto posture = ANTIDOTARY_TRY(from_wire<posture::Posture>(wire));
  ANTIDOTARY_CHECK(check_posture(posture, encyclopedia));
  return posture;
}

Result<DiskExamination> believe_disk(Bytes wire, const entries::Encyclopedia& encyclopedia,
                                     bool is_image) {
  auto disk = ANTIDOTARY_TRY(from_wire<DiskExamination>(wire));
  ANTIDOTARY_CHECK(check_disk(disk, is_image));
  for (const auto& installed : disk.installations) {
    ANTIDOTARY_CHECK(check_examination(installed.answer, encyclopedia));
  }
  return disk;
}

Result<DiskPosture> believe_disk_posture(Bytes wire, const entries::Encyclopedia& encyclopedia,
                                         bool is_image) {
  auto disk = ANTIDOTARY_TRY(from_wire<DiskPosture>(wire));
  ANTIDOTARY_CHECK(check_disk(disk, is_image));
  for (const auto& installed : disk.installations) {
    ANTIDOTARY_CHECK(check_posture(installed.answer, encyclopedia));
  }
  return disk;
}

Result<host::Comparison> believe_comparison(Bytes wire) {
  constexpr std::size_t words_max = 64 << 10, edited_max = 65'536;
  auto comparison = ANTIDOTARY_TRY(from_wire<host::Comparison>(wire));
  const bool bounded =
      comparison.strange.size() <= host::Comparison::strange_max &&
      comparison.edited.size() <= edited_max &&
      std::all_of(comparison.strange.begin(), comparison.strange.end(),
                  [](const std::string& words) { return words.size() <= words_max; });
  if (!bounded) return fail(ErrorKind::malformed, "a comparison that cannot be");
  return comparison;
}

Result<unpack::Tree> believe_tree(Bytes wire) {
  constexpr std::size_t name_bytes_max = 64 << 10, note_bytes_max = 4096;
  auto tree = ANTIDOTARY_TRY(from_wire<unpack::Tree>(wire));
  if (tree.nodes.empty() || tree.nodes.size() > unpack::tree_nodes_max + 1) {
    return fail(ErrorKind::malformed, "a tree that cannot be");
  }
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const unpack::Node& node = tree.nodes[i];
    const bool rooted = i == 0 ? node.depth == 0
                               : node.parent < i && node.depth == tree.nodes[node.parent].depth + 1;
    const auto short_notes = [](const std::vector<std::string>& notes) {
      return notes.size() <= unpack::tree_notes_max &&
             std::all_of(notes.begin(), notes.end(), [](const std::string& note) {
               return note.size() <= note_bytes_max + name_bytes_max;
             });
    };
    if (!rooted || node.name.size() > name_bytes_max || node.format.size() > 64 ||
        !short_notes(node.gaps) || !short_notes(node.oddities) || node.formats.size() > 8) {
      return fail(ErrorKind::malformed, "a tree that cannot be");
    }
  }
  return tree;
}

Status PieceOrder::check(const Piece& piece) {
  const bool goes_on = open_ && piece.number == number_ && piece.offset == next_offset_;
  const bool begins = !open_ && piece.number > number_ && piece.offset == 0;
  if (!goes_on && !begins) return fail(ErrorKind::malformed, "sent pieces out of order");
  // An object that is a view of another pays no bytes of the budget, at most at every depth.
  if (piece.bytes.size() > 4 * bytes_max_ - bytes_) {
    return fail(ErrorKind::budget_spent, "sent more than it may");
  }
  bytes_ += piece.bytes.size();
  number_ = piece.number;
  next_offset_ = piece.offset + piece.bytes.size();
  open_ = !piece.last;
  return {};
}

Result<std::vector<regf::Edit>> believe_edits(Bytes wire, std::uint64_t hive_bytes) {
  auto edits = ANTIDOTARY_TRY(from_wire<std::vector<regf::Edit>>(wire));
  std::uint64_t end = 0;  // invariant: end <= hive_bytes
  for (const regf::Edit& edit : edits) {
    const bool fits = edit.offset >= end && edit.offset <= hive_bytes &&
                      edit.before.size() <= hive_bytes - edit.offset;
    if (!fits || edit.before.empty() || edit.before.size() != edit.after.size()) {
      return fail(ErrorKind::malformed, "an edit that does not lie in the hive");
    }
    end = edit.offset + edit.before.size();
  }
  return edits;
}

}  // namespace antidotary::worker
