// Terms: a change as other tools can look for it: properties with the values that they may have.
//
// Every exporter has a table from Property to its own format's word; no exporter knows the kinds
// of change, and no kind knows a format.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entries/change.h"

namespace antidotary::publish {

enum class Property : std::uint8_t {
  file_directory,  ///< As entries write it; see places_of().
  file_name,
  file_size,
  file_md5,
  file_sha1,
  file_sha256,
  registry_key,
  registry_value,
  registry_data,
  mail_from,
  mail_subject,
  mail_body,
  mail_attachment,
  mutex_name,
  host_name,
  port,  ///< "3127/tcp", "3127-3198/tcp".
};
std::span<const std::string_view> enum_names(Property);

/// One property; any of the values fits. `*` and `?` are wildcards in every value but digests,
/// sizes and ports. All terms of a change must fit, but of digests one is enough.
struct Term {
  Property property = Property::file_name;
  std::vector<std::string> any_of;  ///< Never empty.
  bool literal = false;  ///< `*` and `?` are characters like others: the name of a registry value.
};
using Terms = std::vector<Term>;

/// A line of a text file, for the formats that can look into one; it is no mark of the file.
struct LineTerm {
  std::vector<std::string> directories;  ///< Any of them, as entries write them.
  std::string name;
  std::string key;                  ///< What stands before the sign; empty where there is none.
  std::vector<std::string> any_of;  ///< The line or what stands behind the sign, with wildcards.
  bool listed = false;              ///< It is one of several programs there.
};

bool is_digest(Property property);
/// The terms of a change by its kind's `observe`; empty where the kind has none.
Terms terms_of(const entries::Change& change);
const Term* find_term(const Terms& terms, Property property);

/// The folders that a directory of an entry may be on an English Windows, with `*` where anything
/// may stand: "%system%\wins" is "?:\windows\system32\wins" and its kin.
std::vector<std::string> places_of(std::string_view directory, std::string_view drive = "?:");
/// `text` for each of the places that its variables may stand for, as it is but for them:
/// "%windir%\a.exe /b" is "?:\windows\a.exe /b" and "?:\winnt\a.exe /b". `drive` is the one with
/// Windows: a wildcard, or the usual "C:" for a format that has none.
std::vector<std::string> with_places(std::string_view text, std::string_view drive = "?:");
/// A term's values for those who know neither our variables nor our short roots of keys.
std::vector<std::string> values_on_disk(const Term& term, std::string_view drive = "?:");

bool has_wildcard(std::string_view text);
/// The wildcard text as a regular expression (POSIX extended, PCRE and YARA alike), unanchored;
/// `any` stands for each `*`.
std::string regex_of(std::string_view text, std::string_view any = ".*");

}  // namespace antidotary::publish
