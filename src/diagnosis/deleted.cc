#include "diagnosis/deleted.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "core/filetime.h"
#include "core/text.h"
#include "entries/kinds/registry.h"
#include "host/registry_agreement.h"
#include "host/start_up_places.h"

namespace antidotary::diagnosis {
namespace {

using entries::RegistryChange;

std::string_view after_first_name(std::string_view path) {
  const std::size_t end = path.find('\\');
  return end == path.npos ? std::string_view() : path.substr(end + 1);
}

/// A key without what differs between its written form and its place in a hive: the root, the name
/// of the hive, the control set.
std::string_view core_of(std::string_view key) {
  for (const std::string_view root : {"HKLM\\", "HKCU\\", "HKCR\\", "HKU\\.DEFAULT\\"}) {
    if (starts_with_ignoring_case(key, root)) key.remove_prefix(root.size());
  }
  for (const std::string_view hive : {"SOFTWARE\\", "SYSTEM\\"}) {
    if (starts_with_ignoring_case(key, hive)) key.remove_prefix(hive.size());
  }
  if (starts_with_ignoring_case(key, "CurrentControlSet\\") ||
      (starts_with_ignoring_case(key, "ControlSet") && key.find('\\') == 13)) {
    key = after_first_name(key);
  }
  return key;
}

/// True where the last names of `longer` are all of `shorter`.
bool is_tail(std::string_view shorter, std::string_view longer) {
  if (shorter.size() > longer.size()) return false;
  const std::size_t at = longer.size() - shorter.size();
  return (at == 0 || longer[at - 1] == '\\') && equal_ignoring_case(longer.substr(at), shorter);
}

bool same_key(std::string_view stated, const regf::DeletedKey& key) {
  const std::string_view wanted = core_of(stated), seen = core_of(key.path);
  return is_tail(wanted, seen) || (!key.whole_path && is_tail(seen, wanted));
}

std::string shown(const regf::DeletedValue& value) {
  const auto text = regf::text_of(value.type, value.data);
  return text.value_or(
      fmt::format("{} of {} bytes", regf::type_name(value.type), value.data.size()));
}

struct Stated {
  std::string variant;  ///< "win32/mimail.c"
  const RegistryChange* change = nullptr;
};

class Marks {
 public:
  Marks(const entries::Encyclopedia& encyclopedia, host::Computer& computer) : computer_(computer) {
    for (const entries::Entry& entry : encyclopedia.entries()) {
      for (const entries::Variant& variant : entry.variants) {
        for (const auto& change : variant.changes) {
          const auto* registry = dynamic_cast<const RegistryChange*>(change.get());
          if (registry == nullptr || !registry->checkable()) continue;
          const bool key = registry->action == RegistryChange::Action::create_key;
          auto& table = key ? keys_ : values_;
          const std::string_view name =
              key ? std::string_view(registry->key).substr(registry->key.rfind('\\') + 1)
                  : std::string_view(registry->value);
          table[fold_case(name)].push_back({entry.id + '.' + variant.id, registry});
        }
      }
    }
  }

  void take(const host::DeletedInHive& hive) {
    out_.cut = out_.cut || hive.found.cut;
    for (const regf::DeletedKey& key : hive.found.keys) {
      add_key(hive, key);
      for (const regf::DeletedValue& value : key.values) add_value(hive, &key, value);
    }
    for (const regf::DeletedValue& value : hive.found.values) add_value(hive, nullptr, value);
  }

  DeletedMarks give() { return std::move(out_); }

 private:
  DeletedMark mark_of(const host::DeletedInHive& hive, const regf::DeletedKey* key) const {
    DeletedMark out;
    out.hive = hive.hive;
    out.where = hive.root + (key == nullptr ? " (key not known)" : "\\");
    if (key != nullptr) {
      if (!key->whole_path) out.where += "...\\";
      out.where += key->path;
      out.key_written_unix_ns = unix_ns_of_filetime(key->last_written_filetime);
    }
    return out;
  }

  void add(DeletedMark mark) {
    const bool full = out_.marks.size() == deleted_marks_max;
    out_.cut = out_.cut || full;
    if (!full) out_.marks.push_back(std::move(mark));
  }

  void add_key(const host::DeletedInHive& hive, const regf::DeletedKey& key) {
    const std::string_view name = std::string_view(key.path).substr(key.path.rfind('\\') + 1);
    const auto stated = keys_.find(fold_case(name));
    if (stated == keys_.end()) return;
    DeletedMark mark = mark_of(hive, &key);
    for (const Stated& one : stated->second) {
      if (same_key(one.change->key, key)) mark.entries.push_back(one.variant);
    }
    if (mark.entries.empty()) return;
    mark.shown = "a key";
    add(std::move(mark));
  }

  bool agrees(const RegistryChange& change, const regf::DeletedKey* key,
              const regf::DeletedValue& value) {
    if (key != nullptr && !same_key(change.key, *key)) return false;
    // A name alone, of a key that nobody knows, says nothing: data that name a program do.
    if (key == nullptr &&
        (change.data.find('.') == std::string::npos || !regf::text_of(value.type, value.data))) {
      return false;
    }
    if (change.data.empty()) return true;
    host::RegistryFact fact;
    fact.type = value.type;
    fact.data = value.data;
    return host::agreement_of(change, fact, computer_) != host::Agreement::none;
  }

  static bool is_start(const regf::DeletedKey& key, const regf::DeletedValue& value) {
    for (const host::StartPlace& place : host::start_places()) {
      const bool named = place.value == "*" || equal_ignoring_case(place.value, value.name);
      if (named && place.key.find('*') == place.key.npos && same_key(place.key, key)) return true;
    }
    const std::string_view parent =
        std::string_view(key.path).substr(0, std::min(key.path.rfind('\\'), key.path.size()));
    return is_tail("Services", parent) && equal_ignoring_case(value.name, "ImagePath");
  }

  void add_value(const host::DeletedInHive& hive, const regf::DeletedKey* key,
                 const regf::DeletedValue& value) {
    DeletedMark mark = mark_of(hive, key);
    const auto stated = values_.find(fold_case(value.name));
    if (stated != values_.end()) {
      for (const Stated& one : stated->second) {
        if (agrees(*one.change, key, value)) mark.entries.push_back(one.variant);
      }
    }
    if (mark.entries.empty() && (key == nullptr || !is_start(*key, value))) return;
    mark.where += ": " + (value.name.empty() ? "(default)" : value.name);
    mark.shown = shown(value);
    add(std::move(mark));
  }

  host::Computer& computer_;
  std::map<std::string, std::vector<Stated>> keys_;    ///< By the last name, folded.
  std::map<std::string, std::vector<Stated>> values_;  ///< By the value's name, folded.
  DeletedMarks out_;
};

}  // namespace

DeletedMarks deleted_marks(const entries::Encyclopedia& encyclopedia, host::Computer& computer) {
  Marks marks(encyclopedia, computer);
  computer.each_deleted([&marks](const host::DeletedInHive& hive) { marks.take(hive); });
  return marks.give();
}

}  // namespace antidotary::diagnosis
