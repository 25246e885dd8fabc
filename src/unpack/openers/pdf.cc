// PDF: each stream, unpacked, is a child, under an embedded file's own name where it has one;
// scripts that stand in strings and the addresses that a document leads to are children as well.
//
// Objects are found by formats/pdf; what only a cross reference would tell is not asked for.
//
// Spec: ISO 32000-1:2008, 7.5.7 (object streams), 7.11.4 (embedded files), 12.6.4 (actions).
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>

#include "formats/pdf/objects.h"
#include "formats/pdf/security.h"
#include "unpack/codecs/inflate.h"
#include "unpack/codecs/pdf_filters.h"
#include "unpack/documents/derived.h"
#include "unpack/documents/package.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using pdf::Object;
using pdf::Pair;

constexpr std::size_t uris_bytes_max = 4u << 20;

// What a stream of no stated filter must not name.
constexpr std::array filter_words = {"FlateDecode", "LZWDecode", "85Decode", "HexDecode",
                                     "LengthDecode"};

class Document {
 public:
  Document(pdf::Objects objects, Budget& budget, const Visitor& visitor)
      : objects_(std::move(objects)), budget_(budget), visitor_(visitor) {}

  Status run() {
    index();
    if (!open_security()) return {};
    ANTIDOTARY_CHECK(read_object_streams());
    for (const Object& object : objects_.all) ANTIDOTARY_CHECK(look_for_actions(object));
    for (const Object& object : inner_) ANTIDOTARY_CHECK(look_for_actions(object));
    ANTIDOTARY_CHECK(hand_out_streams());
    ANTIDOTARY_CHECK(hand_out_scripts());
    return hand_out_uris();
  }

 private:
  struct Script {
    std::string name;
    std::string text;
  };

  // The last object of a number is the one that readers take.
  void index() {
    for (const Object& object : objects_.all) {
      if (!object.stray) by_number_[object.number] = object.value;
    }
  }

  std::string_view resolve(std::string_view value) const {
    for (int hops = 0; hops < 8; ++hops) {
      const auto reference = pdf::reference_of(value);
      if (!reference) break;
      const auto found = by_number_.find(reference->number);
      if (found == by_number_.end()) return {};
      value = found->second;
    }
    return value;
  }

  std::optional<std::string_view> entry(const std::vector<Pair>& pairs,
                                        std::string_view name) const {
    const auto value = pdf::value_in(pairs, name);
    if (!value) return std::nullopt;
    return resolve(*value);
  }

  static bool is_type(const std::vector<Pair>& pairs, std::string_view type) {
    const auto value = pdf::value_in(pairs, "Type");
    return value && pdf::name_of(*value) == type;
  }

  // False where the document stays shut; that has been told.
  bool open_security() {
    std::vector<std::string_view> trailers = objects_.trailers;
    for (const Object& object : objects_.all) {
      if (object.has_stream && object.value.find("/XRef") != object.value.npos) {
        trailers.push_back(object.value);
      }
    }
    for (const std::string_view trailer : trailers) {
      const std::vector<Pair> pairs = pdf::pairs_of(trailer);
      const auto encrypt = pdf::value_in(pairs, "Encrypt");
      if (!encrypt) continue;
      std::vector<Pair> values = pdf::pairs_of(resolve(*encrypt));
      if (values.empty()) continue;
      for (Pair& pair : values) pair.value = resolve(pair.value);
      std::string file_id;
      if (const auto id = entry(pairs, "ID")) {
        const auto parts = pdf::items_of(*id);
        if (!parts.empty()) file_id = pdf::string_of(parts[0]).value_or("");
      }
      auto security = pdf::Security::open(values, file_id);
      if (!security) {
        visitor_.missed({"", security.error()});
        return false;
      }
      security_ = std::move(*security);
      encrypt_ = resolve(*encrypt);
      return true;
    }
    return true;
  }

  std::vector<PdfFilter> filters_of(const std::vector<Pair>& pairs) const {
    std::vector<PdfFilter> out;
    const auto names = entry(pairs, "Filter");
    if (!names) return out;
    auto parameters = entry(pairs, "DecodeParms");
    if (!parameters) parameters = entry(pairs, "DP");
    const auto all = parameters ? pdf::items_of(*parameters) : std::vector<std::string_view>();
    for (const std::string_view item : pdf::items_of(*names)) {
      PdfFilter filter;
      filter.name = pdf::name_of(resolve(item)).value_or("");
      if (out.size() < all.size()) read_parameters(resolve(all[out.size()]), filter);
      out.push_back(std::move(filter));
      if (out.size() > pdf_filters_max) break;
    }
    return out;
  }

  void read_parameters(std::string_view value, PdfFilter& filter) const {
    const std::vector<Pair> pairs = pdf::pairs_of(value);
    const auto number = [&](std::string_view name, int otherwise) {
      const auto found = entry(pairs, name);
      const auto stated = found ? pdf::integer_of(*found) : std::nullopt;
      return stated && *stated >= 0 && *stated < (1 << 28) ? static_cast<int>(*stated) : otherwise;
    };
    filter.predictor = number("Predictor", 1);
    filter.colors = number("Colors", 1);
    filter.bits = number("BitsPerComponent", 8);
    filter.columns = number("Columns", 1);
    filter.early_change = number("EarlyChange", 1) != 0;
  }

  Brought read(const Object& object, const std::vector<Pair>& pairs) {
    const std::vector<PdfFilter> filters = filters_of(pairs);
    const bool own_crypt = !filters.empty() && filters[0].name == "Crypt";
    const bool open_metadata =
        security_ && !security_->encrypts_metadata() && is_type(pairs, "Metadata");
    if (!security_ || own_crypt || open_metadata || is_type(pairs, "XRef")) {
      return unpack_pdf_stream(object.stream, filters, budget_);
    }
    Brought out;
    if (const auto paid = budget_.step(object.stream.size() + 1); !paid) {
      out.error = paid.error();
      out.purse_empty = true;
      return out;
    }
    const Buffer clear =
        security_->decrypt_stream({object.number, object.generation}, object.stream);
    return unpack_pdf_stream(clear, filters, budget_);
  }

  // 7.5.7: pairs of number and offset, then the objects themselves.
  Status read_object_streams() {
    for (const Object& object : objects_.all) {
      if (!object.has_stream || object.value.find("ObjStm") == object.value.npos) continue;
      const std::vector<Pair> pairs = pdf::pairs_of(object.value);
      if (!is_type(pairs, "ObjStm")) continue;
      Brought brought = read(object, pairs);
      if (brought.purse_empty) return tl::unexpected(*brought.error);
      kept_.push_back(std::move(brought.bytes));
      ANTIDOTARY_CHECK(split_object_stream(object, pairs, as_text(kept_.back())));
    }
    return {};
  }

  Status split_object_stream(const Object& object, const std::vector<Pair>& pairs,
                             std::string_view text) {
    const auto first_value = entry(pairs, "First");
    const auto first = first_value ? pdf::integer_of(*first_value) : std::nullopt;
    if (!first || *first < 0 || static_cast<std::uint64_t>(*first) > text.size()) return {};
    const std::string_view head = text.substr(0, static_cast<std::size_t>(*first));
    const std::string_view body = text.substr(head.size());
    std::size_t at = pdf::skip_white(head, 0);
    while (at < head.size()) {
      const std::size_t number_end = std::max(at + 1, head.find_first_of(" \r\n\t", at));
      const auto number = pdf::integer_of(head.substr(at, number_end - at));
      at = pdf::skip_white(head, std::min(number_end, head.size()));
      const std::size_t offset_end = std::min(head.size(), head.find_first_of(" \r\n\t", at));
      const auto offset = pdf::integer_of(head.substr(at, offset_end - at));
      at = pdf::skip_white(head, offset_end);
      if (!number || !offset || *number < 0 || *number > 0xffffffff || *offset < 0) break;
      if (static_cast<std::uint64_t>(*offset) >= body.size()) continue;
      const std::string_view rest = body.substr(static_cast<std::size_t>(*offset));
      Object inner;
      inner.number = static_cast<std::uint32_t>(*number);
      inner.value = rest.substr(0, pdf::end_of_value(rest, 0));
      inner.offset = object.offset;
      ANTIDOTARY_CHECK(budget_.step(inner.value.size() + 8));
      by_number_.try_emplace(inner.number, inner.value);
      inner_.push_back(inner);
    }
    return {};
  }

  // Strings inside object streams are enciphered with the stream alone.
  std::string string_in(const Object& object, std::string_view value, bool inner) const {
    std::string out = pdf::string_of(value).value_or("");
    if (!security_ || inner || object.value == encrypt_) return out;
    return to_string(security_->decrypt_string({object.number, object.generation}, as_bytes(out)));
  }

  // Every name in an object with the value behind it, at any depth.
  Status look_for_actions(const Object& object) {
    const std::string_view text = object.value;
    const bool inner =
        &object < objects_.all.data() || &object >= objects_.all.data() + objects_.all.size();
    ANTIDOTARY_CHECK(budget_.step(text.size() / 4 + 1));
    std::vector<std::uint32_t> files;
    std::string file_name;
    std::size_t at = pdf::skip_white(text, 0);
    while (at < text.size()) {
      const bool bracket = text.substr(at, 2) == "<<" || text.substr(at, 2) == ">>";
      if (bracket || text[at] == '[' || text[at] == ']') {
        at = pdf::skip_white(text, at + (bracket ? 2 : 1));
        continue;
      }
      const std::size_t end = std::max(at + 1, pdf::end_of_value(text, at));
      const std::string_view raw = text.substr(at, end - at);
      at = pdf::skip_white(text, end);
      const auto name = pdf::name_of(raw);
      if (!name) continue;
      if (raw.find('#') != raw.npos && is_of_interest(*name)) visitor_.tell_odd("hidden_name");
      if (*name == "Launch") visitor_.tell_odd("launches_program");
      if (!is_of_interest(*name) || at >= text.size()) continue;
      // "/S /JavaScript": the value decides whether the name was a key.
      const std::string_view rest = text.substr(at, pdf::end_of_value(text, at) - at);
      take(object, inner, *name, rest, files, file_name);
    }
    for (const std::uint32_t file : files) {
      if (!file_name.empty()) file_names_[file] = file_name;
    }
    return {};
  }

  static bool is_of_interest(std::string_view name) {
    return name == "JS" || name == "URI" || name == "EF" || name == "F" || name == "UF" ||
           name == "JavaScript" || name == "Launch";
  }

  void take(const Object& object, bool inner, std::string_view name, std::string_view value,
            std::vector<std::uint32_t>& files, std::string& file_name) {
    const auto reference = pdf::reference_of(value);
    if (name == "EF") {
      for (const Pair& pair : pdf::pairs_of(value)) {
        if (const auto file = pdf::reference_of(pair.value)) files.push_back(file->number);
      }
      return;
    }
    if (name == "JS" && reference) {
      scripts_.insert(reference->number);
      value = resolve(value);
    }
    if (!value.starts_with('(') && (!value.starts_with('<') || value.starts_with("<<"))) return;
    const std::string text = pdf::text_of(string_in(object, value, inner));
    if (name == "JS") strings_.push_back({fmt::format("object {}.js", object.number), text});
    if (name == "URI" && uris_.size() + text.size() < uris_bytes_max) uris_ += text + "\n";
    if (name == "UF" || (name == "F" && file_name.empty())) file_name = file_name_of(text);
  }

  std::string name_of(const Object& object) const {
    if (object.stray) return fmt::format("stream at {:#x}", object.offset);
    const auto file = file_names_.find(object.number);
    if (file != file_names_.end()) return file->second;
    return fmt::format("object {}{}", object.number, scripts_.contains(object.number) ? ".js" : "");
  }

  Status hand_out_streams() {
    std::size_t number = 0;
    for (const Object& object : objects_.all) {
      if (!object.has_stream) continue;
      if (visitor_.wanted && !visitor_.wanted(number++)) continue;
      const std::vector<Pair> pairs = pdf::pairs_of(object.value);
      if (is_type(pairs, "XRef")) continue;
      Brought brought = read(object, pairs);
      const bool broken = object.stray || object.open_ended;
      if (broken && !brought.error) {
        brought.error =
            Error{object.stray ? ErrorKind::malformed : ErrorKind::truncated,
                  object.stray ? "the stream belongs to no object" : "the stream has no end",
                  object.offset};
      }
      const std::string name = name_of(object);
      ANTIDOTARY_CHECK(hand_out_derived(name, brought, budget_, visitor_));
      if (!pdf::value_in(pairs, "Filter")) ANTIDOTARY_CHECK(try_filters(object, name));
    }
    return {};
  }

  // A dictionary that lost the name of its filter must not hide what is packed.
  Status try_filters(const Object& object, const std::string& name) {
    for (const char* const word : filter_words) {
      if (object.value.find(word) == object.value.npos) continue;
      visitor_.missed(
          {name, Error{ErrorKind::malformed, "the stream's filter is damaged", object.offset}});
      break;
    }
    const Bytes bytes = object.stream;
    if (bytes.size() < 6 || (std::to_integer<unsigned>(bytes[0]) & 0x8fu) != 8) return {};
    const unsigned head =
        std::to_integer<unsigned>(bytes[0]) << 8 | std::to_integer<unsigned>(bytes[1]);
    if (head % 31 != 0) return {};
    const Brought inflated = inflate(bytes, Wrapping::zlib, budget_).brought;
    if (inflated.bytes.empty()) return {};
    return hand_out_derived(name + ".inflated", inflated, budget_, visitor_);
  }

  Status hand_out_scripts() {
    if (!scripts_.empty() || !strings_.empty()) visitor_.tell_odd("javascript");
    for (const Script& script : strings_) {
      ANTIDOTARY_CHECK(hand_out_text(script.name, script.text));
    }
    return {};
  }

  Status hand_out_uris() { return uris_.empty() ? Status{} : hand_out_text("uris.txt", uris_); }

  Status hand_out_text(const std::string& name, const std::string& text) {
    Brought brought;
    bring(brought, as_bytes(text), budget_);
    return hand_out_derived(name, brought, budget_, visitor_);
  }

  pdf::Objects objects_;
  Budget& budget_;
  const Visitor& visitor_;
  std::optional<pdf::Security> security_;
  std::string_view encrypt_;
  std::deque<Buffer> kept_;    ///< Unpacked object streams, which inner_ views.
  std::vector<Object> inner_;  ///< Objects inside object streams.
  std::unordered_map<std::uint32_t, std::string_view> by_number_;
  std::map<std::uint32_t, std::string> file_names_;
  std::set<std::uint32_t> scripts_;  ///< Streams that hold scripts.
  std::vector<Script> strings_;      ///< Scripts that stand in strings.
  std::string uris_;
};

void open_pdf(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  auto objects = pdf::find_objects(bytes, budget);
  if (!objects) {
    visitor.missed({"", objects.error()});
    return;
  }
  const bool nothing = objects->all.empty();
  const Status status = Document(std::move(*objects), budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
  if (nothing || as_text(bytes).rfind("%%EOF") == std::string_view::npos) {
    visitor.missed({"", Error{ErrorKind::truncated, "the document is cut", std::nullopt}});
  }
}

}  // namespace

std::span<const Opener> pdf_openers() {
  static constexpr std::array rows = {Opener{Format::pdf, &open_pdf}};
  return rows;
}

}  // namespace antidotary::unpack
