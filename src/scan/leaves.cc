#include "scan/leaves.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "core/text.h"
#include "scan/page.h"

namespace antidotary::scan {
namespace {

using formats::Format;

constexpr std::size_t inside_max = 16;

bool lists_attachments(Format holder) {
  return holder == Format::unknown || formats::is_archive(holder);
}

std::vector<std::string> names_of(const unpack::Child& object) {
  std::vector<std::string> out;
  const auto add = [&out](const std::string& name) {
    std::string kept = name.substr(0, leaf_name_bytes_max);
    // The end of a long name tells what is run, and is what is hidden from people.
    if (name.size() > leaf_name_bytes_max) kept = name.substr(name.size() - leaf_name_bytes_max);
    if (out.size() < leaf_names_max && std::find(out.begin(), out.end(), kept) == out.end()) {
      out.push_back(std::move(kept));
    }
  };
  add(object.name);
  for (const std::string& name : object.names) add(name);
  return out;
}

std::string words_of(const std::set<std::string>& extensions) {
  std::string out;
  for (const std::string& one : extensions) {
    if (out.size() + 1 + one.size() > leaf_inside_bytes_max) break;
    out += (out.empty() ? "" : ",") + one;
  }
  return out;
}

std::vector<std::string> all_names(const unpack::Child& object) {
  std::vector<std::string> out = object.names;
  out.push_back(object.name);
  return out;
}

}  // namespace

void Leaves::enter(const unpack::Child& object, Format holder) {
  if (!wanted_) return;
  Frame frame;
  frame.in_text = object.shown_as_text;
  frame.reading = object.reading;
  if (!frames_.empty()) {
    const Frame& above = frames_.back();
    frame.listed = above.listed && lists_attachments(holder);
    frame.in_text = frame.in_text || above.in_text;
    frame.reading = frame.reading || above.reading;
  }
  frame.plain_before = plain_.size();
  frames_.push_back(std::move(frame));
}

void Leaves::saw_member(const std::string& name) {
  if (!wanted_ || frames_.empty()) return;
  Frame& frame = frames_.back();
  frame.package = frame.package || marks_a_package(name);
  std::string extension = extension_of(name);
  frame.below.macros = frame.below.macros || extension == "vba";
  if (!extension.empty() && frame.inside.size() < inside_max) {
    frame.inside.insert(std::move(extension));
  }
}

void Leaves::saw_encrypted() {
  if (wanted_ && !frames_.empty()) frames_.back().below.sealed = true;
}

bool Leaves::is_leaf(const Frame& frame, Format format, Risk risk) const {
  if (!frame.listed || format == Format::message || format == Format::empty) return false;
  // What is shown as a text runs nothing; a program that is written into one as uuencode may.
  if (frame.in_text) return risk != Risk::none && risk != Risk::page && risk != Risk::script;
  if (risk != Risk::none) return true;
  const bool in_package = frames_.size() > 0 && frames_.back().package;
  return !frame.reading && !in_package;
}

void Leaves::leave(const unpack::Child& object, Format format, Budget& budget) {
  if (!wanted_) return;
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.package) plain_.resize(std::min(plain_.size(), frame.plain_before));
  const std::vector<std::string> names = all_names(object);
  const bool page = is_page(format, names);
  if (page) static_cast<void>(budget.step(object.bytes.size() / 64 + 1));
  const bool acting = page && acts(object.bytes);
  const Risk risk = risk_of(format, names, frame.below, acting);
  const bool leaf = is_leaf(frame, format, risk);
  if (leaf) add(object, frame, format, risk, budget);
  if (frames_.empty()) return;
  Below& above = frames_.back().below;
  const bool counts = leaf || !frame.in_text;
  above.risky = above.risky || (counts && risk != Risk::none);
  above.macros = above.macros || frame.below.macros;
  above.sealed = above.sealed || frame.below.sealed;
  above.archived_classes = above.archived_classes || format == Format::java_class;
}

void Leaves::add(const unpack::Child& object, const Frame& frame, Format format, Risk risk,
                 Budget& budget) {
  std::vector<Leaf>& list = risk == Risk::none ? plain_ : risky_;
  if (list.size() >= leaves_max) {
    ++left_out_;
    return;
  }
  // A purse that is empty shows at the next object; the digests are still true.
  static_cast<void>(budget.step(object.bytes.size() / 16 + 1));
  Leaf out;
  out.sha256 = sha256_hex(object.bytes);
  if (!seen_.insert(out.sha256).second) return;
  out.sha1 = hex_digest(DigestKind::sha1, object.bytes);
  out.md5 = hex_digest(DigestKind::md5, object.bytes);
  out.size_bytes = object.bytes.size();
  out.format = formats::name_of(format);
  out.risk = risk;
  out.names = names_of(object);
  if (formats::is_archive(format)) out.inside = words_of(frame.inside);
  out.depth = frames_.size();
  list.push_back(std::move(out));
}

void Leaves::finish(Report& report) {
  if (!wanted_) return;
  const std::size_t room = leaves_max - risky_.size();
  if (plain_.size() > room) {
    left_out_ += plain_.size() - room;
    plain_.resize(room);
  }
  report.leaves = std::move(risky_);
  std::move(plain_.begin(), plain_.end(), std::back_inserter(report.leaves));
  report.leaves_left_out = left_out_;
}

}  // namespace antidotary::scan
