// Sources: the files and folders a user names, read into a corpus: what each is, in which order,
// by which reader. It and yara/include.cc alone touch the file system in
// this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "signatures/corpus.h"

namespace antidotary::signatures {

/// pack::Source::format of a file that was refused as a whole: cut, damaged, forged. What it would
/// find is not found, so nothing that is held against such a pack is clean.
inline constexpr std::string_view broken_format = "broken";
/// Of a file that is no signatures: told of, nothing taken, nothing amiss.
inline constexpr std::string_view skipped_format = "skipped";

/// What kind of file this is, by name and content: "ldb", "cvd", "yara", "hashes", "encyclopedia".
/// Reads one path (a file or a folder; an encyclopedia's folder is known by its entry.md files).
/// Of a folder that holds ClamAV databases only its own files and any encyclopedia are read, of any
/// other all below; links to files are followed. Of daily.cvd and daily.cld the newer is read.
/// Unknown files in a folder are skipped and listed as sources with nothing taken; one that cannot
/// be read (a link that leads nowhere, a pipe, a folder below that may not be listed) is broken.
/// Errors: of `path` itself: not_found, permission, io, bad_input (nothing usable there).
Status read_source(const std::string& path, Corpus& corpus);

/// One file's bytes as read by the reader for `extension` ("ldb"). `name` is how it is shown.
/// Errors: bad_input where no reader knows the extension.
Status read_bytes(std::string_view extension, Bytes bytes, const std::string& name, Corpus& corpus);

/// When the ClamAV database at `path` (a .cvd or .cld, or a folder of them) says that it was made,
/// of several the youngest; 0: there is none. Nothing: `path` is a file of another kind.
std::optional<std::uint64_t> database_made_unix_s(const std::string& path);

/// A digest over names and content of everything at the paths, and of all that YARA texts there may
/// include: the key of a built pack. `included` takes the paths of what YARA texts include, there
/// or not; may be null. A file that cannot be read counts by why. Errors: those of listing `paths`.
Result<std::string> key_of(const std::vector<std::string>& paths, const Options& options,
                           std::vector<std::string>* included = nullptr);

/// What the system says of all that `key_of` reads: no content is read for it.
struct Marks {
  std::string digest;  ///< Over names and identities (files/identity.h).
  std::uint64_t newest_change_s = 0;
};
/// `included`: what `key_of` told of. Errors: those of listing `paths`.
Result<Marks> marks_of(const std::vector<std::string>& paths, const Options& options,
                       const std::vector<std::string>& included);

}  // namespace antidotary::signatures
