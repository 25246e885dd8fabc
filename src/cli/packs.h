// Packs: the compiled database that a verb works with: named by --pack, or made of what -d names
// and kept in the state folder under a key of its content.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/verb.h"
#include "files/root.h"
#include "pack/pack.h"
#include "pack/yara.h"
#include "signatures/corpus.h"

namespace antidotary::cli {

/// An opened pack with what it stands on.
struct OpenPack {
  std::string path;
  std::unique_ptr<files::Mapping> mapping;
  std::unique_ptr<pack::Pack> pack;
  std::unique_ptr<pack::Yara> yara;  ///< Null where the pack has no YARA rules.
};

/// What a build came to.
struct BuiltPack {
  std::string path;
  std::string id;
  std::uint64_t bytes = 0;
  std::vector<pack::Source> sources;
  std::vector<pack::Refusal> refusals;
};

/// Maps a pack that nobody but its owner (we, or root) can change. Errors: not_found, permission,
/// refused (others may write to it), those of pack::Pack::open; each names the path.
Result<OpenPack> open_pack(const std::string& path);

/// Errors: bad_input where a file that the pack was made of was refused as a whole, and what it
/// would find is not found; one sentence that names the file and says why.
Status check_whole(const std::string& shown, const std::vector<pack::Source>& sources,
                   const std::vector<pack::Refusal>& refusals);
Status check_whole(const OpenPack& opened);

/// What a pack says of itself, which outlives a change of the libraries that its sections need.
struct MadeFrom {
  pack::Recipe recipe;
  bool is_signed = false;
  bool is_signed_by_key = false;  ///< By the private key that was asked about.
};
/// `signing_key`: path of a private key, or empty. Errors: as open_pack, but for those of single
/// sections; those of the key.
Result<MadeFrom> made_from(const std::string& path, const std::string& signing_key);

struct PackRecipe {
  std::vector<std::string> inputs;
  signatures::Options options;
  std::string signing_key;  ///< Path of an Ed25519 private key (PEM), or empty.
  std::string key;          ///< signatures::key_of the inputs, where it is known already.
  bool only_whole = false;  ///< An input that is refused as a whole ends the build.
  std::string older;  ///< A pack to take sections from where there is none at its path; or empty.
};

/// Whether a pack may be put at `path`: nothing is there, or a pack. Errors: refused (a link, a
/// device, a file that is something else and would be lost).
Status check_replaceable(const std::string& path);

/// Writes a file beside `path`, then renames it over it: whoever maps the old one keeps it whole.
/// Errors: io.
Status publish(const std::string& path, Bytes bytes);

/// Builds a pack of the recipe and puts it at `path`, replacing what is there at once and whole.
/// On any error the old one stays. Errors: those of the inputs; of check_whole where the recipe
/// asks for it; io.
Result<BuiltPack> build_pack(const PackRecipe& recipe, const std::string& path);

/// What -d and --pua say.
PackRecipe databases_of(const Invocation& invocation);

/// By --pack or -d (`databases`), else $ANTIDOTARY_PACK; nullopt where none is asked for.
/// A pack of databases is built if the state folder has none of their content. A named pack must
/// be signed by the key that $ANTIDOTARY_PACK_KEY names, where it names one (else refused).
Result<std::optional<OpenPack>> pack_of(const Invocation& invocation, const PackRecipe& databases);

}  // namespace antidotary::cli
