// A registry value with its data, or a key, in every hive that may hold it.
#include "entries/kinds/registry.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"
#include "host/commands.h"
#include "host/kinds.h"
#include "host/registry_agreement.h"

namespace antidotary::host {
namespace {

using entries::RegistryChange;

std::optional<std::uint64_t> number_of(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint64_t out = 0;
  if (text.empty() || text.size() > 19) return std::nullopt;
  for (const char c : ascii_lower(text)) {
    unsigned digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (hexadecimal && c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a') + 10;
    if (digit == 16) return std::nullopt;
    out = out * (hexadecimal ? 16u : 10u) + digit;
  }
  return out;
}

bool is_text(std::uint32_t type) { return type == regf::reg_sz || type == regf::reg_expand_sz; }

Agreement compare_number(const RegistryChange& change, const RegistryFact& fact) {
  const auto wanted = number_of(trim(change.data));
  std::uint64_t stored = 0;
  if (fact.type == regf::reg_dword && fact.data.size() == 4) {
    stored = load_u32_le(fact.data, 0);
  } else if (fact.type == regf::reg_qword && fact.data.size() == 8) {
    stored = load_u64_le(fact.data, 0);
  } else {
    return Agreement::none;
  }
  return wanted && *wanted == stored ? Agreement::exact : Agreement::none;
}

Agreement compare_bytes(const RegistryChange& change, const RegistryFact& fact) {
  std::string digits;
  for (const char c : change.data) {
    if (c != ' ' && c != ',') digits.push_back(c);
  }
  const auto wanted = from_hex(digits);
  return wanted && *wanted == fact.data ? Agreement::exact : Agreement::none;
}

}  // namespace

Agreement agreement_of(const RegistryChange& change, const RegistryFact& fact, Computer& computer) {
  const auto wanted = regf::type_from_name(change.value_type);
  const std::uint32_t type = wanted.value_or(regf::reg_sz);
  const bool is_number = fact.type == regf::reg_dword || fact.type == regf::reg_qword;
  if (!change.type_is_stated && is_number) return compare_number(change, fact);
  if (type == regf::reg_dword || type == regf::reg_qword) return compare_number(change, fact);
  if (!is_text(type) && type != regf::reg_multi_sz) return compare_bytes(change, fact);
  // The first text of a list stands for it; threats that write lists write one.
  const std::uint32_t seen = fact.type == regf::reg_multi_sz ? regf::reg_sz : fact.type;
  const auto stored = regf::text_of(seen, fact.data);
  if (!stored) return Agreement::none;
  return compare_command(*stored, computer.written_forms(change.data));
}

namespace {

/// True where it holds what stood there before the threat: nobody has written to it.
bool holds_old(const RegistryChange& change, const RegistryFact& fact, Computer& computer) {
  if (!change.had_value()) {
    return false;
  }
  const auto stored = regf::text_of(fact.type, fact.data);
  return stored &&
         compare_command(*stored, computer.written_forms(change.old_data)) == Agreement::exact;
}

Finding judge_value(const RegistryChange& change, const KeyHit& hit, const regf::Value& value,
                    Computer& computer) {
  Finding out;
  RegistryFact fact = hit.fact;
  fact.value = value.name;
  fact.type = value.type;
  out.where = where_of(fact);
  auto data = hit.hive->data(value);
  if (!data) {
    out.outcome = Outcome::unknown;
    out.detail = data.error().what;
    computer.note_unread(hit.fact.hive, data.error().what);
    return out;
  }
  fact.data = std::move(*data);
  const std::string shown =
      regf::text_of(fact.type, fact.data)
          .value_or(fmt::format("{} of {} bytes", regf::type_name(fact.type), fact.data.size()));
  out.outcome = Outcome::found;
  if (change.data.empty()) {
    out.detail = "present, holds " + shown;
  } else {
    switch (agreement_of(change, fact, computer)) {
      case Agreement::exact:
        out.confirmed = true;
        out.detail = "holds " + shown + ", as published";
        break;
      case Agreement::program:
        if (holds_old(change, fact, computer)) {
          out.outcome = Outcome::missing;
          out.detail = "holds " + shown + ", as before the threat";
          break;
        }
        out.detail = "holds " + shown + ", which starts the published program";
        break;
      case Agreement::none:
        if (holds_old(change, fact, computer)) {
          out.outcome = Outcome::missing;
          out.detail = "holds " + shown + ", as before the threat";
          break;
        }
        out.outcome = Outcome::contradicted;
        out.detail = "holds " + shown + ", which is something else";
        break;
    }
  }
  out.registry = std::move(fact);
  return out;
}

/// True where the value is named as the program that it starts.
bool is_its_name(const RegistryFact& fact) {
  const auto stored = regf::text_of(fact.type, fact.data);
  return stored && equal_ignoring_case(fact.value, entries::stem_of(program_of(*stored)));
}

/// Adds the values of the key whose names fit the pattern and whose data are the stated ones: any
/// other value of a name that fits is somebody else's. Says what was not read.
std::string judge_pattern(const RegistryChange& change, const KeyHit& hit, Computer& computer,
                          std::vector<Finding>& out) {
  const auto values = hit.hive->values(hit.key);
  if (!values) {
    computer.note_unread(hit.fact.hive, values.error().what);
    return values.error().what;
  }
  for (const regf::Value& value : *values) {
    if (!matches_wildcard(change.value, value.name)) continue;
    Finding found = judge_value(change, hit, value, computer);
    if (change.named_as_program() && found.outcome == Outcome::found &&
        !is_its_name(*found.registry)) {
      continue;
    }
    if (found.outcome == Outcome::found || found.outcome == Outcome::unknown) {
      out.push_back(std::move(found));
    }
  }
  return computer.doubt();
}

std::vector<Finding> detect(const entries::Change& generic, Computer& computer) {
  const auto& change = static_cast<const RegistryChange&>(generic);
  std::vector<Finding> out;
  if (change.action == RegistryChange::Action::remove) return out;
  const std::vector<KeyHit> hits = computer.keys(change.key);
  // Asked again below: reading values may show damage, comparing asks other questions.
  std::string doubt = computer.doubt();
  for (const KeyHit& hit : hits) {
    if (change.action == RegistryChange::Action::create_key) {
      Finding found;
      found.outcome = Outcome::found;
      found.registry = hit.fact;
      found.registry->whole_key = true;
      found.registry->values = hit.key.value_count;
      const auto subkeys = hit.hive->subkeys(hit.key);
      // A list that cannot be read is not an empty one.
      found.registry->subkeys = subkeys && subkeys->size() >= hit.key.subkey_count
                                    ? static_cast<std::uint32_t>(subkeys->size())
                                    : std::max(hit.key.subkey_count, 1u);
      found.where = where_of(*found.registry);
      found.detail = "the key is there";
      out.push_back(std::move(found));
      continue;
    }
    if (change.value_is_pattern) {
      const std::string unread = judge_pattern(change, hit, computer, out);
      if (doubt.empty()) doubt = unread;
      continue;
    }
    const auto value = hit.hive->find_value(hit.key, change.value);
    if (!value) {
      computer.note_unread(hit.fact.hive, value.error().what);
      doubt = value.error().what;
    } else if (*value) {
      out.push_back(judge_value(change, hit, **value, computer));
    } else if (doubt.empty()) {
      doubt = computer.doubt();
    }
  }
  if (out.empty()) out.push_back(not_found(change, doubt));
  return out;
}

}  // namespace

const Kind& registry_kind() {
  static constexpr Kind kind = {"registry", &detect};
  return kind;
}

}  // namespace antidotary::host
