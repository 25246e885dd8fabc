#include "cli/kept_packs.h"

#include <fcntl.h>

#include <algorithm>
#include <set>

#include "cli/packs.h"
#include "core/digest.h"
#include "core/record.h"
#include "files/act.h"
#include "signatures/sources.h"

namespace antidotary::cli {
namespace {

constexpr std::string_view pack_ending = ".pack";
constexpr std::string_view mark_ending = ".mark";
constexpr std::uint64_t mark_bytes_max = 16 << 20;
// A file that changed later than so long before it was looked at may change again within one tick
// of its clock.
constexpr std::uint64_t settled_s = 2;

/// What was known of some inputs when they were last hashed.
struct Mark {
  std::string marks;  ///< signatures::marks_of; empty where a file had just changed.
  std::string key;
  std::vector<std::string> included;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("marks", self.marks);
    visit("key", self.key);
    visit("included", self.included);
  }
};

/// Names the inputs, not what is in them.
std::string name_of(const std::vector<std::string>& inputs, const signatures::Options& options) {
  Digester digester(DigestKind::sha256);
  digester.update(octets((options.potentially_unwanted ? 1 : 0) + (options.official_only ? 2 : 0) +
                         (options.names_as_clamav ? 4 : 0)));
  for (const std::string& input : inputs) {
    digester.update(as_bytes(std::string_view(input)));
    digester.update(octets(0));
  }
  return digester.finish_hex() + std::string(mark_ending);
}

Mark read_mark(const files::Root& folder, const std::string& name) {
  const auto file = folder.open_file(name);
  const auto bytes = file ? files::read_whole(file->get(), mark_bytes_max) : Buffer{};
  auto mark = bytes ? from_wire<Mark>(*bytes) : Mark{};
  return mark ? std::move(*mark) : Mark{};
}

}  // namespace

Result<KeptPacks::Place> KeptPacks::find(const std::vector<std::string>& inputs,
                                         const signatures::Options& options, bool trust_times,
                                         std::uint64_t now_s) {
  const std::string name = name_of(inputs, options);
  const Mark known = read_mark(folder_, name);
  const auto path_of = [&](const std::string& key) {
    return key.empty() ? "" : folder_.path() + "/" + key + std::string(pack_ending);
  };
  if (trust_times && !known.marks.empty()) {
    const auto marks = ANTIDOTARY_TRY(signatures::marks_of(inputs, options, known.included));
    if (marks.digest == known.marks) return Place{known.key, path_of(known.key), ""};
  }
  Mark now;
  ++hashed_;
  now.key = ANTIDOTARY_TRY(signatures::key_of(inputs, options, &now.included));
  const auto marks = ANTIDOTARY_TRY(signatures::marks_of(inputs, options, now.included));
  // What changed while it was hashed changed after `now_s`.
  if (marks.newest_change_s + settled_s < now_s) now.marks = marks.digest;
  const Status written = publish(folder_.path() + "/" + name, to_wire(now));
  static_cast<void>(written);  // then it is hashed again the next time
  return Place{now.key, path_of(now.key), known.key == now.key ? "" : path_of(known.key)};
}

void KeptPacks::use(const Place& place, std::uint64_t now_s) {
  const auto file = folder_.open_file(place.key + std::string(pack_ending));
  const auto stat = file ? files::stat_of(file->get()) : tl::unexpected(file.error());
  if (!stat) return;
  const auto now_ns = static_cast<std::int64_t>(now_s) * 1'000'000'000;
  static_cast<void>(files::act::set_times(file->get(), stat->accessed_unix_ns, now_ns));
}

void KeptPacks::prune(const Place& place) {
  auto nodes = folder_.list("");
  if (!nodes) return;
  std::sort(nodes->begin(), nodes->end(), [](const auto& a, const auto& b) {
    return a.stat.modified_unix_ns > b.stat.modified_unix_ns;
  });
  const std::string kept = place.key + std::string(pack_ending);
  std::size_t packs = 1;
  std::uint64_t bytes = 0;
  for (const files::Named& node : *nodes) bytes += node.name == kept ? node.stat.size_bytes : 0;
  std::set<std::string> keys{place.key};
  for (const files::Named& node : *nodes) {
    if (!node.name.ends_with(pack_ending) || node.name == kept) continue;
    ++packs;
    bytes += node.stat.size_bytes;
    if (packs > limits_.packs_max || bytes > limits_.bytes_max) {
      static_cast<void>(files::act::remove(folder_.descriptor(), node.name));
    } else {
      keys.insert(node.name.substr(0, node.name.size() - pack_ending.size()));
    }
  }
  for (const files::Named& node : *nodes) {
    if (!node.name.ends_with(mark_ending)) continue;
    if (keys.contains(read_mark(folder_, node.name).key)) continue;
    static_cast<void>(files::act::remove(folder_.descriptor(), node.name));
  }
}

}  // namespace antidotary::cli
