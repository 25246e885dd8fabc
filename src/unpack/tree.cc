#include "unpack/tree.h"

#include <fmt/core.h>

#include <algorithm>

#include "unpack/embedded.h"
#include "unpack/unpack.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::ptrdiff_t runs_max = 3;

bool no_such_object(ErrorKind kind) {
  return kind == ErrorKind::not_this_format || kind == ErrorKind::malformed ||
         kind == ErrorKind::truncated;
}

class Lister {
 public:
  Lister(Budget& budget, const std::function<bool(std::uint32_t, Bytes)>& sink)
      : budget_(budget), sink_(sink) {}

  void add(const Child& child, std::uint64_t packed_size) {
    if (stopped_ || out_.nodes.size() >= tree_nodes_max) {
      out_.cut = true;
      stopped_ = true;
      return;
    }
    const auto number = static_cast<std::uint32_t>(out_.nodes.size());
    formats::Guesses guesses;
    if (child.format != Format::unknown) guesses.add(child.format, formats::Confidence::strong);
    for (const formats::Guess& guess : formats::identify_all(child.bytes)) {
      if (guess.format != Format::unknown || guesses.empty()) {
        guesses.add(guess.format, guess.confidence);
      }
    }
    out_.nodes.push_back(node_of(child, guesses, packed_size));
    if (number > 0 && sink_ && !sink_(number, child.bytes)) stopped_ = true;
    if (stopped_) return;
    if (const auto paid = budget_.step(child.bytes.size() / 1024 + 1); !paid) {
      return note(number, paid.error());
    }
    path_.push_back(number);
    unpacked_.push_back(child.unpacked);
    one_view_ += child.reading || child.shown_as_text;
    open(child, guesses);
    one_view_ -= child.reading || child.shown_as_text;
    unpacked_.pop_back();
    path_.pop_back();
  }

  Tree take() { return std::move(out_); }

 private:
  Node node_of(const Child& child, const formats::Guesses& guesses, std::uint64_t packed) const {
    Node node;
    node.name = child.name;
    node.names = child.names;
    node.parent = path_.empty() ? 0 : path_.back();
    node.depth = static_cast<std::uint32_t>(path_.size());
    node.format = formats::name_of(guesses[0].format);
    if (guesses.size() > 1) {
      for (const formats::Guess& guess : guesses) {
        node.formats.emplace_back(formats::name_of(guess.format));
      }
    }
    node.size = child.bytes.size();
    node.packed_size = packed;
    return node;
  }

  void open(const Child& child, const formats::Guesses& guesses) {
    std::vector<Stretch> handed_out;
    for (const formats::Guess& guess : guesses) {
      // Opening tells whether a mark was meant; what cannot be opened is believed by its mark.
      const bool opened = opens(guess.format);
      const bool weak = (child.embedded && opened) || guess.confidence == formats::Confidence::weak;
      if (!is_container(guess.format) || (weak && !opened)) continue;
      visit(weak, child.bytes, handed_out,
            [&](const Visitor& visitor) { unpack(guess.format, child.bytes, budget_, visitor); });
    }
    if (!may_embed(guesses[0].format)) return;
    visit(false, child.bytes, handed_out, [&](const Visitor& visitor) {
      open_embedded(child.bytes, std::vector<Stretch>(handed_out), budget_, visitor);
    });
  }

  void visit(bool weak, Bytes whole, std::vector<Stretch>& handed_out,
             const std::function<void(const Visitor&)>& open) {
    const std::uint32_t self = path_.back();
    std::uint64_t packed_size = 0;
    std::string packed_name;
    bool any = false;
    Visitor visitor;
    visitor.may_run =
        !unpacked_.back() && std::count(unpacked_.begin(), unpacked_.end(), true) < runs_max;
    visitor.may_read_all_ways = one_view_ == 0;
    visitor.wanted = [this](std::size_t) { return !stopped_; };
    visitor.member = [&](const Member& member) {
      packed_size = member.packed_size;
      packed_name = member.name;
    };
    visitor.child = [&](const Child& child) {
      any = true;
      const std::uintptr_t begin = address_of(whole), at = address_of(child.bytes);
      if (at >= begin && at - begin <= whole.size() &&
          child.bytes.size() <= whole.size() - (at - begin)) {
        handed_out.push_back({at - begin, child.bytes.size()});
      }
      const auto level = budget_.enter();
      if (!level) return note(self, level.error());
      add(child, child.name == packed_name ? packed_size : 0);
    };
    visitor.missed = [&](const Missed& missed) {
      if (weak && !any && no_such_object(missed.error.kind)) return;
      miss(self, missed);
    };
    visitor.odd = [&](const Oddity& odd) {
      std::vector<std::string>& oddities = out_.nodes[self].oddities;
      if (oddities.size() >= tree_notes_max) return;
      oddities.push_back(std::string(odd.name) + (odd.member.empty() ? "" : ": " + odd.member));
    };
    open(visitor);
  }

  /// A member of which a part came out is a node already; another one becomes one.
  void miss(std::uint32_t container, const Missed& missed) {
    if (missed.name.empty()) return note(container, missed.error);
    for (std::size_t i = out_.nodes.size(); i-- > container + 1u;) {
      const Node& node = out_.nodes[i];
      if (node.parent == container && node.name == missed.name) {
        return note(static_cast<std::uint32_t>(i), missed.error);
      }
    }
    if (out_.nodes.size() >= tree_nodes_max) {
      out_.cut = true;
      return;
    }
    Node node;
    node.name = missed.name;
    node.parent = container;
    node.depth = static_cast<std::uint32_t>(path_.size());
    node.here = false;
    out_.nodes.push_back(std::move(node));
    note(static_cast<std::uint32_t>(out_.nodes.size() - 1), missed.error);
  }

  void note(std::uint32_t number, const Error& error) {
    std::vector<std::string>& gaps = out_.nodes[number].gaps;
    if (gaps.size() < tree_notes_max) {
      gaps.push_back(fmt::format("{}: {}", name_of(error.kind), error.what));
    }
  }

  Budget& budget_;
  const std::function<bool(std::uint32_t, Bytes)>& sink_;
  Tree out_;
  std::vector<std::uint32_t> path_;
  std::size_t one_view_ = 0;    ///< On the way down: what holds no message read in all ways.
  std::vector<bool> unpacked_;  ///< As deep as path_.
  bool stopped_ = false;
};

}  // namespace

Tree tree_of(Bytes object, const std::string& name, Budget& budget,
             const std::function<bool(std::uint32_t, Bytes)>& sink) {
  budget.set_source(object.size());
  Lister lister(budget, sink);
  lister.add({name, object}, 0);
  return lister.take();
}

}  // namespace antidotary::unpack
