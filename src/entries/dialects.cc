// Dialects: the tables. Words are kept sorted; a test holds them to it.
#include "entries/dialects.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace antidotary::entries {
namespace {

constexpr Dialect table[] = {
    {"AhnLab", "AhnLab-V3", "platform/family.worm.length", Digits::length, "rct"},
    {"Antiy", "Antiy-AVL|Antiy Labs", "type[subtype]/platform.family.variant"},
    {"Avast", "avast!", "platform:family-variant [mark]"},
    {"AVG", "AVG Technologies", "type/family.variant"},
    {"Avira", "AntiVir|Avira (no cloud)|H+BEDV", "type/family.variant.number"},
    {"Bitdefender", "BitDefender|BitDefenderTheta|SOFTWIN", "platform.type.family.variant@mm"},
    {"CA", "Computer Associates|eTrust|eTrust-Vet|CA-Vet|Vet", "platform/family.variant!type"},
    {"Central Command", "Vexira", "type/family.variant"},
    {"ClamAV", "Clam AntiVirus", "platform.type.family.variant-number", Digits::signature},
    {"Comodo", "", "type.platform.family.~variant"},
    {"Cyren", "Commtouch|Command", "platform/family.variant@mm"},
    {"Dr.Web", "DrWeb|Doctor Web", "platform.type.family.length"},
    {"Emsisoft", "a-squared", "platform.family.variant@mm (engine)"},
    {"ESET", "ESET-NOD32|NOD32|NOD32v2", "platform/family.variant"},
    {"F-Prot", "F-Prot4|FRISK|Authentium", "platform/family.variant@mm"},
    {"F-Secure", "F-Secure (FSAV)", "type:platform/family.variant"},
    {"Fortinet", "FortiGate", "platform/family.variant@mm"},
    {"G Data", "GData", "platform.family.variant@mm"},
    {"Ikarus", "IKARUS", "type.platform.family.variant"},
    {"Jiangmin", "KV", "type/family.variant"},
    {"K7", "K7AntiVirus|K7GW|Sourcenext/K7|K7/Sourcenext|Sourcenext", "type.platform.family"},
    {"Kaspersky", "Kaspersky (AVP)|AVP|Kaspersky Lab", "type.platform.family.variant"},
    {"McAfee", "McAfee-GW-Edition|McAfee+Artemis|NAI|Network Associates",
     "platform/family.type.variant@MM!comment"},
    {"Microsoft", "Windows Defender", "type:platform/family.variant@mm!comment"},
    {"NANO-Antivirus", "NANO", "type.platform.family.hash"},
    {"Norman", "", "platform/family.variant@mm"},
    {"nProtect", "Inca Internet", "type/platform.family.length"},
    {"Panda", "Panda Security|Panda Software|PandaBeta", "platform/family.variant.worm"},
    {"Quick Heal", "QuickHeal|CAT-QuickHeal|Cat Computer", "type.family.variant"},
    {"RAV", "GeCAD", "platform/family.variant@mm"},
    {"Rising", "", "type.platform.family.variant"},
    {"Sophos", "Sophos AV|SophosAV", "platform/family-variant"},
    {"Symantec", "Norton|Norton AntiVirus|SAV", "platform.type.family.variant.Worm@mm"},
    {"TheHacker", "Hacksoft", "platform/family.variant@mm"},
    {"Trend Micro", "TrendMicro|TrendMicro-HouseCall|PC-cillin", "TYPE_FAMILY.VARIANT"},
    {"VBA32", "VirusBlokAda", "type.platform.family.variant"},
    {"VIPRE", "Sunbelt|GFI", "type.platform.family.variant"},
    {"ViRobot", "Hauri|Global Hauri", "type.platform.family.length.variant"},
    {"VirusBuster", "", "type.family.variant"},
    {"Zillya", "", "type.family.platform.number", Digits::signature},
};

constexpr std::string_view types[] = {
    "adware",
    "backdoor",
    "bck",
    "bds",
    "bkdr",
    "boot",
    "constructor",
    "ddos",
    "dldr",
    "dloader",
    "download",
    "downloader",
    "dropped",
    "dropper",
    "email",
    "emailworm",
    "expl",
    "exploit",
    "flooder",
    "hacktool",
    "hllm",
    "hllo",
    "hllp",
    "hllw",
    "im",
    "iworm",
    "joke",
    "macro",
    "mail",
    "mal",
    "malware",
    "net",
    "network",
    "networm",
    "p2p",
    "pe",
    "phish",
    "psw",
    "pua",
    "pup",
    "pws",
    "ransom",
    "riskware",
    "rkit",
    "rootkit",
    "spy",
    "spyware",
    "tool",
    "tr",
    "trj",
    "troj",
    "trojan",
    "trojandownloader",
    "trojandropper",
    "trojanspy",
    "tspy",
    "unwanted",
    "vir",
    "virtool",
    "virus",
    "worm",
};

constexpr std::string_view platforms[] = {
    "a97m",  "android", "bat",     "dos",   "html",     "irc",    "java",  "js",
    "linux", "mac",     "msexcel", "msil",  "msoffice", "msword", "mw97",  "o97m",
    "of97",  "osx",     "php",     "pp97m", "script",   "sql",    "unix",  "vbs",
    "w16",   "w2k",     "w2km",    "w32",   "w64",      "w95",    "w97m",  "w98",
    "w9x",   "win",     "win16",   "win2k", "win32",    "win64",  "win95", "win98",
    "win9x", "winnt",   "wm",      "wm97",  "wnt",      "x97m",   "xm",    "xm97",
};

constexpr std::string_view word_platforms[] = {
    "msoffice", "msword", "mw97", "o97m", "of97", "w2km", "w97m", "wm", "wm97",
};

constexpr std::string_view fillers[] = {
    "a",        "an",       "family",   "genpack",   "i",       "not",     "of",
    "possible", "possibly", "probably", "suspected", "unknown", "variant",
};

constexpr std::string_view generics[] = {
    "agent",      "artemis",    "autorun",    "autoruner", "autostart", "automat",     "banker",
    "bot",        "codebase",   "crypt",      "delf",      "delphi",    "dl",          "drop",
    "dx",         "eldorado",   "email",      "gen",       "generic",   "genericrxaa", "heur",
    "heuristic",  "heuristics", "iframe",     "infector",  "injector",  "ircbot",      "kryptik",
    "malware",    "mime",       "obfuscated", "other",     "packed",    "packer",      "patched",
    "phishing",   "rbot",       "sdbot",      "small",     "smalltroj", "spybot",      "susp",
    "suspicious", "test",       "uds",        "vb",        "vbkrypt",   "wacatac",
};

constexpr std::string_view trailing[] = {
    "b64",  "base64",  "based", "cpl",  "corrupt", "corrupted", "dam",  "damaged",
    "dldr", "dll",     "dr",    "eml",  "enc",     "family",    "fam",  "ftp",
    "gen",  "generic", "html",  "inf",  "intd",    "iworm",     "mail", "mime",
    "msg",  "pack",    "pak",   "pwd",  "remnant", "src",       "unp",  "variant",
    "vbs",  "virus",   "wm",    "worm", "zip",     "zippwd",
};

constexpr std::string_view business_2022 =
    "AV-Comparatives, Business Security Test August-September 2022, on engines of third parties";
constexpr std::string_view emsisoft_2014 =
    "Emsisoft, An in-depth look at the Emsisoft scanner technology, 2014: Bitdefender's engine "
    "beside its own since 2012";
constexpr SharedEngine shared[] = {
    {"Acronis", "Bitdefender", business_2022},    {"Cisco", "Bitdefender", business_2022},
    {"Cybereason", "Bitdefender", business_2022}, {"Emsisoft", "Bitdefender", emsisoft_2014},
    {"G Data", "Bitdefender", business_2022},     {"Trellix", "Bitdefender", business_2022},
    {"VIPRE", "Bitdefender", business_2022},      {"VMware", "Avira", business_2022},
};

bool holds(std::span<const std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::span<const Dialect> dialects() { return table; }
std::span<const SharedEngine> shared_engines() { return shared; }

const Dialect* find_dialect(std::string_view vendor) {
  // "Kaspersky (first name)" is Kaspersky: what stands in brackets is a remark.
  const std::string_view bare = trim(vendor.substr(0, vendor.find(" (")));
  for (const Dialect& dialect : table) {
    if (equal_ascii_ignoring_case(dialect.vendor, bare)) return &dialect;
    for (const std::string_view other : split(dialect.also, '|')) {
      if (other.empty()) continue;
      if (equal_ascii_ignoring_case(other, vendor) || equal_ascii_ignoring_case(other, bare)) {
        return &dialect;
      }
    }
  }
  return nullptr;
}

WordClass class_of(std::string_view word) {
  if (holds(types, word)) return WordClass::type;
  if (holds(platforms, word)) return WordClass::platform;
  if (holds(fillers, word)) return WordClass::filler;
  if (holds(generics, word)) return WordClass::generic;
  return WordClass::other;
}

bool is_word_platform(std::string_view word) { return holds(word_platforms, word); }

bool is_trailing_word(std::string_view word) { return holds(trailing, word); }

}  // namespace antidotary::entries
