// KeptPacks: the packs that `-d` makes by itself, in the state folder: which one a set of databases
// has, and which of them may go.
//
// A pack is kept under a key of its databases' content. So that not every run hashes hundreds of
// megabytes, what the system says of each file (files/identity.h) is remembered beside the key;
// while nothing of that differs the content is taken to be the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "files/root.h"
#include "signatures/corpus.h"

namespace antidotary::cli {

class KeptPacks {
 public:
  struct Limits {
    std::size_t packs_max = 8;
    std::uint64_t bytes_max = std::uint64_t{4} << 30;
  };
  /// Where the pack of some databases lies or is to be built.
  struct Place {
    std::string key;    ///< signatures::key_of
    std::string path;   ///< Of the pack; there may be none yet.
    std::string older;  ///< Of the last pack of the same inputs, to take sections from; or empty.
  };

  /// `folder` holds nothing else.
  explicit KeptPacks(files::Root folder) : KeptPacks(std::move(folder), Limits{}) {}
  KeptPacks(files::Root folder, Limits limits) : folder_(std::move(folder)), limits_(limits) {}

  /// `trust_times` false: the content is hashed, whatever the system says.
  /// Errors: those of signatures::key_of.
  Result<Place> find(const std::vector<std::string>& inputs, const signatures::Options& options,
                     bool trust_times, std::uint64_t now_s);
  /// The pack is used now: it is the last to go.
  void use(const Place& place, std::uint64_t now_s);
  /// Removes the packs that were used longest ago until the limits hold; never the one of `place`.
  /// A process that maps a pack keeps it.
  void prune(const Place& place);
  /// How often content was hashed, for tests.
  std::uint32_t hashed() const { return hashed_; }

 private:
  files::Root folder_;
  Limits limits_;
  std::uint32_t hashed_ = 0;
};

}  // namespace antidotary::cli
