// What runs and quarantine say of themselves; nothing here changes the tree.
#include <fcntl.h>

#include <algorithm>
#include <map>

#include "core/text.h"
#include "files/act.h"
#include "files/state.h"
#include "remedy/carrier.h"
#include "remedy/item.h"
#include "remedy/run.h"
#include "remedy/run_folder.h"

namespace antidotary::remedy {
namespace {

constexpr std::string_view item_ending = ".item";

// "<run>-<step>.item" as "<run>/<step>"; empty where it is not an item's name.
std::string item_id_of(std::string_view name) {
  if (!name.ends_with(item_ending)) return "";
  const std::string_view stem = name.substr(0, name.size() - item_ending.size());
  const std::size_t dash = stem.rfind('-');
  if (dash == std::string_view::npos || !is_run_id(stem.substr(0, dash))) return "";
  return fmt::format("{}/{}", stem.substr(0, dash), stem.substr(dash + 1));
}

std::string item_name_from(std::string item_id) {
  std::replace(item_id.begin(), item_id.end(), '/', '-');
  return item_id + std::string(item_ending);
}

QuarantinedItem describe(const std::string& id, const ItemMetadata& metadata) {
  QuarantinedItem item;
  item.id = id;
  item.run = metadata.run;
  item.path = metadata.path;
  item.offset = metadata.offset;
  item.root = metadata.root;
  item.entry = metadata.entry;
  item.variant = metadata.variant;
  item.size_bytes = metadata.size_bytes;
  item.sha256 = metadata.sha256;
  item.taken_unix_s = metadata.taken_unix_s;
  return item;
}

}  // namespace

Result<Run> Remedy::show(const std::string& run_id) {
  const Buffer key = ANTIDOTARY_TRY(files::local_key(*state_));
  const RunFolder folder = ANTIDOTARY_TRY(read_run_folder(*state_, run_id, key));
  return folder.ledger.summary(folder.plan);
}

Result<std::vector<Run>> Remedy::runs() {
  std::vector<Run> found;
  for (const std::string& id : ANTIDOTARY_TRY(run_ids(*state_))) {
    auto run = show(id);
    if (!run) {
      Run damaged;
      damaged.id = id;
      damaged.state = RunState::cut;
      damaged.steps.push_back({0, StepOutcome::failed, "read the journal", run.error().what});
      run = std::move(damaged);
    }
    found.push_back(std::move(*run));
  }
  return found;
}

Result<std::vector<QuarantinedItem>> Remedy::quarantine() {
  const Buffer key = ANTIDOTARY_TRY(files::local_key(*state_));
  const files::Fd folder = ANTIDOTARY_TRY(state_->open_directory("quarantine"));
  std::map<std::string, Result<RunFolder>> runs;
  std::vector<QuarantinedItem> items;
  for (const files::Named& node : ANTIDOTARY_TRY(state_->list("quarantine"))) {
    const std::string id = item_id_of(node.name);
    if (id.empty()) continue;
    const auto item = Item::peek(folder.get(), node.name, key);
    if (!item) {
      QuarantinedItem damaged;
      damaged.id = id;
      damaged.run = id.substr(0, id.find('/'));
      damaged.problem = item.error().what;
      items.push_back(std::move(damaged));
      continue;
    }
    const ItemMetadata& metadata = item->metadata();
    QuarantinedItem described = describe(id, metadata);
    auto run = runs.find(metadata.run);
    if (run == runs.end()) {
      run = runs.emplace(metadata.run, read_run_folder(*state_, metadata.run, key)).first;
    }
    if (!run->second) {
      described.problem = run->second.error().what;
    } else if (metadata.step >= 1 && metadata.step <= run->second->ledger.steps()) {
      described.restored = !run->second->ledger.step(metadata.step).applied;
      const auto& steps = run->second->plan.steps;
      if (metadata.step <= steps.size()) described.reason = steps[metadata.step - 1].reason;
    }
    items.push_back(std::move(described));
  }
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return items;
}

Status Remedy::export_item(const std::string& item_id, const std::string& path) {
  const Buffer key = ANTIDOTARY_TRY(files::local_key(*state_));
  const std::string name = item_name_from(item_id);
  if (item_id_of(name) != item_id) {
    return fail(ErrorKind::bad_input, "{} is not an item's id: <run>/<step>",
                escape_for_terminal(item_id));
  }
  const files::Fd folder = ANTIDOTARY_TRY(state_->open_directory("quarantine"));
  const Item item = ANTIDOTARY_TRY(Item::open(folder.get(), name, key));
  const std::size_t slash = path.rfind('/');
  const std::string above = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string last = slash == std::string::npos ? path : path.substr(slash + 1);
  const files::Root into = ANTIDOTARY_TRY(files::Root::open(above));
  const files::Fd file = ANTIDOTARY_TRY(files::act::create(into.descriptor(), last, 0600));
  auto written = item.write_content(file.get());
  if (written) written = files::act::sync(file.get());
  if (!written) (void)files::act::remove(into.descriptor(), last);
  return written;
}

}  // namespace antidotary::remedy
