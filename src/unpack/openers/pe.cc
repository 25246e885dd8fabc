// Programs for Windows: resources that are objects of their own, the files behind InstallShield's
// setup programs, and what a packer's stub unpacks.
//
// What is appended and what stands anywhere else is found by its mark (embedded.h).
#include <algorithm>
#include <array>
#include <set>

#include "formats/executable/program.h"
#include "formats/executable/resources.h"
#include "unpack/opener.h"
#include "unpack/setup_files.h"
#include "unpack/unpacker.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t resource_bytes_min = 32;

/// Whether a resource may hold something: icons, strings and dialogs are matched as bytes of the
/// program; a program, an archive, a page or a document is an object.
bool is_object(const executable::Resource& resource, Bytes bytes) {
  constexpr std::array plain = {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 11u, 12u, 14u, 16u, 24u};
  for (const unsigned type : plain) {
    if (resource.type == type) return false;
  }
  if (bytes.size() < resource_bytes_min) return false;
  const formats::Guess guess = formats::identify_all(bytes)[0];
  switch (guess.format) {
    case Format::unknown:
    case Format::empty:
    case Format::text:
    case Format::xml:
    case Format::png:
    case Format::gif:
    case Format::jpeg:
    case Format::bmp:
      return false;
    default:
      return guess.confidence == formats::Confidence::strong;
  }
}

Status open_resources(Bytes file, const executable::Program& program, Budget& budget,
                      const Visitor& visitor) {
  const auto resources = ANTIDOTARY_TRY(executable::read_resources(file, program, budget));
  // A damaged table names the program itself, or one stretch again and again: once is enough.
  std::set<std::pair<std::size_t, std::size_t>> seen;
  for (const executable::Resource& resource : resources) {
    const Bytes bytes = file.subspan(resource.offset, resource.size);
    const bool new_one = seen.emplace(resource.offset, resource.size).second;
    if (!new_one || resource.offset < program.table_at) continue;
    if (!is_object(resource, bytes)) continue;
    ANTIDOTARY_CHECK(budget.new_object());
    visitor.child({"resource " + resource.name, bytes});
  }
  return {};
}

/// What an installer carries behind its program.
Status open_overlay(Bytes file, const executable::Program& program, Budget& budget,
                    const Visitor& visitor) {
  const Bytes overlay = file.subspan(std::min(program.end, file.size()));
  const auto at = setup_archive_at(overlay);
  if (!at) return {};
  ANTIDOTARY_CHECK(budget.new_object());
  Child child{"installer", overlay.subspan(*at)};
  child.format = Format::installshield;
  visitor.child(child);
  return {};
}

void open_pe(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const auto program = executable::read_program(bytes);
  if (!program) return;  // a program all the same, if a damaged one: it is matched as it stands
  Status status = open_resources(bytes, *program, budget, visitor);
  if (status) status = open_overlay(bytes, *program, budget, visitor);
  if (!status) return visitor.missed({"", status.error()});
  if (visitor.may_run && looks_packed(*program)) open_packed(bytes, *program, budget, visitor);
}

}  // namespace

std::span<const Opener> pe_openers() {
  static constexpr std::array rows = {Opener{Format::pe, &open_pe}};
  return rows;
}

}  // namespace antidotary::unpack
