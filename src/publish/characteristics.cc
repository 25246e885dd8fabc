#include "publish/characteristics.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <set>

#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"
#include "publish/exports/export.h"

namespace antidotary::publish {
namespace {

using entries::CheckPart;
using entries::CheckRule;

constexpr std::string_view head =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<oval_system_characteristics xmlns="http://oval.mitre.org/XMLSchema/oval-system-characteristics-5"
    xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5"
    xmlns:win-sc="http://oval.mitre.org/XMLSchema/oval-system-characteristics-5#windows"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
)";

/// A registry path as OVAL writes it: the hive apart.
struct Place {
  std::string_view hive;
  std::string key;
  std::string name;
};

Place place_of(const CheckRule& rule, const std::string& user) {
  const std::size_t cut = rule.key.find('\\');
  const std::string below = cut == std::string::npos ? "" : rule.key.substr(cut + 1);
  if (starts_with_ignoring_case(rule.key, "HKCU\\")) {
    return {"HKEY_USERS", user + "\\" + below, rule.value};
  }
  return {"HKEY_LOCAL_MACHINE", below, rule.value};
}

/// The value's type and data; no data where OVAL has no way to say it.
std::string data_elements(const host::RegistryFact& fact) {
  const auto element = [](std::string_view type, std::string_view datatype,
                          const std::vector<std::string>& values) {
    std::string out = fmt::format("      <win-sc:type>{}</win-sc:type>\n", type);
    for (const std::string& value : values) {
      out += fmt::format("      <win-sc:value datatype=\"{}\">{}</win-sc:value>\n", datatype,
                         xml_escaped(value));
    }
    return out;
  };
  const Bytes data = fact.data;
  if (fact.type == regf::reg_dword && data.size() == 4) {
    return element("reg_dword", "int", {fmt::format("{}", load_u32_le(data, 0))});
  }
  if (fact.type == regf::reg_qword && data.size() == 8) {
    return element("reg_qword", "int", {fmt::format("{}", load_u64_le(data, 0))});
  }
  if (fact.type == regf::reg_multi_sz) {
    std::vector<std::string> values;
    for (const std::string_view one : split(utf8_from_utf16_le(data), '\0')) {
      if (!one.empty()) values.emplace_back(one);
    }
    return element("reg_multi_sz", "string", values);
  }
  if (const auto text = regf::text_of(fact.type, data)) {
    return element(fact.type == regf::reg_expand_sz ? "reg_expand_sz" : "reg_sz", "string",
                   {*text});
  }
  return element("reg_binary", "binary", {to_hex(data)});
}

class Characteristics {
 public:
  void add(const CheckRule& rule, const std::string& user, const posture::Observation& seen) {
    const Place place = place_of(rule, user);
    const std::string identity = fmt::format("{}\\{}: {}", place.hive, place.key, place.name);
    if (!told_.insert(identity).second) return;
    const std::size_t number = told_.size();
    const bool there = seen.present && seen.registry;
    if (!there && seen.unread) {
      // Nothing is said of what could not be read: "does not exist" would be judged by.
      objects_ += fmt::format(
          "    <object id=\"oval:antidotary.check:obj:{}\" version=\"1\" flag=\"error\" "
          "comment=\"{}\"/>\n",
          number, xml_escaped(identity));
      return;
    }
    objects_ += fmt::format(
        "    <object id=\"oval:antidotary.check:obj:{}\" version=\"1\" flag=\"{}\" "
        "comment=\"{}\">\n"
        "      <reference item_ref=\"{}\"/>\n    </object>\n",
        number, there ? "complete" : "does not exist", xml_escaped(identity), number);
    items_ += fmt::format(
        "    <win-sc:registry_item id=\"{}\"{}>\n"
        "      <win-sc:hive>{}</win-sc:hive>\n      <win-sc:key>{}</win-sc:key>\n"
        "      <win-sc:name{}>{}</win-sc:name>\n{}    </win-sc:registry_item>\n",
        number, there ? "" : " status=\"does not exist\"", place.hive, xml_escaped(place.key),
        there ? "" : " status=\"does not exist\"", there ? xml_escaped(place.name) : "",
        there ? data_elements(*seen.registry) : "");
  }

  std::string text(const posture::Windows& windows, std::uint64_t made_unix_s) const {
    const std::string moment =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(made_unix_s)));
    return fmt::format(
        "{}  <generator>\n    <oval:product_name>Antidotary</oval:product_name>\n"
        "    <oval:product_version>{}</oval:product_version>\n"
        "    <oval:schema_version>5.10.1</oval:schema_version>\n"
        "    <oval:timestamp>{}</oval:timestamp>\n  </generator>\n"
        "  <system_info>\n    <os_name>{}</os_name>\n    <os_version>{}</os_version>\n"
        "    <architecture>unknown</architecture>\n    "
        "<primary_host_name>offline</primary_host_name>"
        "\n    <interfaces/>\n  </system_info>\n"
        "  <collected_objects>\n{}  </collected_objects>\n  <system_data>\n{}  </system_data>\n"
        "</oval_system_characteristics>\n",
        head, ANTIDOTARY_VERSION, moment,
        xml_escaped(windows.name.empty() ? "Microsoft Windows" : windows.name), windows.build,
        objects_, items_);
  }

 private:
  std::set<std::string> told_;
  std::string objects_;
  std::string items_;
};

const CheckPart* part_named(const entries::PostureCheck& check, const std::string& name) {
  for (const CheckPart& part : check.parts) {
    if (part.name == name) return &part;
  }
  return nullptr;
}

}  // namespace

std::string system_characteristics(const entries::Encyclopedia& encyclopedia,
                                   const posture::Posture& posture, std::uint64_t made_unix_s) {
  Characteristics out;
  for (const posture::CheckResult& result : posture.checks) {
    const entries::PostureCheck* const check = encyclopedia.find_check(result.id);
    if (check == nullptr) continue;
    for (const posture::PartResult& part : result.parts) {
      const CheckPart* const stated = part_named(*check, part.name);
      if (stated == nullptr) continue;
      // A question about one value makes one observation; lists and files are not registry facts.
      for (std::size_t i = 0; i < std::min(stated->rules.size(), part.observations.size()); ++i) {
        if (stated->rules[i].subject != CheckRule::Subject::value) break;
        out.add(stated->rules[i], part.user, part.observations[i]);
      }
    }
  }
  return out.text(posture.windows, made_unix_s);
}

}  // namespace antidotary::publish
