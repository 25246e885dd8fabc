// A file on the disk: by directory and name first, then by size, then by digest.
#include "entries/kinds/file.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "core/text.h"
#include "host/kinds.h"
#include "host/paths.h"

namespace antidotary::host {
namespace {

using entries::FileChange;

/// "19,824".
std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

bool holds(const std::vector<std::string>& list, const std::string& digest) {
  return std::find(list.begin(), list.end(), digest) != list.end();
}

bool any_digest_agrees(const FileChange& change, Bytes bytes, const std::string& sha256) {
  if (holds(change.sha256, sha256)) return true;
  if (!change.md5.empty() && holds(change.md5, hex_digest(DigestKind::md5, bytes))) return true;
  return !change.sha1.empty() && holds(change.sha1, hex_digest(DigestKind::sha1, bytes));
}

Finding judge(const FileChange& change, FileFact fact, Computer& computer) {
  Finding out;
  out.where = fact.path;
  out.outcome = Outcome::contradicted;
  const std::uint64_t size = fact.node.size_bytes;
  const bool sized = !change.sizes.empty();
  if (sized && std::find(change.sizes.begin(), change.sizes.end(), size) == change.sizes.end()) {
    out.detail = fmt::format("{} bytes, where {} are published", grouped(size),
                             grouped(change.sizes.front()));
    out.file = std::move(fact);
    return out;
  }
  auto file = computer.open(fact.path);
  if (!file) {
    out.outcome = Outcome::unknown;
    out.detail = file.error().what;
    computer.note_unread(fact.path, file.error().what);
    return out;
  }
  const Bytes bytes = (*file)->bytes();
  fact.sha256 = sha256_hex(bytes);
  fact.node = (*file)->node();
  const bool has_digest = !change.md5.empty() || !change.sha1.empty() || !change.sha256.empty();
  if (has_digest && !any_digest_agrees(change, bytes, fact.sha256)) {
    out.detail = "its digest is not a published one";
  } else {
    out.outcome = Outcome::found;
    out.confirmed = sized || has_digest;
    out.detail = grouped(size) + " bytes";
    if (has_digest) {
      out.detail += ", digest as published";
    } else if (sized) {
      out.detail += ", as published";
    }
  }
  out.file = std::move(fact);
  return out;
}

std::vector<Finding> detect(const entries::Change& generic, Computer& computer) {
  const auto& change = static_cast<const FileChange&>(generic);
  std::vector<Finding> out;
  std::string doubt;
  const auto doubted = [&] {
    if (doubt.empty()) doubt = computer.doubt();
  };
  const std::vector<std::string> genuine = change.genuine_twin.empty()
                                               ? std::vector<std::string>{}
                                               : computer.folders(change.genuine_twin);
  const std::vector<std::string> folders = computer.folders(change.directory);
  doubted();
  const bool below = starts_with_ignoring_case(change.directory, "%internetcache%");
  std::vector<std::string> seen;
  for (const std::string& folder : folders) {
    for (FileFact& fact : computer.files(folder, change.name, below)) {
      if (std::count(genuine.begin(), genuine.end(), parent_of(fact.path)) != 0) continue;
      // Two variables of a directory may lead to one place.
      if (std::count(seen.begin(), seen.end(), fact.path) != 0) continue;
      seen.push_back(fact.path);
      out.push_back(judge(change, std::move(fact), computer));
    }
    doubted();
  }
  if (out.empty()) out.push_back(not_found(change, doubt));
  return out;
}

}  // namespace

const Kind& file_kind() {
  static constexpr Kind kind = {"file", &detect};
  return kind;
}

}  // namespace antidotary::host
