// Sample: a small whole entry for this room's tests, and the means to change one line of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::entries {

inline constexpr std::string_view sample_entry = R"(+++
schema = 1
id = "win32/example"
title = "Win32/Example"
status = "tested"
summary = "A worm that tests."
class = ["worm/mass-mailer"]
discovered = { date = "2003-08-01", source = ["MS"] }
circulating = "unknown"
[affected]
systems = ["Windows 95"]
software = []
not_affected = ["Linux"]
source = ["MS"]
[[name]]
vendor = "Symantec"
label = "W32.Example"
source = ["MS"]
[[bulletin]]
id = "ms02-015"
note = "used by A"
source = ["MS"]
[rating]
prevalence = { value = 3, why = "many", source = ["MS"] }
damage = { value = 2, why = "some", source = ["MS"] }
spread = { value = 1, why = "slow", source = ["MS"] }
recovery = { value = 0, why = "easy", source = ["MS"] }
[[fact]]
topic = "harvest"
text = "It reads files."
source = ["MS"]
[sources.MS]
url = "https://example.org/ms"
publisher = "Microsoft"
kind = "vendor-encyclopedia"
+++
## Overview
Words.

## Technical analysis
Words.

## Prevention
Words.

## Symptoms
Words.

## Recovery
Words.
)";

inline constexpr std::string_view sample_variant = R"(schema = 1
id = "a"
title = "Win32/Example.A"
discovered = { date = "2003-08", source = ["MS"] }
[[name]]
vendor = "McAfee"
label = "W32/Example.a@MM"
source = ["MS"]
[[file]]
id = "worm-body"
directory = '%windir%'
name = "example.exe"
role = "worm body"
sizes = [19824]
evidence = "strong"
source = ["MS"]
[[registry]]
id = "run-value"
key = 'HKLM\Software\Microsoft\Windows\CurrentVersion\Run'
value = "Example"
data = '%windir%\example.exe'
old = "absent"
before = ["worm-body"]
evidence = "strong"
source = ["MS"]
[[message]]
id = "lure"
subject = "your account *"
attachment = ["message.zip"]
evidence = "strong"
source = ["MS"]
[[mutex]]
id = "one-copy"
name = "ExampleMutex"
evidence = "weak"
source = ["MS"]
[[network]]
id = "door"
role = "backdoor"
ports = "3127-3198/tcp"
evidence = "weak"
source = ["MS"]
)";

inline constexpr std::string_view sample_bulletin = R"(id = "ms02-015"
title = "Cumulative patch"
date = "2002-03-28"
cves = ["CVE-2002-0077"]
kb = "319182"
products = ["Internet Explorer 6"]
allows = "A page runs a program."
superseded_by = ["ms02-023"]
threats = ["win32/example"]
sources = ["https://example.org/ms02-015"]
)";

/// The sample's files: entry, variant, bulletin.
inline std::vector<SourceFile> sample_files() {
  return {{"win32/example/entry.md", std::string(sample_entry)},
          {"win32/example/variants/a.toml", std::string(sample_variant)},
          {"bulletins/ms02-015.toml", std::string(sample_bulletin)}};
}

/// `text` with the first `from` replaced by `to`; the text itself where `from` is not in it, which
/// the tests that rely on it would show.
inline std::string with(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  const std::size_t at = out.find(from);
  if (at != std::string::npos) out.replace(at, from.size(), to);
  return out;
}

/// The sample with one replacement in any of its files.
inline std::vector<SourceFile> sample_with(std::string_view from, std::string_view to) {
  std::vector<SourceFile> files = sample_files();
  for (SourceFile& file : files) {
    if (file.text.find(from) != std::string::npos) {
      file.text = with(file.text, from, to);
      break;
    }
  }
  return files;
}

}  // namespace antidotary::entries
