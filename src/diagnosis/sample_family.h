// SampleFamily: a family of threats made up for the tests of diagnosis and plan; each variant is
// the TOML of its changes.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::diagnosis {

/// `[[file]]`, `[[registry]]` ... with the source and grade that every change needs.
inline std::string change(const std::string& kind, const std::string& id, const std::string& fields,
                          const std::string& grade = "strong") {
  return "[[" + kind + "]]\nid = \"" + id + "\"\nevidence = \"" + grade +
         "\"\nsource = [\"MS\"]\n" + fields + "\n";
}

inline std::string run_value(const std::string& value, const std::string& file,
                             const std::string& more = "old = \"absent\"") {
  return change("registry", "run-" + value,
                "key = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run'\nvalue = '" +
                    value + "'\ndata = '%windir%\\" + file + "'\n" + more);
}

inline std::string body(const std::string& file, const std::string& more = "",
                        const std::string& grade = "strong") {
  return change("file", file, "directory = '%windir%'\nname = '" + file + "'\n" + more, grade);
}

/// win32/family with the given variants: id and changes. Fewer entries than asked for show that
/// the TOML was wrong; `problems` says how.
inline entries::Encyclopedia family(
    const std::vector<std::pair<std::string, std::string>>& variants,
    std::vector<entries::Problem>* problems = nullptr) {
  const std::string said = R"(source = ["MS"])";
  std::string entry =
      "+++\nschema = 1\nid = \"win32/family\"\ntitle = \"Win32/Family\"\n"
      "status = \"draft\"\nsummary = \"A family.\"\nclass = [\"worm/mass-mailer\"]\n"
      "discovered = { date = \"2003-08-01\", " +
      said +
      " }\n"
      "circulating = \"unknown\"\n[affected]\nsystems = [\"Windows XP\"]\n"
      "software = []\nnot_affected = [\"Linux\"]\n" +
      said + "\n[rating]\n";
  for (const char* input : {"prevalence", "damage", "spread", "recovery"}) {
    entry += std::string(input) + " = { value = 1, why = \"x\", " + said + " }\n";
  }
  entry +=
      "[sources.MS]\nurl = \"https://example.org/\"\npublisher = \"M\"\nkind = \"news\"\n+++\n";
  for (const char* heading :
       {"Overview", "Technical analysis", "Prevention", "Symptoms", "Recovery"}) {
    entry += "## " + std::string(heading) + "\nWords.\n\n";
  }
  std::vector<entries::SourceFile> files = {{"win32/family/entry.md", entry}};
  for (const auto& [id, changes] : variants) {
    files.push_back({"win32/family/variants/" + id + ".toml",
                     "schema = 1\nid = \"" + id + "\"\ntitle = \"Win32/Family." + id +
                         "\"\ndiscovered = { date = \"2003-08-01\", " + said + " }\n" + changes});
  }
  std::vector<entries::Problem> found;
  auto out = entries::Encyclopedia::read(files, found);
  if (problems != nullptr) *problems = std::move(found);
  return out;
}

/// The family with one variant; that the TOML is wrong fails the test.
inline entries::Encyclopedia one_variant(const std::string& changes) {
  std::vector<entries::Problem> problems;
  auto out = family({{"a", changes}}, &problems);
  for (const auto& problem : problems) ADD_FAILURE() << problem.sentence();
  return out;
}

}  // namespace antidotary::diagnosis
