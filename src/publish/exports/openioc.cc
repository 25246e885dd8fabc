// OpenIOC 1.1: one document; a variant is an Indicator (AND of nothing, OR of its changes), a
// change an Indicator of kind AND, a property an item.
//
// Schema: ioc.xsd of OpenIOC 1.1. Terms: its list of iocterms (FileItem/FileName ...).
#include <fmt/core.h>

#include <array>

#include "publish/exports/export.h"
#include "publish/exports/terms.h"

namespace antidotary::publish {
namespace {

struct Word {
  std::string_view document;
  std::string_view search;
  std::string_view type;
};

// In the order of Property.
constexpr std::array<Word, 16> words = {{
    {"FileItem", "FileItem/FilePath", "string"},
    {"FileItem", "FileItem/FileName", "string"},
    {"FileItem", "FileItem/SizeInBytes", "int"},
    {"FileItem", "FileItem/Md5sum", "md5"},
    {"FileItem", "FileItem/Sha1sum", "sha1"},
    {"FileItem", "FileItem/Sha256sum", "sha256"},
    {"RegistryItem", "RegistryItem/KeyPath", "string"},
    {"RegistryItem", "RegistryItem/ValueName", "string"},
    {"RegistryItem", "RegistryItem/Value", "string"},
    {"Email", "Email/From", "string"},
    {"Email", "Email/Subject", "string"},
    {"Email", "Email/Body", "string"},
    {"Email", "Email/Attachment/Name", "string"},
    {"ProcessItem", "ProcessItem/HandleList/Handle/Name", "string"},
    {"Network", "Network/DNS", "string"},
    {"PortItem", "PortItem/remotePort", "int"},
}};

class Document {
 public:
  void open(std::string_view what) { line(fmt::format("<{}>", what), depth_++); }
  void close(std::string_view name) { line(fmt::format("</{}>", name), --depth_); }
  void element(std::string_view name, std::string_view text) {
    line(fmt::format("<{0}>{1}</{0}>", name, xml_escaped(text)), depth_);
  }
  void indicator(std::string_view logic, const std::string& name) {
    open(fmt::format("Indicator operator=\"{}\" id=\"{}\"", logic, uuid_of("openioc/" + name)));
  }
  void item(Property property, const std::string& value, const std::string& name) {
    const Word& word = words[static_cast<std::size_t>(property)];
    const bool pattern = has_wildcard(value);
    const bool phrase = property == Property::mail_body;
    // Readers search with it: without anchors "explorer.exe" would be found in any longer name.
    std::string text = pattern ? regex_of(value) : value;
    if (pattern && !phrase) text = "^" + text + "$";
    open(
        fmt::format("IndicatorItem id=\"{}\" condition=\"{}\" preserve-case=\"false\" "
                    "negate=\"false\"",
                    uuid_of("openioc/" + name + "/" + value),
                    pattern ? "matches" : (phrase ? "contains" : "is")));
    line(fmt::format("<Context document=\"{}\" search=\"{}\" type=\"mir\"/>", word.document,
                     word.search),
         depth_);
    line(fmt::format("<Content type=\"{}\">{}</Content>", word.type, xml_escaped(text)), depth_);
    close("IndicatorItem");
  }
  void raw(std::string_view text) { line(text, depth_); }
  std::string take() { return std::move(out_); }

 private:
  void line(std::string_view text, std::size_t depth) {
    out_ += std::string(2 * depth, ' ');
    out_ += text;
    out_ += '\n';
  }
  std::string out_ = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  std::size_t depth_ = 0;
};

// The values of one property, in the words of the format. A port keeps its number alone; a range
// is no single value and is left out.
std::vector<std::string> values_of(const Term& term) {
  if (term.property != Property::port) return values_on_disk(term);
  std::vector<std::string> out;
  for (const std::string& value : term.any_of) {
    const std::string number = value.substr(0, value.find('/'));
    if (number.find('-') == std::string::npos) out.push_back(number);
  }
  return out;
}

void add_change(Document& out, const entries::Change& change, const std::string& name) {
  const Terms terms = terms_of(change);
  if (terms.empty()) return;
  out.indicator("AND", name);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const std::vector<std::string> values = values_of(terms[i]);
    if (values.size() == 1) {
      out.item(terms[i].property, values[0], fmt::format("{}/{}", name, i));
    }
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const std::vector<std::string> values = values_of(terms[i]);
    if (values.size() < 2) continue;
    const std::string part = fmt::format("{}/{}", name, i);
    out.indicator("OR", part);
    for (const std::string& value : values) out.item(terms[i].property, value, part);
    out.close("Indicator");
  }
  out.close("Indicator");
}

void add_metadata(Document& out, const ExportRequest& request, const std::string& made) {
  const bool one = request.chosen.size() == 1;
  const entries::Entry& first = *request.chosen.front().entry;
  out.open("metadata");
  out.element("short_description", one ? first.title : "Antidotary encyclopedia");
  out.element("description",
              one ? first.summary : fmt::format("{} entries", request.chosen.size()));
  out.element("authored_by", "Antidotary");
  out.element("authored_date", made);
  out.open("links");
  for (const Chosen& chosen : request.chosen) {
    for (const auto& [id, source] : chosen.entry->sources) {
      out.raw(fmt::format("<link rel=\"source\" href=\"{}\">{}</link>", xml_escaped(source.url),
                          xml_escaped(source.publisher)));
    }
  }
  out.close("links");
  out.close("metadata");
}

}  // namespace

Result<std::vector<ExportFile>> export_openioc(const ExportRequest& request) {
  const std::string made = timestamp_of(request.made_unix_s);
  std::string id;
  for (const Chosen& chosen : request.chosen) {
    id += chosen.id() + "\n";
  }
  Document out;
  out.open(
      fmt::format("OpenIOC xmlns=\"http://openioc.org/schemas/OpenIOC_1.1\" id=\"{}\" "
                  "last-modified=\"{}\" published-date=\"{}\"",
                  uuid_of("openioc/" + id), made, made));
  add_metadata(out, request, made);
  out.open("criteria");
  out.indicator("OR", "all/" + id);
  for (const Chosen& chosen : request.chosen) {
    for (const entries::Variant* variant : chosen.variants()) {
      const std::string name = chosen.entry->id + "." + variant->id;
      out.indicator("OR", name);
      for (const auto& change : variant->changes) {
        if (change->evidence != entries::Grade::weak) {
          add_change(out, *change, name + "/" + change->id);
        }
      }
      out.close("Indicator");
    }
  }
  out.close("Indicator");
  out.close("criteria");
  out.close("OpenIOC");
  return one_file("antidotary.ioc", out.take());
}

}  // namespace antidotary::publish
