// RegistryFile: the registry's part of a removal for regedit, to be read before it is used.
//
// REGEDIT4, which every regedit since Windows 98 takes. Only lines that are safe without judgement
// act; the rest are comments that say what to look at.
#include <fmt/core.h>

#include "core/text.h"
#include "entries/kinds/registry.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/removal.h"

namespace antidotary::publish {
namespace {

using entries::RegistryChange;

bool below_root(std::string_view key) {
  return key.find('\\') != std::string_view::npos && entries::full_key(key) != key;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Printable ASCII: what a REGEDIT4 file holds alike in every code page, in one line.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

bool is_number(std::string_view text) {
  if (text.empty() || text.size() > 9) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

// True for "%windir%\a.exe"; not for "%1" %*, which are the words of a command.
bool names_variable(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    std::size_t end = at + 1;
    while (end < text.size() && is_letter(text[end])) ++end;
    if (end > at + 1 && end < text.size() && text[end] == '%') return true;
  }
  return false;
}

// Why a line may not act by itself; empty where it may.
std::string judgement(const RegistryChange& change) {
  const bool pattern =
      change.value_is_pattern || change.key.find_first_of("*?%<>]") != std::string::npos;
  const bool plain = is_plain(change.key) && is_plain(change.value) && is_plain(change.old_data);
  const bool had = change.had_value();
  if (!below_root(change.key)) return "the key is not below a root that regedit knows";
  if (pattern) return "the name is a pattern: look for what it fits";
  if (!plain) return "the name or the data does not fit this kind of file";
  if (change.evidence == entries::Grade::weak) return "innocent programs may have set it too";
  if (change.old == RegistryChange::Old::unknown) return "no source says what was there before";
  if (!had) return "";
  const bool is_text = change.value_type == "REG_SZ";
  const bool is_dword = change.value_type == "REG_DWORD" && is_number(change.old_data);
  if (!is_text && !is_dword) return "data of this type is to be set by hand";
  if (is_text && names_variable(change.old_data)) {
    return "the old data names a folder that differs from computer to computer";
  }
  return "";
}

std::string old_data(const RegistryChange& change) {
  if (change.value_type != "REG_DWORD") return quoted(change.old_data);
  if (!is_number(change.old_data)) return change.old_data;
  std::uint32_t number = 0;
  for (const char c : change.old_data) number = number * 10 + static_cast<std::uint32_t>(c - '0');
  return fmt::format("dword:{:08x}", number);
}

// The key's line and the value's, without their comment marks.
std::pair<std::string, std::string> lines_of(const RegistryChange& change) {
  const std::string key = entries::full_key(change.key);
  if (change.action == RegistryChange::Action::create_key) return {"[-" + key + "]", ""};
  const std::string value = change.value.empty() ? "@" : quoted(change.value);
  const bool had = change.had_value();
  return {"[" + key + "]", value + "=" + (had ? old_data(change) : "-")};
}

class RegistryText {
 public:
  void line(std::string_view text) { out_ += std::string(text) + "\r\n"; }
  void comment(std::string_view text) { line("; " + escape_for_terminal(text)); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// True where the change asks for anything: a value that is gone and was never known is not.
bool asks(const RegistryChange& change) {
  const bool had = change.had_value();
  return change.action != RegistryChange::Action::remove || had;
}

void add(RegistryText& out, const entries::Variant& variant, const RegistryChange& change) {
  out.line("");
  out.comment(variant.title + ", " + change.id + ": " + join(change.sources, ", "));
  if (!change.data.empty()) out.comment("only where its data is: " + change.data);
  if (!change.note.empty()) out.comment(collapse_white_space(change.note));
  const std::string why = judgement(change);
  const auto [key, value] = lines_of(change);
  if (why.empty()) {
    out.line(key);
    if (!value.empty()) out.line(value);
    return;
  }
  out.comment("for you to judge: " + why);
  out.comment(key);
  if (!value.empty()) out.comment(value);
}

}  // namespace

std::string registry_file(const entries::Entry& entry, const entries::Variant* variant) {
  RegistryText out;
  out.line("REGEDIT4");
  out.line("");
  out.comment("Removing " + (variant == nullptr ? entry.title : variant->title) +
              ": the registry's part. Made from " + entry.id + ".");
  out.comment("Read every line first, and export each key that it names (File, Export).");
  out.comment("Compare the data with what is said above each line; delete lines that do not fit.");
  out.comment("HKEY_CURRENT_USER is the user who is logged on: use it once for each user.");
  bool any = false;
  for (const entries::Variant* each : variants_meant(entry, variant)) {
    for (const auto& change : each->changes) {
      const auto* registry = dynamic_cast<const RegistryChange*>(change.get());
      if (registry == nullptr || !asks(*registry) || !registry->keep.empty()) continue;
      any = true;
      add(out, *each, *registry);
    }
  }
  if (!any) out.comment("No source names a change to the registry: there is nothing to do here.");
  return out.take();
}

}  // namespace antidotary::publish
