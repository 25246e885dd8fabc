// Watch: counts who sends what to whom within a window of time, and says when it is an outbreak.
//
//   same      the same risky bytes from several senders to many recipients
//   fan_out   one sender gives risky attachments of one shape to many recipients within an hour
//   shape     several senders, many recipients, the same shape, other bytes each time
//   chain     one who got risky bytes from somebody gives the same bytes to many
//
// Pure: time is handed in, addresses come as numbers (keyed hashes), nothing is written. It decides
// nothing about a message; the policy does (gate/policy.h, the finding `outbreak`).
//
// Bounded: so many things are counted at once, the rest is forgotten, first those that one sender
// alone has sent: a flood from one of them does not wash out what came from several. Times may go
// backwards: what lies within a window on either side counts.
//
// Why these rules and numbers: docs/decisions/0184.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scan/leaf.h"

namespace antidotary::gate::outbreak {

enum class Rule : std::uint8_t { same, fan_out, shape, chain };
inline constexpr std::size_t rule_count = 4;
std::span<const std::string_view> enum_names(Rule);

enum class Response : std::uint8_t { off, alert, hold };
std::span<const std::string_view> enum_names(Response);

struct Bounds {
  Response response = Response::alert;
  std::uint64_t senders = 3;
  std::uint64_t recipients = 15;
  std::uint64_t window_s = 86'400;
};
inline constexpr std::uint64_t senders_bound_max = 100;
inline constexpr std::uint64_t recipients_bound_max = 1'000;

struct Rules {
  Bounds same{Response::hold, 3, 15, 86'400};
  Bounds fan_out{Response::alert, 1, 50, 3'600};
  Bounds shape{Response::alert, 3, 15, 86'400};
  Bounds chain{Response::hold, 1, 50, 86'400};

  const Bounds& of(Rule rule) const {
    switch (rule) {
      case Rule::same:
        return same;
      case Rule::fan_out:
        return fan_out;
      case Rule::shape:
        return shape;
      case Rule::chain:
        break;
    }
    return chain;
  }
};

using Person = std::uint64_t;  ///< A keyed hash of an address.

/// One message on its way.
struct Passing {
  std::uint64_t time_s = 0;
  Person sender = 0;               ///< By marks.h, or by login.
  Person sender_as_recipient = 0;  ///< Their address as a recipient's; 0: they have none.
  std::vector<Person> recipients;
  std::vector<scan::Leaf> leaves;
};

struct Outbreak {
  std::string id;  ///< "same-0123456789ab"
  Rule rule = Rule::same;
  std::string key;  ///< What is the same: a SHA-256, a shape, a sender with a shape.
  scan::Risk risk = scan::Risk::none;
  std::string format;
  std::string name;  ///< As the first copy was called that was seen as one; an attacker's choice.
  std::uint64_t began_s = 0;  ///< The first copy that was counted.
  std::uint64_t declared_s = 0;
  std::uint64_t last_s = 0;
  std::uint64_t window_s = 0;  ///< Its rule's: quiet for so long, it is over.
  std::uint64_t senders = 0;   ///< Different ones; at least so many.
  std::uint64_t recipients = 0;
  std::uint64_t passed = 0;  ///< Copies that were let through, before and since.
  std::uint64_t held = 0;
  std::uint64_t dismissed_s = 0;  ///< 0: nobody has said that it is honest.
  std::string reason;             ///< Of who said so.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("id", self.id);
    visit("rule", self.rule);
    visit("key", self.key);
    visit("risk", self.risk);
    visit("format", self.format);
    visit("name", self.name);
    visit("began_s", self.began_s);
    visit("declared_s", self.declared_s);
    visit("last_s", self.last_s);
    visit("window_s", self.window_s);
    visit("senders", self.senders);
    visit("recipients", self.recipients);
    visit("passed", self.passed);
    visit("held", self.held);
    visit("dismissed_s", self.dismissed_s);
    visit("reason", self.reason);
  }
};

/// True where copies are still looked for: not dismissed, and seen within its rule's window.
bool is_active(const Outbreak& one, std::uint64_t now_s);

class Watch {
 public:
  static constexpr std::size_t counted_max = 100'000;
  static constexpr std::size_t outbreaks_max = 1'000;

  explicit Watch(Rules rules, std::size_t counted = counted_max)
      : rules_(rules), counted_(counted) {}

  struct Seen {
    std::vector<std::string> outbreaks;  ///< Ids of active ones that it belongs to.
    std::vector<std::string> declared;   ///< Of these: new.
    bool hold = false;                   ///< One of them is to be held.
  };
  /// Counts a message, and says what it belongs to.
  Seen look(const Passing& passing);
  /// Counts a message of an earlier run; nothing is declared.
  void remember(const Passing& passing);
  /// What became of a message that `look` saw.
  void settled(const Seen& seen, bool held);

  /// An outbreak of an earlier run, or one that a person has decided about since.
  void put(const Outbreak& one);
  const Outbreak* find(const std::string& id) const;
  std::size_t active(std::uint64_t now_s) const;
  std::size_t counted() const { return tracks_.size(); }
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  struct Met {
    std::uint64_t who = 0;
    std::uint64_t last_s = 0;
  };
  struct Track {
    std::vector<Met> senders;
    std::vector<Met> recipients;
    std::vector<Met> digests;  ///< Of rule shape.
    std::uint64_t first_s = 0;
    std::uint64_t copies = 0;
    bool several = false;  ///< In which of the two lists it stands.
    std::list<std::string>::iterator place;
  };
  struct Declared {
    Outbreak told;
    std::unordered_set<Person> senders;
    std::unordered_set<Person> recipients;
  };
  struct Key {
    Rule rule;
    std::string text;
  };

  std::vector<Key> keys_of(const Passing& passing, const scan::Leaf& leaf) const;
  Track& count(const Key& key, const Passing& passing, const scan::Leaf& leaf);
  const Track* passed_on(const Passing& passing, const scan::Leaf& leaf);
  bool crossed(const Key& key, const Track& track, std::uint64_t now_s) const;
  Declared& declare(const Key& key, const Track& track, const Passing& passing,
                    const scan::Leaf& leaf);
  void make_room();
  struct Sorting;
  void sort(Key key, const Track& track, const scan::Leaf& leaf, Sorting& sorting);
  bool is_dismissed(const Key& key) const;
  bool excused(const Passing& passing, const scan::Leaf& leaf) const;
  void join(Declared& one, const Passing& passing, Seen& seen);

  Rules rules_;
  std::size_t counted_;
  std::unordered_map<std::string, Track> tracks_;
  std::list<std::string> lone_, shared_;       ///< The one that was seen last in front.
  std::map<std::string, Declared> outbreaks_;  ///< By id.
  std::uint64_t forgotten_ = 0;
};

}  // namespace antidotary::gate::outbreak
