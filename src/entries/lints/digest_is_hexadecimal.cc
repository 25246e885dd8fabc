// Lint: a digest has the length of its kind and is hexadecimal.
#include <fmt/core.h>

#include "entries/kinds/file.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class DigestIsHexadecimal final : public ChangeLint<FileChange> {
 public:
  std::string_view name() const override { return "digest-is-hexadecimal"; }
  std::string_view advice() const override {
    return "Copy it again: 32 (md5), 40 (sha1) or 64 (sha256) hexadecimal digits.";
  }
  void check_change(const FileChange& change, Report& report) const override {
    const auto check = [&](const std::vector<std::string>& digests, std::size_t digits,
                           std::string_view kind) {
      for (const std::string& digest : digests) {
        if (digest.size() == digits &&
            digest.find_first_not_of("0123456789abcdef") == std::string::npos) {
          continue;
        }
        report.say(change.place, fmt::format("\"{}\" is no {} digest", digest, kind));
      }
    };
    check(change.md5, 32, "md5");
    check(change.sha1, 40, "sha1");
    check(change.sha256, 64, "sha256");
  }
};

}  // namespace

const Lint& digest_is_hexadecimal_lint() {
  static const DigestIsHexadecimal rule;
  return rule;
}

}  // namespace antidotary::entries
