#include "scan/scanner.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/digest.h"
#include "core/text.h"
#include "formats/identify.h"
#include "mail/passwords.h"
#include "scan/alerts.h"
#include "scan/kinds.h"
#include "scan/leaves.h"
#include "scan/looked_at.h"
#include "unpack/embedded.h"
#include "unpack/unpack.h"

namespace antidotary::scan {
namespace {

using formats::Format;

constexpr std::size_t html_members_max = 16;
constexpr std::size_t members_max = 10'000;
// Packed programs inside of what packed programs unpacked.
constexpr std::ptrdiff_t runs_max = 3;

/// One object while it is being looked at.
class Object final : public Subject {
 public:
  Object(Bytes bytes, std::string_view name, Budget& budget)
      : bytes_(bytes), name_(name), budget_(budget) {}

  Bytes bytes() const override { return bytes_; }
  std::string_view name() const override { return name_; }
  const mail::Letter* letter() const override { return letter_; }
  const std::string& digest(DigestKind kind) const override {
    std::string& digest = digests_[static_cast<std::size_t>(kind)];
    if (digest.empty()) {
      // An empty purse shows at the next object; this one's digest is still true.
      static_cast<void>(budget_.step(bytes_.size() / 16 + 1));
      digest = hex_digest(kind, bytes_);
    }
    return digest;
  }
  void set_letter(const mail::Letter* letter) { letter_ = letter; }

 private:
  Bytes bytes_;
  std::string_view name_;
  Budget& budget_;
  const mail::Letter* letter_ = nullptr;
  mutable std::array<std::string, digest_kinds.size()> digests_;
};

Gap gap_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::encrypted:
    case ErrorKind::unsupported:
      return Gap::opaque;
    case ErrorKind::budget_spent:
    case ErrorKind::refused:
      return Gap::limited;
    default:
      return Gap::failed;
  }
}

// What an error says of an object that was known by a short mark alone: there was none.
bool no_such_object(ErrorKind kind) {
  return kind == ErrorKind::not_this_format || kind == ErrorKind::malformed ||
         kind == ErrorKind::truncated;
}

formats::Guesses guesses_of(const unpack::Child& object) {
  const formats::Guesses seen = formats::identify_all(object.bytes);
  if (object.format == Format::unknown) return seen;
  formats::Guesses out;
  out.add(object.format, formats::Confidence::strong);
  for (const formats::Guess& guess : seen) out.add(guess.format, guess.confidence);
  return out;
}

/// A message whose attachments are being unpacked: what is found in them is gathered here.
struct Gathering {
  mail::Letter* letter;
  std::size_t depth;                   ///< Length of the message's own path.
  std::vector<std::string> passwords;  ///< That the message says.
};

}  // namespace

struct Scanner::Watch {
  const entries::Entry* entry;
  const entries::Variant* variant;
  const entries::Change* change;
  const Kind* kind;
};

class Scanner::Session {
 public:
  Session(const std::vector<Watch>& watches, const AllowList* allow, SignatureScan& signatures,
          const Search& search, Share share, Budget& budget,
          const std::function<void()>& before_risk, Report& report)
      : watches_(watches),
        allow_(allow),
        signatures_(signatures),
        search_(search),
        share_(share),
        budget_(budget),
        before_risk_(before_risk),
        report_(report),
        leaves_(search.leaves) {}

  /// Looks at one object and all that is in it.
  void look_at(const unpack::Child& object) {
    if (stopped_ || signatures_.satisfied(report_)) return;
    // What many readings of one message have in common is looked at once.
    const bool reading = readings_ > 0 || object.reading;
    if (reading && !in_readings_.insert(sha256_hex(object.bytes)).second) return;
    if (!looked_at_.enter(object.bytes)) return;
    readings_ += object.reading;
    texts_ += object.shown_as_text;
    const Bytes bytes = object.bytes;
    const std::string& name = object.name;
    path_.push_back(name);
    const formats::Guesses guesses = guesses_of(object);
    leaves_.enter(object, layers_.empty() ? Format::unknown : layers_.back().format);
    layers_.push_back({bytes, guesses[0].format, {}, {}, {}, {}});
    unpacked_.push_back(object.unpacked);
    ++report_.objects;
    report_.bytes += bytes.size();
    if (const auto status = budget_.step(bytes.size() / 1024 + 1); !status) {
      stopped_ = true;
      unread(status.error(), "");
    } else {
      open(object, guesses);
    }
    leaves_.leave(object, layers_.back().format, budget_);
    unpacked_.pop_back();
    layers_.pop_back();
    path_.pop_back();
    readings_ -= object.reading;
    texts_ -= object.shown_as_text;
    looked_at_.leave();
  }

  /// Says at the end that the report could not hold everything.
  void finish(const std::string& name, std::uint64_t size) {
    path_.assign(1, name);
    // The outermost object is read whatever its size; that a limit is smaller is told if asked.
    if (size > budget_.limits().object_bytes_max) tell(limit_alert(Limit::object_bytes, search_));
    if (size > budget_.limits().bytes_max) tell(limit_alert(Limit::bytes, search_));
    if (const auto spent = budget_.spent()) tell(limit_alert(*spent, search_));
    signatures_.finish(report_);
    if (overflow_) report_.unread.push_back({Gap::limited, {name}, "the report is full"});
    leaves_.finish(report_);
  }

 private:
  void open(const unpack::Child& child, formats::Guesses guesses) {
    const Bytes bytes = child.bytes;
    tell_type(guesses);
    const Format format = layers_.back().format;
    if (path_.size() == 1) {
      report_.format = formats::name_of(format);
      report_.holds_several = formats::is_archive(format) && format != Format::message;
    }
    tell_risk(guesses);
    Object object(bytes, child.name, budget_);
    if (format == Format::message) return open_message(bytes, object);
    gather_html(format, bytes);
    // The object itself first: where one finding is enough, nothing needs to be unpacked.
    match_signatures();
    // What fits two formats is opened as each.
    Stretches handed_out;
    for (formats::Guess guess : guesses) {
      // Opening tells whether a mark was meant; what cannot be opened is believed by its mark.
      if (child.embedded && unpack::opens(guess.format)) {
        guess.confidence = formats::Confidence::weak;
      }
      if (unpack::is_container(guess.format)) open_container(guess, bytes, &handed_out);
    }
    if (unpack::may_embed(format)) open_embedded(bytes, handed_out);
    if (!others_share()) match(object);
  }

  // What a database's definitions make of an object is tried beside what it looks like.
  void tell_type(formats::Guesses& guesses) {
    if (!signatures_.active()) return;
    const auto told = signatures_.tell_type(layers_.back(), budget_);
    if (!told) return unread(told.error(), "");
    if (*told == Format::message) layers_.back().format = Format::message;
    if (*told != Format::unknown) guesses.add(*told, formats::Confidence::weak);
  }

  void tell_risk(const formats::Guesses& guesses) const {
    if (!before_risk_) return;
    for (const formats::Guess& guess : guesses) {
      if (!unpack::by_own_code_alone(guess.format)) return before_risk_();
    }
  }

  /// The outermost object itself is looked at by one share alone.
  bool others_share() const { return path_.size() == 1 && share_.index != 0; }

  void match_signatures() {
    if (!signatures_.active() || others_share()) return;
    const Status matched = signatures_.look_at(layers_, path_, budget_, report_);
    if (!matched) unread(matched.error(), "");
    tell(shape_alert(layers_.back().format, layers_.back().bytes, budget_, search_));
  }

  void tell(std::string_view alert) { signatures_.alert(layers_, path_, alert, report_); }

  // The letter waits for its attachments' members before it is matched.
  void open_message(Bytes bytes, Object& object) {
    match_signatures();
    auto letter = mail::read_letter(bytes, budget_);
    // Without a single field it is a message to some readers all the same; unpack/ sees to that.
    if (!letter && letter.error().kind != ErrorKind::not_this_format) unread(letter.error(), "");
    if (letter && signatures_.active() && !others_share()) {
      signatures_.links(layers_, path_, letter->html, budget_, report_);
    }
    Gathering gathering{letter ? &*letter : nullptr, path_.size(), {}};
    if (letter && !letter->attachments.empty()) gathering.passwords = mail::passwords_in(*letter);
    Gathering* const outer = std::exchange(gathering_, letter ? &gathering : nullptr);
    open_container({Format::message, formats::Confidence::strong}, bytes, nullptr);
    gathering_ = outer;
    if (letter) object.set_letter(&*letter);
    if (!others_share()) match(object);
  }

  using Stretches = std::vector<unpack::Stretch>;

  // Where in `whole` a child stands that is a view of it is noted in `handed_out`, unless null.
  void open_container(formats::Guess guess, Bytes bytes, Stretches* handed_out) {
    if (search_.closed.test(static_cast<std::size_t>(guess.format))) return;
    const bool weak = guess.confidence == formats::Confidence::weak;
    // A name that a short mark suggests is no promise: only what is opened can be missed.
    if (weak && !unpack::opens(guess.format)) return;
    const auto level = budget_.enter();
    if (!level) return unread(level.error(), "");
    visit_children(weak, bytes, handed_out, [&](unpack::Visitor& visitor) {
      unpack::unpack(guess.format, bytes, budget_, visitor);
    });
  }

  void open_embedded(Bytes bytes, const Stretches& handed_out) {
    if (stopped_ || signatures_.satisfied(report_) || others_share()) return;
    visit_children(false, bytes, nullptr, [&](unpack::Visitor& visitor) {
      // Most objects have nothing inside, however deep they lie: only what is found goes deeper.
      visitor.child = [this, &visitor, child = visitor.child](const unpack::Child& found) {
        const auto level = budget_.enter();
        if (level) return child(found);
        visitor.missed({found.name, level.error()});
      };
      unpack::open_embedded(bytes, handed_out, budget_, visitor);
    });
  }

  void visit_children(bool weak, Bytes bytes, Stretches* handed_out,
                      const std::function<void(unpack::Visitor&)>& unpack) {
    // One line a gap and container: an encrypted archive of a thousand members says so once.
    std::array<std::size_t, 3> alike{};
    std::array<std::size_t, 3> first{};
    bool any = false;
    unpack::Visitor visitor;
    visitor.may_run = may_run();
    visitor.may_read_all_ways = readings_ == 0 && texts_ == 0;
    const std::vector<std::string> passwords = passwords_to_try();
    visitor.passwords = passwords;
    if (signatures_.active()) {
      visitor.member = [this](const unpack::Member& member) {
        signatures_.member(layers_, path_, member, budget_, report_);
      };
    }
    if (path_.size() == 1 && share_.of > 1) {
      visitor.wanted = [this](std::size_t number) { return number % share_.of == share_.index; };
    }
    visitor.odd = [this](const unpack::Oddity& odd) { tell(odd_alert(odd.name, search_)); };
    visitor.child = [&](const unpack::Child& child) {
      any = true;
      if (const auto where = place_in(bytes, child.bytes); where && handed_out != nullptr) {
        handed_out->push_back({*where, child.bytes.size()});
      }
      gather_part(child);
      gather_member(child.name);
      leaves_.saw_member(child.name);
      look_at(child);
    };
    visitor.missed = [&](const unpack::Missed& missed) {
      if (weak && !any && no_such_object(missed.error.kind)) return;
      if (!missed.name.empty()) {
        gather_member(missed.name);
        leaves_.saw_member(missed.name);
      }
      if (missed.error.kind == ErrorKind::encrypted) {
        gather_encrypted();
        leaves_.saw_encrypted();
        tell(encrypted_alert(layers_.back().format, search_));
      }
      if (stopped_) return;
      const auto gap = static_cast<std::size_t>(gap_of(missed.error.kind));
      if (alike[gap]++ > 0) return;
      first[gap] = report_.unread.size();
      unread(missed.error, missed.name);
    };
    unpack(visitor);
    for (std::size_t gap = 0; gap < alike.size(); ++gap) {
      if (alike[gap] < 2 || first[gap] >= report_.unread.size()) continue;
      report_.unread[first[gap]].reason +=
          fmt::format(", and {} more in the same container", alike[gap] - 1);
    }
  }

  /// The pack's, then what the message says that the object came with.
  std::vector<std::string> passwords_to_try() const {
    const auto known = signatures_.passwords(layers_.back().type);
    std::vector<std::string> out(known.begin(), known.end());
    if (gathering_ != nullptr) {
      out.insert(out.end(), gathering_->passwords.begin(), gathering_->passwords.end());
    }
    return out;
  }

  // What a program unpacks is run no further, and what is found in it only so often.
  bool may_run() const {
    const auto runs = std::count(unpacked_.begin(), unpacked_.end(), true);
    return !unpacked_.back() && runs < runs_max;
  }

  // The attachment of the message being unpacked that the current path leads through, or null.
  mail::Attachment* attachment() {
    if (gathering_ == nullptr || path_.size() <= gathering_->depth) return nullptr;
    for (mail::Attachment& one : gathering_->letter->attachments) {
      if (one.path.front() == path_[gathering_->depth]) return &one;
    }
    return nullptr;
  }

  // A part of the message itself: what else it may be called; and what the message's tree does not
  // show and some program does is an attachment too.
  void gather_part(const unpack::Child& child) {
    if (gathering_ == nullptr || path_.size() != gathering_->depth) return;
    std::vector<mail::Attachment>& all = gathering_->letter->attachments;
    const auto known = std::find_if(all.begin(), all.end(), [&](const mail::Attachment& one) {
      return one.path.front() == child.name;
    });
    if (known != all.end()) {
      known->names = child.names;
    } else if (!child.names.empty() && all.size() < members_max) {
      mail::Attachment one;
      one.name = child.names.front();
      one.names = child.names;
      one.size_bytes = child.bytes.size();
      one.path = {child.name};
      all.push_back(std::move(one));
    }
  }

  void gather_member(const std::string& name) {
    mail::Attachment* const one = attachment();
    if (one == nullptr || one->members.size() >= members_max) return;
    one->members.push_back(name);
    const auto below = path_.begin() + static_cast<std::ptrdiff_t>(gathering_->depth);
    one->member_paths.emplace_back(below, path_.end()).push_back(name);
  }

  void gather_encrypted() {
    if (mail::Attachment* const one = attachment()) one->encrypted = true;
  }

  // HTML inside an attached archive shows its markup as the message's own does.
  void gather_html(Format format, Bytes bytes) {
    if (gathering_ == nullptr || path_.size() < gathering_->depth + 2) return;
    std::vector<std::string>& html = gathering_->letter->html;
    const std::string name = ascii_lower(path_.back());
    const bool named = name.ends_with(".html") || name.ends_with(".htm");
    if ((format != Format::html && !named) || html.size() >= html_members_max) return;
    html.push_back(to_string(bytes.first(std::min(bytes.size(), mail::html_bytes_max))));
  }

  void match(const Object& object) {
    for (const Watch& watch : watches_) {
      auto found = watch.kind->detect(*watch.change, object);
      if (!found) continue;
      if (const std::string by = allowance(watch); !by.empty()) {
        if (found->convicts) add_silenced(report_.silenced, by);
        continue;
      }
      if (report_.detections.size() >= report_items_max) {
        overflow_ = true;
        return;
      }
      found->entry = watch.entry->id;
      found->variant = watch.variant->id;
      found->change = watch.change->id;
      found->kind = watch.kind->name;
      found->path.insert(found->path.begin(), path_.begin(), path_.end());
      report_.detections.push_back(std::move(*found));
    }
  }

  /// What silences the findings of `watch` in the current object, or empty.
  std::string allowance(const Watch& watch) {
    if (allow_ != nullptr && allow_->allows_entry(watch.entry->id)) {
      return "entry " + watch.entry->id;
    }
    return allowance_of(allow_, layers_);
  }

  void unread(const Error& error, const std::string& member) {
    if (report_.unread.size() >= report_items_max) {
      overflow_ = true;
      return;
    }
    Unread part{gap_of(error.kind), path_, error.what};
    if (!member.empty()) part.path.push_back(member);
    report_.unread.push_back(std::move(part));
  }

  const std::vector<Watch>& watches_;
  LookedAt looked_at_;
  const AllowList* allow_;  ///< Or null.
  SignatureScan& signatures_;
  const Search& search_;
  Share share_;
  Budget& budget_;
  const std::function<void()>& before_risk_;  ///< Or empty.
  Report& report_;
  Leaves leaves_;
  std::vector<std::string> path_;
  std::vector<Layer> layers_;          ///< As deep as path_.
  std::vector<bool> unpacked_;         ///< As deep as path_: what of it was run in emulation.
  std::size_t readings_ = 0;           ///< Readings of messages on the current path.
  std::size_t texts_ = 0;              ///< Parts that are shown as text on it.
  std::set<std::string> in_readings_;  ///< Digests of what was looked at in readings.
  Gathering* gathering_ = nullptr;
  bool stopped_ = false;
  bool overflow_ = false;
};

Scanner::Scanner(const entries::Encyclopedia& encyclopedia) : Scanner(Knowledge{&encyclopedia}) {}

Scanner::Scanner(const Knowledge& knowledge, Search search)
    : knowledge_(knowledge), search_(search), signatures_(knowledge, search) {
  for (const entries::Entry& entry : knowledge.encyclopedia->entries()) {
    for (const entries::Variant& variant : entry.variants) {
      for (const auto& change : variant.changes) {
        const Kind* kind = find_kind(change->kind());
        if (kind == nullptr || !kind->wants(*change)) continue;
        watches_.push_back({&entry, &variant, change.get(), kind});
      }
    }
  }
}

Scanner::~Scanner() = default;

Report Scanner::scan(Bytes bytes, const std::string& name, Budget& budget, Share share,
                     const std::function<void()>& before_risk) const {
  Report report;
  budget.set_source(bytes.size());
  if (before_risk && knowledge_.yara != nullptr) before_risk();
  signatures_.begin();
  Session session(watches_, knowledge_.allow, signatures_, search_, share, budget, before_risk,
                  report);
  session.look_at({name, bytes});
  session.finish(name, bytes.size());
  if (report.format == formats::name_of(Format::mbox)) place_messages(bytes, budget, report);
  if (search_.digest && report.sha256.empty()) {
    report.sha256 = hex_digest(DigestKind::sha256, bytes);
  }
  return report;
}

}  // namespace antidotary::scan
