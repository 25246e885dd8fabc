#include "proof/specimen_digests.h"

#include <algorithm>
#include <string>

#include "core/digest.h"
#include "core/text.h"
#include "entries/kinds/file.h"
#include "simulate/kinds.h"

namespace antidotary::proof {
namespace {

using entries::FileChange;
using entries::SourceFile;

void replace(std::vector<SourceFile>& files, const std::string& path, const std::string& digest,
             const std::string& by) {
  for (SourceFile& file : files) {
    if (file.path != path) continue;
    for (std::size_t at = ascii_lower(file.text).find(digest); at != std::string::npos;
         at = ascii_lower(file.text).find(digest, at + by.size())) {
      file.text.replace(at, digest.size(), by);
    }
  }
}

}  // namespace

std::vector<SourceFile> with_specimen_digests(std::vector<SourceFile> files) {
  std::vector<entries::Problem> ignored;  // whoever reads the result hears of them
  const auto published = entries::Encyclopedia::read(files, ignored);
  for (const entries::Entry& entry : published.entries()) {
    for (const entries::Variant& variant : entry.variants) {
      for (const auto& change : variant.changes) {
        const auto* file = dynamic_cast<const FileChange*>(change.get());
        if (file == nullptr) continue;
        const Buffer specimen = simulate::specimen(*file, variant);
        const auto all = [&](const std::vector<std::string>& digests, DigestKind kind) {
          for (const std::string& digest : digests) {
            replace(files, change->place.file, digest, hex_digest(kind, specimen));
          }
        };
        all(file->md5, DigestKind::md5);
        all(file->sha1, DigestKind::sha1);
        all(file->sha256, DigestKind::sha256);
      }
    }
  }
  return files;
}

}  // namespace antidotary::proof
