#include "proof/clinic.h"

#include <algorithm>

namespace antidotary::proof {
namespace {

host::Node node_of(const std::string& name, const files::Stat& stat) {
  host::Node node;
  node.name = name;
  node.kind = host::NodeKind::file;
  node.size_bytes = stat.size_bytes;
  node.modified_unix_ns = stat.modified_unix_ns;
  node.device = stat.device;
  node.inode = stat.inode;
  node.mode = stat.mode;
  node.links = stat.links;
  return node;
}

std::string last_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// The file that a report is of, without its digest.
plan::LooseFile loose_file(const sources::WalkedFile& file, const std::string& only) {
  plan::LooseFile out;
  out.fact.path = only.empty() ? file.relative : only;
  out.fact.node = node_of(last_name(out.fact.path), file.stat);
  return out;
}

/// Lures and signatures of one file. On a Windows disk the examination speaks for the entries.
void take_report(const scan::Report& report, int descriptor, plan::LooseFile file,
                 Findings& findings) {
  std::vector<diagnosis::Diagnosis> lures;
  if (!findings.is_windows()) lures = diagnosis::lures(report);
  if (lures.empty() && report.alerts.empty()) return;
  file.fact.sha256 = files::sha256_of(descriptor).value_or("");
  file.container = report.holds_several;
  file.format = report.format;
  for (const scan::StoredMessage& one : report.messages) {
    file.messages.push_back(
        {one.number, one.offset, one.size_bytes, one.sha256, one.message_id, one.contested});
  }
  for (diagnosis::Diagnosis& diagnosis : lures) {
    findings.lures.push_back({std::move(diagnosis), file});
  }
  for (const scan::Alert& alert : report.alerts) {
    findings.signatures.push_back({alert.name, alert.path, file});
  }
}

worker::HiveEdit edit_of(const plan::Step& step, std::uint64_t now_filetime) {
  worker::HiveEdit edit;
  edit.act = step.act == plan::Act::remove_key      ? worker::HiveEdit::Act::remove_key
             : step.act == plan::Act::restore_value ? worker::HiveEdit::Act::replace_value
                                                    : worker::HiveEdit::Act::remove_value;
  edit.key = step.registry->key;
  edit.value = step.registry->value;
  edit.type = step.registry->type;
  edit.data = step.registry->data;
  edit.new_type = step.new_type;
  edit.new_data = step.new_data;
  edit.values_max = step.registry->values;
  edit.now_filetime = now_filetime;
  return edit;
}

}  // namespace

Clinic::Clinic(const entries::Encyclopedia& encyclopedia, worker::Options options)
    : Clinic(scan::Knowledge{&encyclopedia}, std::move(options)) {}

Clinic::Clinic(const scan::Knowledge& knowledge, worker::Options options)
    : knowledge_(knowledge), worker_(knowledge, std::move(options)) {}

worker::Options whole_disk() {
  worker::Options options;
  options.limits.time_ms_max = 3'600'000;
  // An image may consist of many files, each of which the worker holds.
  options.confinement.descriptors_max = sources::ImageFiles::files_max + 100;
  return options;
}

Result<Findings> Clinic::look(const files::Root& root, const std::string& only) {
  Findings findings;
  if (only.empty()) findings.examination = ANTIDOTARY_TRY(worker_.examine(root));
  findings.silenced = findings.examination.silenced;
  if (!findings.is_windows() || knowledge_.pack != nullptr) {
    ANTIDOTARY_CHECK(scan_below(root, only, findings));
  }
  return findings;
}

Status Clinic::scan_below(const files::Root& root, const std::string& only, Findings& findings) {
  sources::WalkVisitor visitor;
  visitor.file = [&](sources::WalkedFile&& file) {
    ++findings.files_scanned;
    const scan::Report report = worker_.scan(file.descriptor.get(), file.shown);
    findings.unread.insert(findings.unread.end(), report.unread.begin(), report.unread.end());
    for (const scan::Silenced& one : report.silenced) {
      scan::add_silenced(findings.silenced, one.by, one.findings);
    }
    take_report(report, file.descriptor.get(), loose_file(file, only), findings);
  };
  visitor.missed = [&](const std::string& shown, const Error& error) {
    if (error.kind == ErrorKind::unsupported) return;  // a link or a device is no object
    findings.unread.push_back({scan::Gap::failed, {shown}, error.what});
  };
  const std::string path = only.empty() ? root.path() : root.path() + "/" + only;
  return sources::walk(root, only, path, visitor);
}

plan::Plan Clinic::plan(const Findings& findings, const files::Root& root) const {
  const entries::Encyclopedia& encyclopedia = *knowledge_.encyclopedia;
  plan::Plan out = findings.is_windows()
                       ? plan::make_plan(encyclopedia, findings.examination, root.path())
                       : plan::make_plan(encyclopedia, findings.lures, root.path());
  plan::add_signatures(out, findings.signatures, findings.examination);
  plan::last_messages_first(out);
  return out;
}

Result<remedy::Remedy> Clinic::remedy(const files::Root& state, remedy::UnixClock clock) {
  remedy::HiveEditor editor = [this](int descriptor, const plan::Step& step,
                                     std::uint64_t now_filetime) {
    return worker_.edit_hive(descriptor, edit_of(step, now_filetime));
  };
  return remedy::Remedy::open(state, std::move(editor), std::move(clock));
}

Result<std::vector<entries::SourceFile>> read_sources(const std::string& directory) {
  constexpr std::uint64_t bytes_max = 64ull << 20;
  constexpr std::size_t files_max = 20'000;
  std::vector<entries::SourceFile> sources;
  std::uint64_t bytes = 0;
  std::optional<Error> failure;
  sources::WalkVisitor visitor;
  visitor.file = [&](sources::WalkedFile&& file) {
    const bool known = file.relative.ends_with(".md") || file.relative.ends_with(".toml");
    if (failure || !known || file.relative.find("/proof/") != std::string::npos) return;
    auto text = files::read_whole(file.descriptor.get(), bytes_max - bytes);
    if (!text || sources.size() >= files_max) {
      failure = text ? Error{ErrorKind::budget_spent, "too many files for an encyclopedia", {}}
                     : with_context(text.error(), file.shown);
      return;
    }
    bytes += text->size();
    sources.push_back({file.relative, to_string(*text)});
  };
  visitor.missed = [&](const std::string& shown, const Error& error) {
    if (!failure) failure = with_context(error, shown);
  };
  ANTIDOTARY_CHECK(sources::walk(directory, true, visitor));
  if (failure) return tl::unexpected(*failure);
  return sources;
}

}  // namespace antidotary::proof
