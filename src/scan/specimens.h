// Specimens: inert messages, archives and a small encyclopedia, for the tests and fuzzers of this
// room. Not part of the library.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "entries/encyclopedia.h"
#include "formats/mime/base64.h"
#include "formats/zip/writer.h"

namespace antidotary::scan::specimens {

using Members = std::vector<std::pair<std::string, std::string>>;

/// The EICAR test file, in two halves so that no scanner takes this text for it.
inline std::string eicar() {
  return std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-") + "ANTIVIRUS-TEST-FILE!$H+H*";
}

inline std::string zip_of(const Members& members, bool encrypted = false) {
  zip::Writer writer;
  for (const auto& [name, data] : members) writer.add(name, as_bytes(data), encrypted);
  return to_string(writer.finish());
}
inline std::string encrypted_zip_of(const Members& members) { return zip_of(members, true); }

/// One member whose bytes `count` directory records claim.
inline std::string overlapping_zip(int count) {
  zip::Writer writer;
  const std::string data(1000, 'x');
  writer.add("first", as_bytes(data));
  for (int i = 1; i < count; ++i) writer.add_overlap("again " + std::to_string(i), 0);
  return to_string(writer.finish());
}

/// Builds a multipart message.
class Mail {
 public:
  Mail& from(std::string value) {
    from_ = std::move(value);
    return *this;
  }
  Mail& subject(std::string value) {
    subject_ = std::move(value);
    return *this;
  }
  Mail& field(const std::string& line) {
    fields_ += line + "\r\n";
    return *this;
  }
  Mail& text(const std::string& text) {
    return part("Content-Type: text/plain; charset=us-ascii\r\n\r\n" + text);
  }
  Mail& html(const std::string& text) { return part("Content-Type: text/html\r\n\r\n" + text); }
  Mail& attach(const std::string& name, const std::string& data) {
    return part(
        "Content-Type: application/octet-stream; name=\"" + name +
        "\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n" +
        mime::to_base64_lines(as_bytes(data)));
  }
  Mail& attach_message(const std::string& message) {
    return part("Content-Type: message/rfc822\r\n\r\n" + message);
  }
  std::string finish() const {
    return "From: " + from_ + "\r\nTo: you@example.org\r\nSubject: " + subject_ +
           "\r\nDate: Fri, 1 Aug 2003 12:00:00 +0000\r\nMIME-Version: 1.0\r\n" + fields_ +
           "Content-Type: multipart/mixed; boundary=\"" + boundary_ + "\"\r\n\r\n" + parts_ + "--" +
           boundary_ + "--\r\n";
  }

 private:
  Mail& part(const std::string& text) {
    // A boundary of the parts' length, so that a message inside a message has another.
    boundary_ = "b" + std::to_string(parts_.size() + text.size());
    texts_.push_back(text);
    parts_.clear();
    for (const std::string& one : texts_) parts_ += "--" + boundary_ + "\r\n" + one + "\r\n";
    return *this;
  }

  std::string from_ = "friend@example.org";
  std::string subject_ = "hello";
  std::string fields_;
  std::string boundary_ = "b";
  std::string parts_;
  std::vector<std::string> texts_;
};

/// The lure of the test worm: harmless bytes, the marks of the entry below.
inline Mail lure_without_attachment() {
  return Mail{}
      .from("admin@example.org")
      .subject("your account qwerty")
      .text(
          "Hello there,\r\nI would like to inform you about important information regarding "
          "your\r\nemail address. This email address will be expiring.\r\nPlease read attachment "
          "for details.");
}
inline std::string lure() {
  return lure_without_attachment()
      .attach("message.zip", zip_of({{"message.html", "<html>harmless</html>"}}))
      .finish();
}

inline std::string entry_text(const std::string& id, const std::string& title) {
  return "+++\nschema = 1\nid = \"" + id + "\"\ntitle = \"" + title + R"("
status = "draft"
summary = "For tests."
class = ["worm/test"]
discovered = { date = "2003-08-01", source = ["S"] }
circulating = "no"
[affected]
systems = ["Windows XP"]
software = []
not_affected = []
source = ["S"]
[rating]
prevalence = { value = 1, why = "w", source = ["S"] }
damage = { value = 1, why = "w", source = ["S"] }
spread = { value = 1, why = "w", source = ["S"] }
recovery = { value = 1, why = "w", source = ["S"] }
[sources.S]
url = "https://example.org/"
publisher = "p"
kind = "k"
+++
## Overview
Text.
)";
}

inline std::string variant_head(const std::string& id, const std::string& title) {
  return "schema = 1\nid = \"" + id + "\"\ntitle = \"" + title +
         "\"\ndiscovered = { date = \"2003-08-01\", source = [\"S\"] }\n";
}

/// win32/testworm with variant a (a lure as Mimail.A's) and test/eicar.
inline const entries::Encyclopedia& encyclopedia() {
  static const entries::Encyclopedia all = [] {
    const std::string lure_change = R"(
[[message]]
id = "lure"
evidence = "strong"
from = ["admin@*"]
subject = ["your account *"]
body = ["This email address will be expiring", "Please read attachment for details"]
attachment = ["message.zip"]
member = ["message.html"]
structure = ["importance-high"]
source = ["S"]
)";
    const std::string eicar_change = R"(
[[file]]
id = "test-file"
evidence = "conclusive"
directory = 'c:\'
name = "eicar.com"
sizes = [68]
md5 = ["44d88612fea8a8f36de82e1278abb02f"]
source = ["S"]
)";
    std::vector<entries::Problem> problems;
    return entries::Encyclopedia::read(
        {{"win32/testworm/entry.md", entry_text("win32/testworm", "Win32/Testworm")},
         {"win32/testworm/variants/a.toml", variant_head("a", "Win32/Testworm.A") + lure_change},
         {"test/eicar/entry.md", entry_text("test/eicar", "Test/Eicar")},
         {"test/eicar/variants/standard.toml",
          variant_head("standard", "Test/Eicar.Standard") + eicar_change}},
        problems);
  }();
  return all;
}

}  // namespace antidotary::scan::specimens
