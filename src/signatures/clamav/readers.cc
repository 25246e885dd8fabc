#include "signatures/clamav/readers.h"

#include <algorithm>
#include <array>

#include "signatures/clamav/formats.h"

namespace antidotary::signatures::clamav {
namespace {

struct Reader {
  std::string_view extension;
  ReadLines read;
};

Status read_nothing(std::string_view, Bytes, Corpus&) { return {}; }

constexpr std::array readers = {
    Reader{"hdb", &read_digests},   Reader{"hsb", &read_digests},    Reader{"hdu", &read_digests},
    Reader{"hsu", &read_digests},   Reader{"mdb", &read_digests},    Reader{"msb", &read_digests},
    Reader{"mdu", &read_digests},   Reader{"msu", &read_digests},    Reader{"imp", &read_digests},
    Reader{"fp", &read_digests},    Reader{"sfp", &read_digests},    Reader{"ndb", &read_bodies},
    Reader{"ndu", &read_bodies},    Reader{"sdb", &read_bodies},     Reader{"db", &read_bodies},
    Reader{"ldb", &read_logical},   Reader{"ldu", &read_logical},    Reader{"cdb", &read_members},
    Reader{"ftm", &read_magics},    Reader{"idb", &read_icons},      Reader{"ign", &read_ignores},
    Reader{"ign2", &read_ignores},  Reader{"pdb", &read_links},      Reader{"wdb", &read_links},
    Reader{"gdb", &read_links},     Reader{"crb", &read_unapplied},  Reader{"cat", &read_unapplied},
    Reader{"cfg", &read_unapplied}, Reader{"pwdb", &read_passwords}, Reader{"cbc", &read_unapplied},
    Reader{"info", &read_nothing},  Reader{"cvd", &read_container},  Reader{"cld", &read_container},
    Reader{"cud", &read_container},
};

const Reader* find(std::string_view extension) {
  const auto found = std::find_if(readers.begin(), readers.end(),
                                  [&](const Reader& one) { return one.extension == extension; });
  return found == readers.end() ? nullptr : &*found;
}

/// hdu, ldu and their kin hold what is merely unwanted.
bool is_unwanted_kind(std::string_view extension) {
  return extension == "hdu" || extension == "hsu" || extension == "mdu" || extension == "msu" ||
         extension == "ndu" || extension == "ldu";
}

}  // namespace

bool knows(std::string_view extension) { return find(extension) != nullptr; }

Status read(std::string_view extension, Bytes bytes, Corpus& corpus) {
  const Reader* const reader = find(extension);
  if (reader == nullptr) {
    return fail(ErrorKind::bad_input, ".{} is no signature format that is read", extension);
  }
  if (is_unwanted_kind(extension) && !corpus.options().potentially_unwanted) {
    corpus.refuse(0, "signatures of what is merely unwanted are taken with --pua only");
    return {};
  }
  return reader->read(extension, bytes, corpus);
}

}  // namespace antidotary::signatures::clamav
