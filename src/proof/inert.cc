// Inert: what a proof's file must not be, by its first bytes and by what it carries encoded.
#include "proof/inert.h"

#include <fmt/core.h>

#include <string_view>

#include "files/state.h"
#include "sources/walk.h"

namespace antidotary::proof {
namespace {

struct Mark {
  std::string_view bytes;
  std::string_view words;
  bool first;  ///< Only where the file begins with it.
};

// The EICAR string stands here in two halves, so that this very file is no test file.
constexpr std::string_view eicar =
    "EICAR-STANDARD-"
    "ANTIVIRUS-TEST-FILE";
constexpr Mark marks[] = {
    {"MZ", "is a program of Windows or DOS", true},
    {"\x7f"
     "ELF",
     "is a program of Linux", true},
    {"#!", "is a script that can be run", true},
    {"TVqQ", "carries an encoded program of Windows", false},
    {"TVpQ", "carries an encoded program of Windows", false},
    {"f0VMRg", "carries an encoded program of Linux", false},
    {eicar, "holds the EICAR string, which is made at test time only", false},
};

}  // namespace

Result<std::vector<entries::Problem>> lint_proofs(const std::string& directory) {
  std::vector<entries::Problem> problems;
  const auto say = [&problems](const std::string& file, std::string what, std::string mend) {
    problems.push_back({{file, 1, 1},
                        entries::Severity::error,
                        "proof-is-inert",
                        std::move(what),
                        std::move(mend)});
  };
  sources::WalkVisitor visitor;
  visitor.file = [&](sources::WalkedFile&& file) {
    if (file.relative.find("/proof/") == std::string::npos) return;
    if (file.stat.size_bytes > proof_bytes_max) {
      return say(file.relative, fmt::format("a proof of more than {} bytes", proof_bytes_max),
                 "A near miss needs a name and a few words; cut it.");
    }
    const auto bytes = files::read_whole(file.descriptor.get(), proof_bytes_max);
    if (!bytes) return say(file.relative, bytes.error().what, "Make it readable.");
    const std::string text = to_string(*bytes);
    for (const Mark& mark : marks) {
      const bool there =
          mark.first ? text.starts_with(mark.bytes) : text.find(mark.bytes) != std::string::npos;
      if (there) {
        say(file.relative, fmt::format("the proof {}", mark.words),
            "Put harmless words of your own in its place.");
      }
    }
  };
  visitor.missed = [&](const std::string& shown, const Error& error) {
    if (shown.find("/proof/") != std::string::npos) {
      say(shown, error.what, "A proof is a plain file that everybody may read.");
    }
  };
  ANTIDOTARY_CHECK(sources::walk(directory, true, visitor));
  return problems;
}

}  // namespace antidotary::proof
