// Exports: entries in the formats of other tools, so that what is known here is of use there.
//
// Pure: names and texts of files come out, the caller writes them. An export never says more than
// the entry: what is weak evidence is exported as such, or, where a format knows no grades and
// would act on it (ClamAV, YARA, OVAL), left out. Labels given by mistake are no synonyms.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "entries/encyclopedia.h"
#include "publish/revisions.h"

namespace antidotary::publish {

/// An entry, with all its variants or some of them.
struct Chosen {
  const entries::Entry* entry = nullptr;
  std::vector<const entries::Variant*> only = {};  ///< In the entry's order; empty: all of them.

  std::vector<const entries::Variant*> variants() const;
  /// Of the whole entry its own, else those of the variants: "Win32/Mimail.A, Win32/Mimail.C".
  std::string title() const;
  std::string id() const;  ///< "win32/mimail", "win32/mimail.a", "win32/mimail.a+c".
};

/// Adds a variant of `entry`, or all of them where it is null. An entry stands once, whatever is
/// named: identifiers come from its names, and no format takes the same one twice.
void choose(std::vector<Chosen>& chosen, const entries::Entry& entry,
            const entries::Variant* variant);

struct ExportRequest {
  const entries::Encyclopedia& encyclopedia;
  std::vector<Chosen> chosen;            ///< By choose(); never empty.
  std::uint64_t made_unix_s = 0;         ///< Written where a format wants to know when it was made.
  std::vector<Revision> revisions = {};  ///< When what is said was first and last changed.
};

struct ExportFile {
  std::string name;  ///< "antidotary.hdb"
  std::string text;
};

struct ExportFormat {
  std::string_view name;   ///< "stix"
  std::string_view brief;  ///< One line for help.
  /// One file, or several where the format asks for it. Errors: bad_input where nothing that was
  /// chosen can be said in the format.
  Result<std::vector<ExportFile>> (*make)(const ExportRequest& request);
  /// The program that it is for reads a file by its name's ending.
  bool read_by_ending = false;
};

std::span<const ExportFormat> export_formats();
const ExportFormat* find_export_format(std::string_view name);

/// A name-based identifier (RFC 4122, version 5): the same `name` has the same one for ever.
std::string uuid_of(std::string_view name);
/// "2003-08-01T00:00:00.000Z"; the first day of what is known only by month or year; empty where
/// `date` is no date.
std::string timestamp_of(std::string_view date);
std::string timestamp_of(std::uint64_t unix_s);
/// "Win32/Mimail.A" as "Win32.Mimail.A": for formats that take no slash.
std::string dotted(std::string_view title);
/// Escaped for XML text and attributes; characters that XML forbids become U+FFFD.
std::string xml_escaped(std::string_view text);
/// What another tool may be given as a name of the threat: labels that are not mistaken, each once.
std::vector<std::string> synonyms_of(const entries::Entry& entry, const entries::Variant* variant);

/// One file, no error: what most formats give.
inline Result<std::vector<ExportFile>> one_file(std::string name, std::string text) {
  return std::vector<ExportFile>{{std::move(name), std::move(text)}};
}

}  // namespace antidotary::publish
