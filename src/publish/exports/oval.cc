// OVAL 5.10: a definition a variant, true where one of its files, values or lines is there.
//
// Only conclusive and strong changes of a disk are taken: an OVAL definition knows no grades, and
// no mail. Folders are patterns of where an English Windows has them.
//
// Spec: OVAL Language 5.10.1, core and windows definitions schemas.
#include <fmt/core.h>

#include <array>

#include "core/text.h"
#include "entries/kinds/registry.h"
#include "publish/exports/export.h"
#include "publish/exports/terms.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

constexpr std::string_view windows_schema =
    "http://oval.mitre.org/XMLSchema/oval-definitions-5#windows";
constexpr std::string_view independent_schema =
    "http://oval.mitre.org/XMLSchema/oval-definitions-5#independent";

std::string anchored(const std::string& text) { return "(?i)^" + text + "$"; }

/// All of the values as one pattern.
std::string pattern_of(const std::vector<std::string>& values) {
  std::vector<std::string> parts;
  for (const std::string& value : values) parts.push_back(regex_of(value));
  return parts.size() == 1 ? anchored(parts[0]) : anchored("(" + join(parts, "|") + ")");
}

class Definitions {
 public:
  explicit Definitions(std::string made) : made_(std::move(made)) {}

  void add(const entries::Entry& entry, const entries::Variant& variant) {
    std::string criteria;
    for (const auto& change : variant.changes) {
      if (change->evidence == entries::Grade::weak) continue;
      const std::string comment = change->summary();
      const Kind* kind = find_kind(change->kind());
      const bool line = kind != nullptr && kind->line != nullptr;
      const int number =
          line ? add_line(kind->line(*change), comment) : add_test(terms_of(*change), comment);
      if (number == 0) continue;
      criteria += fmt::format(
          "        <criterion test_ref=\"oval:antidotary:tst:{}\" "
          "comment=\"{}\"/>\n",
          number, xml_escaped(comment));
    }
    if (criteria.empty()) return;
    std::string references;
    for (const auto& [id, source] : entry.sources) {
      references +=
          fmt::format("        <reference source=\"{}\" ref_id=\"{}\" ref_url=\"{}\"/>\n",
                      xml_escaped(source.publisher), xml_escaped(id), xml_escaped(source.url));
    }
    definitions_ += fmt::format(
        "    <definition id=\"oval:antidotary:def:{}\" version=\"1\" class=\"miscellaneous\">\n"
        "      <metadata>\n        <title>{}</title>\n"
        "        <affected family=\"windows\"/>\n{}"
        "        <description>{}</description>\n      </metadata>\n"
        "      <criteria operator=\"OR\">\n{}      </criteria>\n    </definition>\n",
        ++definition_, xml_escaped(variant.title), references, xml_escaped(entry.summary),
        criteria);
  }

  bool empty() const { return definitions_.empty(); }

  std::string take() const {
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<oval_definitions xmlns=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\" "
        "xmlns:oval=\"http://oval.mitre.org/XMLSchema/oval-common-5\">\n"
        "  <generator>\n    <oval:product_name>antidotary</oval:product_name>\n"
        "    <oval:schema_version>5.10.1</oval:schema_version>\n"
        "    <oval:timestamp>{}</oval:timestamp>\n  </generator>\n"
        "  <definitions>\n{}  </definitions>\n  <tests>\n{}  </tests>\n  <objects>\n{}  "
        "</objects>\n",
        made_.substr(0, 19), definitions_, tests_, objects_);
    if (!states_.empty()) out += "  <states>\n" + states_ + "  </states>\n";
    return out + "</oval_definitions>\n";
  }

 private:
  /// The number of the test that was added, or 0 where the terms are of no disk.
  int add_test(const Terms& terms, const std::string& comment) {
    if (const Term* name = find_term(terms, Property::file_name)) {
      return add_file(terms, *name, comment);
    }
    if (const Term* key = find_term(terms, Property::registry_key)) {
      return add_registry(terms, *key, comment);
    }
    return 0;
  }

  int add_file(const Terms& terms, const Term& name, const std::string& comment) {
    const Term* folder = find_term(terms, Property::file_directory);
    if (folder == nullptr) return 0;
    const int number = ++test_;
    objects_ += fmt::format(
        "    <file_object xmlns=\"{}\" id=\"oval:antidotary:obj:{}\" version=\"1\">\n"
        "      <path operation=\"pattern match\">{}</path>\n"
        "      <filename operation=\"pattern match\">{}</filename>\n    </file_object>\n",
        windows_schema, number, xml_escaped(pattern_of(values_on_disk(*folder))),
        xml_escaped(pattern_of(name.any_of)));
    const Term* size = find_term(terms, Property::file_size);
    std::string state;
    if (size != nullptr) {
      // Sizes are alternatives: a state each, of which one must fit.
      for (const std::string& bytes : size->any_of) {
        state += add_state(fmt::format("      <size datatype=\"int\">{}</size>\n", bytes), "file");
      }
    }
    add_test_of("file", number, state, comment);
    return number;
  }

  int add_registry(const Terms& terms, const Term& key, const std::string& comment) {
    const std::string full = entries::full_key(key.any_of.front());
    const std::size_t cut = full.find('\\');
    std::string hive = full.substr(0, cut);
    std::string below = "^" + regex_of(full.substr(cut + 1)) + "$";
    if (hive == "HKEY_CURRENT_USER") {
      // The user who asks is not the user who was hit.
      hive = "HKEY_USERS";
      below = "^[^\\\\]+\\\\" + below.substr(1);
    }
    const int number = ++test_;
    const Term* value = find_term(terms, Property::registry_value);
    objects_ += fmt::format(
        "    <registry_object xmlns=\"{}\" id=\"oval:antidotary:obj:{}\" version=\"1\">\n"
        "      <hive>{}</hive>\n      <key operation=\"pattern match\">(?i){}</key>\n{}"
        "    </registry_object>\n",
        windows_schema, number, hive, xml_escaped(below), name_of(value));
    std::string state;
    if (const Term* data = find_term(terms, Property::registry_data)) {
      state = add_state(fmt::format("      <value operation=\"pattern match\">{}</value>\n",
                                    xml_escaped(pattern_of(values_on_disk(*data)))),
                        "registry");
    }
    add_test_of("registry", number, state, comment);
    return number;
  }

  /// A line of a text file, blanks where Windows heeds none.
  int add_line(const LineTerm& line, const std::string& comment) {
    std::vector<std::string> folders;
    for (const std::string& directory : line.directories) {
      for (std::string& place : places_of(directory)) folders.push_back(std::move(place));
    }
    std::vector<std::string> texts;
    for (const std::string& text : line.any_of) texts.push_back(with_blanks(text));
    std::string pattern = "(" + join(texts, "|") + ")";
    // A program among others, with a folder or none: never the end of a longer name.
    if (line.listed) pattern = "(.*[\\s,\"\\\\])?" + pattern + "([\\s,\"].*)?";
    if (!line.key.empty()) pattern = with_blanks(line.key) + "\\s*=\\s*" + pattern;
    const int number = ++test_;
    objects_ += fmt::format(
        "    <textfilecontent54_object xmlns=\"{}\" id=\"oval:antidotary:obj:{}\" version=\"1\">\n"
        "      <path operation=\"pattern match\">{}</path>\n"
        "      <filename operation=\"pattern match\">{}</filename>\n"
        "      <pattern operation=\"pattern match\">(?i)^\\s*{}\\s*$</pattern>\n"
        "      <instance datatype=\"int\" operation=\"greater than or equal\">1</instance>\n"
        "    </textfilecontent54_object>\n",
        independent_schema, number, xml_escaped(pattern_of(folders)),
        xml_escaped(pattern_of({line.name})), xml_escaped(pattern));
    add_test_of("textfilecontent54", number, "", comment, independent_schema);
    return number;
  }

  /// As a regular expression, with any number of blanks between words.
  static std::string with_blanks(std::string_view text) {
    std::string out;
    for (const char c : regex_of(text)) {
      if (c == ' ') {
        out += "\\s+";
      } else {
        out.push_back(c);
      }
    }
    return out;
  }

  /// Nil asks for the key alone; an empty name is the default value's (registry_object/name).
  static std::string name_of(const Term* value) {
    if (value == nullptr) {
      return "      <name xsi:nil=\"true\" "
             "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>\n";
    }
    if (value->any_of.front().empty()) return "      <name/>\n";
    return fmt::format("      <name operation=\"pattern match\">{}</name>\n",
                       xml_escaped(pattern_of(values_on_disk(*value))));
  }

  std::string add_state(const std::string& inner, std::string_view kind) {
    const int number = ++state_;
    states_ += fmt::format(
        "    <{0}_state xmlns=\"{1}\" id=\"oval:antidotary:ste:{2}\" version=\"1\">\n{3}"
        "    </{0}_state>\n",
        kind, windows_schema, number, inner);
    return fmt::format("      <state state_ref=\"oval:antidotary:ste:{}\"/>\n", number);
  }

  void add_test_of(std::string_view kind, int number, const std::string& state,
                   const std::string& comment, std::string_view schema = windows_schema) {
    tests_ += fmt::format(
        "    <{0}_test xmlns=\"{1}\" id=\"oval:antidotary:tst:{2}\" version=\"1\" "
        "check_existence=\"at_least_one_exists\" check=\"at least one\"{3} comment=\"{4}\">\n"
        "      <object object_ref=\"oval:antidotary:obj:{2}\"/>\n{5}    </{0}_test>\n",
        kind, schema, number, state.empty() ? "" : " state_operator=\"OR\"", xml_escaped(comment),
        state);
  }

  std::string made_;
  std::string definitions_;
  std::string tests_;
  std::string objects_;
  std::string states_;
  int definition_ = 0;
  int test_ = 0;
  int state_ = 0;
};

}  // namespace

Result<std::vector<ExportFile>> export_oval(const ExportRequest& request) {
  Definitions definitions(timestamp_of(request.made_unix_s));
  for (const Chosen& chosen : request.chosen) {
    for (const entries::Variant* variant : chosen.variants()) {
      definitions.add(*chosen.entry, *variant);
    }
  }
  if (definitions.empty()) {
    return fail(ErrorKind::bad_input,
                "nothing of what was named leaves a firm mark on a disk, and OVAL asks for nothing "
                "else; 'antidotary export csv' has all that is known");
  }
  return one_file("antidotary-oval.xml", definitions.take());
}

}  // namespace antidotary::publish
