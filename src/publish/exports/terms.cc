// Terms: where Windows keeps its folders, and wildcards as regular expressions.
#include "publish/exports/terms.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/text.h"
#include "entries/kinds/registry.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

struct Folder {
  std::string_view variable;
  std::array<std::string_view, 4> places;  ///< Unused ones are empty.
};

// Windows 95 to XP in English, with default names.
constexpr Folder folders[] = {
    {"%windir%", {"?:\\windows", "?:\\winnt"}},
    {"%system%", {"?:\\windows\\system32", "?:\\winnt\\system32", "?:\\windows\\system"}},
    {"%systemdrive%", {"?:"}},
    {"%programfiles%", {"?:\\program files"}},
    {"%temp%",
     {"?:\\documents and settings\\*\\local settings\\temp", "?:\\windows\\temp",
      "?:\\winnt\\temp"}},
    {"%userprofile%", {"?:\\documents and settings\\*"}},
    {"%internetcache%",
     {"?:\\documents and settings\\*\\local settings\\temporary internet files*",
      "?:\\windows\\temporary internet files*"}},
    {"%startup%",
     {"?:\\documents and settings\\*\\start menu\\programs\\startup",
      "?:\\windows\\start menu\\programs\\startup"}},
};

// Every `variable`, in whatever case, as `place`.
std::string replaced(std::string_view text, std::string_view variable, std::string_view place) {
  const std::string lower = ascii_lower(text);
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = lower.find(variable); at != std::string::npos;
       at = lower.find(variable, from)) {
    out += text.substr(from, at - from);
    out += place;
    from = at + variable.size();
  }
  return out += text.substr(from);
}

}  // namespace

std::span<const std::string_view> enum_names(Property) {
  static constexpr std::array<std::string_view, 16> names = {
      "file-directory",  "file-name",   "file-size",    "file-md5",
      "file-sha1",       "file-sha256", "registry-key", "registry-value",
      "registry-data",   "mail-from",   "mail-subject", "mail-body",
      "mail-attachment", "mutex-name",  "host-name",    "port"};
  return names;
}

bool is_digest(Property property) {
  return property == Property::file_md5 || property == Property::file_sha1 ||
         property == Property::file_sha256;
}

Terms terms_of(const entries::Change& change) {
  const Kind* kind = find_kind(change.kind());
  if (kind == nullptr || kind->observe == nullptr) return {};
  Terms terms = kind->observe(change);
  std::erase_if(terms, [](const Term& term) { return term.any_of.empty(); });
  return terms;
}

const Term* find_term(const Terms& terms, Property property) {
  const auto found = std::find_if(terms.begin(), terms.end(),
                                  [&](const Term& term) { return term.property == property; });
  return found == terms.end() ? nullptr : &*found;
}

std::vector<std::string> places_of(std::string_view directory, std::string_view drive) {
  std::string text = ascii_lower(directory);
  while (text.ends_with('\\')) text.pop_back();
  return with_places(text, drive);
}

std::vector<std::string> with_places(std::string_view text, std::string_view drive) {
  std::vector<std::string> out = {std::string(text)};
  for (const Folder& folder : folders) {
    if (ascii_lower(text).find(folder.variable) == std::string::npos) continue;
    std::vector<std::string> more;
    for (const std::string& each : out) {
      for (const std::string_view place : folder.places) {
        if (place.empty()) continue;
        const std::string full = std::string(drive) + std::string(place.substr(2));
        more.push_back(replaced(each, folder.variable, full));
      }
    }
    out = std::move(more);
  }
  return out;
}

std::vector<std::string> values_on_disk(const Term& term, std::string_view drive) {
  std::vector<std::string> out;
  const auto add = [&out](std::vector<std::string> list) {
    out.insert(out.end(), std::make_move_iterator(list.begin()),
               std::make_move_iterator(list.end()));
  };
  for (const std::string& value : term.any_of) {
    switch (term.property) {
      case Property::file_directory:
        add(places_of(value, drive));
        break;
      case Property::registry_key:
        add(with_places(entries::full_key(value), drive));
        break;
      case Property::registry_value:
      case Property::registry_data:
        add(with_places(value, drive));
        break;
      default:
        out.push_back(value);
    }
  }
  return out;
}

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

std::string regex_of(std::string_view text, std::string_view any) {
  std::string out;
  for (const char c : text) {
    if (c == '*') {
      out += any;
    } else if (c == '?') {
      out += '.';
    } else {
      if (std::string_view("\\^$.|+()[]{}/").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

}  // namespace antidotary::publish
