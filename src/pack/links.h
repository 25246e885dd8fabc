// Links: what a pack knows of the addresses in messages (pdb, wdb, gdb), and the passwords that it
// has for encrypted archives (pwdb). Small tables, read whole when a scanner is made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "pack/file.h"

namespace antidotary::pack {

/// A line of pdb or wdb.
struct LinkRule {
  /// What it is about: a host that is imitated, as its name or as a regular expression of "real
  /// host:shown host"; or such a pair that is honest.
  enum class Kind : std::uint8_t { guarded_host, guarded_regex, honest_hosts, honest_regex };
  std::uint8_t kind = 0;
  std::string text;
  std::uint32_t source = 0;
  std::uint32_t line = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("kind", self.kind);
    visit("text", self.text);
    visit("source", self.source);
    visit("line", self.line);
  }
};

/// A line of gdb: the SHA-256 of an address that is known as bad (or as good).
struct LinkDigest {
  enum class Kind : std::uint8_t { malware, blocked, phishing, honest };
  std::uint8_t kind = 0;
  std::string sha256;  ///< 64 lower-case digits.
  std::uint32_t source = 0;
  std::uint32_t line = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("kind", self.kind);
    visit("sha256", self.sha256);
    visit("source", self.source);
    visit("line", self.line);
  }
};

struct Links {
  std::vector<LinkRule> rules;
  std::vector<LinkDigest> digests;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("rules", self.rules);
    visit("digests", self.digests);
  }
};

/// A line of pwdb.
struct Password {
  std::string name;
  std::string text;
  std::string container;  ///< "CL_TYPE_ZIP"; empty: any.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("text", self.text);
    visit("container", self.container);
  }
};

/// Empty where the pack has none. Errors: malformed.
Result<Links> links_of(const File& file);
Result<std::vector<Password>> passwords_of(const File& file);

}  // namespace antidotary::pack
