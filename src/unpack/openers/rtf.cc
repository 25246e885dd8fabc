// RTF: the bytes that a document keeps as hexadecimal digits: objects, pictures, stored data.
//
// Readers take the digits wherever they stand: among white space, behind control words, in groups
// inside the group. So does this. The structure of the rest is not believed: each destination is
// looked for by its control word, so that no false brace hides one.
//
// Spec: Rich Text Format 1.9.1, "Objects", "Pictures", "Group"; [MS-OLEDS] for what objects are.
#include <fmt/core.h>

#include <array>

#include "core/reader.h"
#include "unpack/documents/derived.h"
#include "unpack/documents/package.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

struct Destination {
  std::string_view word;
  std::string_view shown;
};
constexpr std::array destinations = {
    Destination{"objdata", "object"},
    Destination{"pict", "picture"},
    Destination{"datastore", "datastore"},
    Destination{"themedata", "themedata"},
    Destination{"colorschememapping", "colorschememapping"},
    Destination{"datafield", "datafield"},
};

constexpr Destination unnamed = {"", "digits"};

const Destination* destination_of(std::string_view word) {
  for (const Destination& one : destinations) {
    if (one.word == word) return &one;
  }
  return nullptr;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
// Where digits begin that no text has by chance; npos without.
std::size_t run_of_digits(std::string_view text) {
  constexpr std::size_t run_min = 128;
  if (text.size() < run_min) return std::string_view::npos;
  std::size_t begin = 0;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (digit_of(text[i]) >= 0) {
      if (digits++ == 0) begin = i;
      if (digits == run_min) return begin;
    } else if (text[i] != '\r' && text[i] != '\n') {
      digits = 0;
    }
  }
  return std::string_view::npos;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct ControlWord {
  std::string_view word;  ///< Empty for a control symbol.
  std::optional<std::uint64_t> number;
};

class Rtf {
 public:
  Rtf(Bytes bytes, Budget& budget, const Visitor& visitor)
      : bytes_(bytes), text_(as_text(bytes)), budget_(budget), visitor_(visitor) {}

  Status run() {
    std::size_t paid = 0;
    while (at_ < text_.size()) {
      if (at_ - paid >= 4096) {
        ANTIDOTARY_CHECK(budget_.step(at_ - paid));
        paid = at_;
      }
      ANTIDOTARY_CHECK(step());
    }
    return finish();
  }

 private:
  // One character, control word or brace.
  Status step() {
    const char c = text_[at_];
    if (c == '\\') return control();
    ++at_;
    if (now_ == nullptr) {
      // Only a control word can begin anything.
      const std::size_t next = std::min(text_.find('\\', at_), text_.size());
      const std::size_t begin = at_ - 1;
      const std::size_t run = run_of_digits(text_.substr(begin, next - begin));
      if (run == std::string_view::npos) {
        at_ = next;
        return {};
      }
      // No word that is known stands before so many digits: it may be damaged.
      now_ = &unnamed;
      at_ = begin + run;
      return {};
    }
    if (c == '{') {
      ++depth_;
      if (skipped_from_ == 0 && text_.substr(at_, 2) == "\\*") skipped_from_ = depth_;
    } else if (c == '}') {
      if (depth_ == skipped_from_) skipped_from_ = 0;
      if (depth_ == 0) return finish();
      --depth_;
    } else if (skipped_from_ == 0) {
      if (const int digit = digit_of(c); digit >= 0) return put_digit(digit);
    }
    return {};
  }

  ControlWord read_control() {
    ControlWord out;
    ++at_;
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    out.word = text_.substr(begin, at_ - begin);
    if (out.word.empty()) {
      if (at_ < text_.size()) ++at_;
      return out;
    }
    const bool negative = at_ < text_.size() && text_[at_] == '-';
    std::size_t end = at_ + (negative ? 1 : 0);
    std::uint64_t number = 0;
    const std::size_t digits = end;
    while (end < text_.size() && is_digit(text_[end])) {
      number =
          number > (1ull << 40) ? number : number * 10 + static_cast<unsigned>(text_[end] - '0');
      ++end;
    }
    if (end > digits) {
      at_ = end;
      out.number = negative ? 0 : number;
    }
    if (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return out;
  }

  Status control() {
    const std::size_t begin = at_;
    const ControlWord control = read_control();
    if (control.word.empty()) {
      // \'hh is a character and no data.
      if (text_.substr(begin, 2) == "\\'") at_ = std::min(text_.size(), at_ + 2);
      return {};
    }
    if (control.word == "bin") return binary(control.number.value_or(0));
    if (control.word == "objupdate") visitor_.tell_odd("object_updates_itself");
    if (control.word == "template") tell_template();
    const Destination* const found = destination_of(control.word);
    if (found == nullptr) return {};
    // Inside another one it takes its place.
    ANTIDOTARY_CHECK(finish());
    now_ = found;
    return {};
  }

  // \binN: N bytes as they are, whatever they look like.
  Status binary(std::uint64_t count) {
    if (count > text_.size() - at_) return {};
    const Bytes raw = bytes_.subspan(at_, static_cast<std::size_t>(count));
    at_ += static_cast<std::size_t>(count);
    if (now_ == nullptr || skipped_from_ != 0) return {};
    ANTIDOTARY_CHECK(flush());
    if (!bring(data_, raw, budget_)) return stop();
    return {};
  }

  void tell_template() {
    const std::string_view rest = text_.substr(at_, 256);
    const std::string_view place = rest.substr(0, rest.find_first_of("{}"));
    const bool remote = place.find("://") != std::string_view::npos || place.starts_with("\\\\");
    if (remote) visitor_.tell_odd("remote_template");
  }

  Status put_digit(int digit) {
    if (half_ < 0) {
      half_ = digit;
      return {};
    }
    piece_.push_back(static_cast<std::byte>(half_ << 4 | digit));
    half_ = -1;
    return piece_.size() < (64u << 10) ? Status{} : flush();
  }

  Status flush() {
    const bool brought = bring(data_, piece_, budget_);
    piece_.clear();
    return brought ? Status{} : stop();
  }

  // The purse, or what one object may be, is used up.
  Status stop() {
    const Error error = *data_.error;
    const bool empty = data_.purse_empty;
    ANTIDOTARY_CHECK(hand_out_now());
    reset();
    if (empty) return tl::unexpected(error);
    return {};
  }

  void reset() {
    now_ = nullptr;
    data_ = {};
    piece_.clear();
    half_ = -1;
    depth_ = skipped_from_ = 0;
  }

  Status finish() {
    if (now_ == nullptr) return {};
    ANTIDOTARY_CHECK(flush());
    if (now_ == nullptr) return {};
    const Status status = hand_out_now();
    reset();
    return status;
  }

  Status hand_out_now() {
    if (data_.bytes.empty() && !data_.error) return {};
    const std::string name = fmt::format("{} {}", now_->shown, ++count_);
    if (now_->word == "objdata") {
      if (const auto object = read_ole1(data_.bytes)) return hand_out_object(name, *object);
    }
    return hand_out_derived(name, data_, budget_, visitor_);
  }

  Status hand_out_object(const std::string& number, const EmbeddedObject& object) {
    const std::string name = fmt::format("{} ({})", number, object.class_name);
    if (object.linked) {
      visitor_.tell_odd("linked_object", object.link);
      return hand_out_derived(name, data_, budget_, visitor_);
    }
    ANTIDOTARY_CHECK(hand_out_view(name, object.data, budget_, visitor_));
    const auto package = read_package(object.data);
    if (package && !package->data.empty()) {
      const std::string file = package->name.empty() ? number + " content" : package->name;
      ANTIDOTARY_CHECK(hand_out_view(file, package->data, budget_, visitor_));
    }
    if (object.cut || (package && package->cut) || data_.error) {
      visitor_.missed({name, data_.error.value_or(
                                 Error{ErrorKind::truncated, "the object is cut", std::nullopt})});
    }
    return {};
  }

  Bytes bytes_;
  std::string_view text_;
  Budget& budget_;
  const Visitor& visitor_;
  std::size_t at_ = 0;
  const Destination* now_ = nullptr;  ///< Whose digits are being gathered; or null.
  std::size_t depth_ = 0;             ///< Groups opened inside it.
  std::size_t skipped_from_ = 0;      ///< The depth of the group that readers ignore, or 0.
  int half_ = -1;
  Buffer piece_;
  Brought data_;
  unsigned count_ = 0;
};

void open_rtf(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = Rtf(bytes, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> rtf_openers() {
  static constexpr std::array rows = {Opener{Format::rtf, &open_rtf}};
  return rows;
}

}  // namespace antidotary::unpack
