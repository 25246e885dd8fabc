#include "gate/outbreak/watch.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "core/digest.h"
#include "core/record.h"
#include "gate/outbreak/marks.h"

namespace antidotary::gate::outbreak {
namespace {

constexpr std::size_t id_digits = 12;
// Beyond these the numbers that people are told stop growing.
constexpr std::size_t senders_told_max = 1'000;
constexpr std::size_t recipients_told_max = 10'000;
// "Other bytes each time" is so many different ones at least.
constexpr std::size_t shape_digests = 3;
// Shapes are told of the first attachments alone: a message with more is no less of one shape.
constexpr std::size_t shaped_leaves_max = 8;

bool within(std::uint64_t time_s, std::uint64_t now_s, std::uint64_t window_s) {
  const std::uint64_t apart = time_s > now_s ? time_s - now_s : now_s - time_s;
  return apart <= window_s;
}

std::string track_name(Rule rule, const std::string& key) {
  return fmt::format("{}:{}", enum_name(rule), key);
}

std::string id_of(Rule rule, const std::string& key) {
  return fmt::format("{}-{}", enum_name(rule),
                     sha256_hex(as_bytes(std::string_view(key))).substr(0, id_digits));
}

/// One of `list`, moved to now; where there is no room the one that was met longest ago goes.
template <class List>
void meet(List& list, std::uint64_t who, std::uint64_t now_s, std::size_t most) {
  const auto same = [who](const auto& one) { return one.who == who; };
  auto found = std::find_if(list.begin(), list.end(), same);
  if (found == list.end() && list.size() < most) {
    list.push_back({who, now_s});
    return;
  }
  if (found == list.end()) {
    found = std::min_element(list.begin(), list.end(),
                             [](const auto& a, const auto& b) { return a.last_s < b.last_s; });
  }
  *found = {who, now_s};
}

template <class List>
std::size_t met_within(const List& list, std::uint64_t now_s, std::uint64_t window_s) {
  return static_cast<std::size_t>(std::count_if(list.begin(), list.end(), [&](const auto& one) {
    return within(one.last_s, now_s, window_s);
  }));
}

// Who got it is remembered a little beyond what the rule asks: one of them may pass it on.
constexpr std::size_t recipients_room_least = 100;

std::size_t room_for(std::uint64_t bound) { return static_cast<std::size_t>(bound) * 2 + 2; }

}  // namespace

std::span<const std::string_view> enum_names(Rule) {
  static constexpr std::string_view names[] = {"same", "fan_out", "shape", "chain"};
  return names;
}

std::span<const std::string_view> enum_names(Response) {
  static constexpr std::string_view names[] = {"off", "alert", "hold"};
  return names;
}

bool is_active(const Outbreak& one, std::uint64_t now_s) {
  return one.dismissed_s == 0 && within(one.last_s, now_s, one.window_s);
}

std::vector<Watch::Key> Watch::keys_of(const Passing& passing, const scan::Leaf& leaf) const {
  std::vector<Key> out;
  if (leaf.risk == scan::Risk::none) return out;
  const bool counted = rules_.same.response != Response::off ||
                       rules_.chain.response != Response::off;  // who got it
  if (counted) out.push_back({Rule::same, leaf.sha256});
  const auto place = static_cast<std::size_t>(&leaf - passing.leaves.data());
  if (place >= shaped_leaves_max) return out;
  const auto shapes = shapes_of(leaf);
  if (rules_.fan_out.response != Response::off) {
    out.push_back({Rule::fan_out, fmt::format("{:016x}|{}", passing.sender, shapes[0])});
  }
  if (rules_.shape.response != Response::off) {
    for (const std::string& one : shapes) out.push_back({Rule::shape, one});
  }
  return out;
}

void Watch::make_room() {
  if (tracks_.size() < counted_) return;
  std::list<std::string>& from = lone_.empty() ? shared_ : lone_;
  tracks_.erase(from.back());
  from.pop_back();
  ++forgotten_;
}

Watch::Track& Watch::count(const Key& key, const Passing& passing, const scan::Leaf& leaf) {
  const std::string name = track_name(key.rule, key.text);
  auto found = tracks_.find(name);
  if (found == tracks_.end()) {
    make_room();
    found = tracks_.emplace(name, Track{}).first;
    lone_.push_front(name);
    found->second.place = lone_.begin();
    found->second.first_s = passing.time_s;
  }
  Track& track = found->second;
  const Bounds& bounds = rules_.of(key.rule);
  if (met_within(track.senders, passing.time_s, bounds.window_s) == 0) {
    track.first_s = passing.time_s;  // what was counted before is over
    track.copies = 0;
  }
  ++track.copies;
  meet(track.senders, passing.sender, passing.time_s, room_for(bounds.senders));
  const std::size_t room = key.rule == Rule::same
                               ? std::max(recipients_room_least, room_for(bounds.recipients))
                               : room_for(bounds.recipients);
  for (std::size_t i = 0; i < std::min(room, passing.recipients.size()); ++i) {
    meet(track.recipients, passing.recipients[i], passing.time_s, room);
  }
  if (key.rule == Rule::shape) {
    meet(track.digests, std::hash<std::string>{}(leaf.sha256), passing.time_s,
         room_for(shape_digests));
  }
  const bool several = track.several || track.senders.size() > 1;
  std::list<std::string>& to = several ? shared_ : lone_;
  to.splice(to.begin(), track.several ? shared_ : lone_, track.place);
  track.several = several;
  return track;
}

/// Counts what somebody gives away who got it here from another before; null where they did not.
const Watch::Track* Watch::passed_on(const Passing& passing, const scan::Leaf& leaf) {
  if (rules_.chain.response == Response::off || passing.sender_as_recipient == 0) return nullptr;
  const auto same = tracks_.find(track_name(Rule::same, leaf.sha256));
  if (same == tracks_.end()) return nullptr;
  const Track& track = same->second;
  const bool got_it =
      std::any_of(track.recipients.begin(), track.recipients.end(),
                  [&](const Met& one) { return one.who == passing.sender_as_recipient; });
  const bool of_another = std::any_of(track.senders.begin(), track.senders.end(),
                                      [&](const Met& one) { return one.who != passing.sender; });
  if (!got_it || !of_another) return nullptr;
  return &count({Rule::chain, fmt::format("{:016x}|{}", passing.sender, leaf.sha256)}, passing,
                leaf);
}

bool Watch::crossed(const Key& key, const Track& track, std::uint64_t now_s) const {
  const Bounds& bounds = rules_.of(key.rule);
  return met_within(track.senders, now_s, bounds.window_s) >= bounds.senders &&
         met_within(track.recipients, now_s, bounds.window_s) >= bounds.recipients &&
         (key.rule != Rule::shape ||
          met_within(track.digests, now_s, bounds.window_s) >= shape_digests);
}

Watch::Declared& Watch::declare(const Key& key, const Track& track, const Passing& passing,
                                const scan::Leaf& leaf) {
  if (outbreaks_.size() >= outbreaks_max) {
    // What is over goes first, then what was quiet longest; what a person said stays longest.
    const auto oldest =
        std::min_element(outbreaks_.begin(), outbreaks_.end(), [](const auto& a, const auto& b) {
          return std::pair(a.second.told.dismissed_s != 0, a.second.told.last_s) <
                 std::pair(b.second.told.dismissed_s != 0, b.second.told.last_s);
        });
    outbreaks_.erase(oldest);
  }
  const std::string id = id_of(key.rule, key.text);
  Declared& one = outbreaks_[id];
  one = {};
  one.told.id = id;
  one.told.rule = key.rule;
  one.told.key = key.text;
  one.told.risk = leaf.risk;
  one.told.format = leaf.format;
  one.told.name = leaf.names.empty() ? "" : leaf.names.front();
  one.told.began_s = track.first_s;
  one.told.declared_s = passing.time_s;
  one.told.window_s = rules_.of(key.rule).window_s;
  one.told.passed = track.copies - 1;
  for (const Met& met : track.senders) one.senders.insert(met.who);
  for (const Met& met : track.recipients) one.recipients.insert(met.who);
  return one;
}

void Watch::join(Declared& one, const Passing& passing, Seen& seen) {
  one.told.last_s = passing.time_s;
  if (one.senders.size() < senders_told_max) one.senders.insert(passing.sender);
  for (const Person person : passing.recipients) {
    if (one.recipients.size() >= recipients_told_max) break;
    one.recipients.insert(person);
  }
  one.told.senders = std::max<std::uint64_t>(one.told.senders, one.senders.size());
  one.told.recipients = std::max<std::uint64_t>(one.told.recipients, one.recipients.size());
  const auto known = std::find(seen.outbreaks.begin(), seen.outbreaks.end(), one.told.id);
  if (known == seen.outbreaks.end()) seen.outbreaks.push_back(one.told.id);
  seen.hold = seen.hold || rules_.of(one.told.rule).response == Response::hold;
}

/// What is said of bytes holds for both rules about bytes.
bool Watch::is_dismissed(const Key& key) const {
  if (key.rule != Rule::same && key.rule != Rule::chain) return false;
  for (const Rule rule : {Rule::same, Rule::chain}) {
    const Outbreak* const known = find(id_of(rule, key.text));
    if (known != nullptr && known->dismissed_s != 0) return true;
  }
  return false;
}

/// An archive is no more than what is in it, where that was said to be honest.
bool Watch::excused(const Passing& passing, const scan::Leaf& leaf) const {
  if (leaf.risk != scan::Risk::carrier) return false;
  return std::any_of(passing.leaves.begin(), passing.leaves.end(), [&](const scan::Leaf& one) {
    return &one != &leaf && is_dismissed({Rule::same, one.sha256});
  });
}

/// What a message is told to belong to, and what it may be the first sign of.
struct Watch::Sorting {
  const Passing& passing;
  Seen seen;
  std::array<bool, rule_count> belongs{};
  struct Candidate {
    Key key;
    Track track;  ///< As it was counted: it may be forgotten meanwhile.
    const scan::Leaf* leaf;
  };
  std::vector<Candidate> candidates;
};

void Watch::sort(Key key, const Track& track, const scan::Leaf& leaf, Sorting& sorting) {
  const std::uint64_t now_s = sorting.passing.time_s;
  if (rules_.of(key.rule).response == Response::off) return;
  const auto known = outbreaks_.find(id_of(key.rule, key.text));
  const bool dismissed = known != outbreaks_.end() && known->second.told.dismissed_s != 0;
  if (dismissed || is_dismissed(key)) return;
  if (known != outbreaks_.end() && is_active(known->second.told, now_s)) {
    join(known->second, sorting.passing, sorting.seen);
    sorting.belongs[static_cast<std::size_t>(key.rule)] = true;
  } else if (crossed(key, track, now_s) && !excused(sorting.passing, leaf)) {
    sorting.candidates.push_back({std::move(key), track, &leaf});
  }
}

Watch::Seen Watch::look(const Passing& passing) {
  Sorting sorting{passing, {}, {}, {}};
  for (const scan::Leaf& leaf : passing.leaves) {
    if (leaf.risk == scan::Risk::none) continue;
    // Before this message counts: who got it before?
    const Track* const chain = passed_on(passing, leaf);
    sort({Rule::chain, leaf.sha256}, chain == nullptr ? Track() : *chain, leaf, sorting);
    for (const Key& key : keys_of(passing, leaf)) {
      // Copies of one thing are of one shape, too: they are that thing's.
      if (key.rule == Rule::shape && sorting.belongs[static_cast<std::size_t>(Rule::same)]) {
        continue;
      }
      sort(key, count(key, passing, leaf), leaf, sorting);
    }
  }
  // One message declares one outbreak a rule: the innermost thing that is the same.
  for (const Sorting::Candidate& one : sorting.candidates) {
    bool& already = sorting.belongs[static_cast<std::size_t>(one.key.rule)];
    if (std::exchange(already, true)) continue;
    Declared& declared = declare(one.key, one.track, passing, *one.leaf);
    join(declared, passing, sorting.seen);
    sorting.seen.declared.push_back(declared.told.id);
  }
  return std::move(sorting.seen);
}

void Watch::remember(const Passing& passing) {
  for (const scan::Leaf& leaf : passing.leaves) {
    if (leaf.risk == scan::Risk::none) continue;
    passed_on(passing, leaf);
    for (const Key& key : keys_of(passing, leaf)) count(key, passing, leaf);
  }
}

void Watch::settled(const Seen& seen, bool held) {
  for (const std::string& id : seen.outbreaks) {
    const auto found = outbreaks_.find(id);
    if (found == outbreaks_.end()) continue;
    ++(held ? found->second.told.held : found->second.told.passed);
  }
}

void Watch::put(const Outbreak& one) {
  const auto found = outbreaks_.find(one.id);
  if (found == outbreaks_.end()) {
    if (outbreaks_.size() < outbreaks_max) outbreaks_[one.id].told = one;
    return;
  }
  found->second.told.dismissed_s = one.dismissed_s;
  found->second.told.reason = one.reason;
}

const Outbreak* Watch::find(const std::string& id) const {
  const auto found = outbreaks_.find(id);
  return found == outbreaks_.end() ? nullptr : &found->second.told;
}

std::size_t Watch::active(std::uint64_t now_s) const {
  return static_cast<std::size_t>(
      std::count_if(outbreaks_.begin(), outbreaks_.end(),
                    [&](const auto& one) { return is_active(one.second.told, now_s); }));
}

}  // namespace antidotary::gate::outbreak
