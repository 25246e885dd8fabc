// Sample: a small entry with something of every kind, for this room's tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::publish {

inline constexpr std::string_view sample_entry_text = R"(+++
schema = 1
id = "win32/example"
title = "Win32/Example"
status = "tested"
summary = "A worm that mails itself and tests pages."
class = ["worm/mass-mailer"]
discovered = { date = "2003-08-01", source = ["MS"] }
circulating = "yes when published"
[affected]
systems = ["Windows 95", "Windows XP"]
software = []
not_affected = ["Linux"]
source = ["MS"]
[[name]]
vendor = "Symantec"
label = "W32.Example"
source = ["MS"]
[[name]]
vendor = "Trend Micro"
label = "WORM_OTHER.R"
relation = "mistaken"
note = "the worm that everybody else calls Other.A"
source = ["TM"]
[[bulletin]]
id = "ms02-015"
note = "used by A"
source = ["MS"]
[rating]
prevalence = { value = 3, why = "many", source = ["MS"] }
damage = { value = 2, why = "some", source = ["MS"] }
spread = { value = 1, why = "slow", source = ["MS"] }
recovery = { value = 0, why = "easy", source = ["MS"] }
[[transmission]]
method = "Mass mailer"
description = "Mails itself."
source = ["MS"]
[[payload]]
type = "deletes files"
trigger = "unknown"
description = "Deletes."
source = ["MS"]
[sources.MS]
url = "https://example.org/a/very/long/address/that/does/not/fit/on/one/line/of/eighty/columns?a=b"
publisher = "Microsoft"
kind = "vendor-encyclopedia"
[sources.TM]
url = "https://example.org/tm"
publisher = "Trend Micro"
kind = "vendor-encyclopedia"
language = "ja"
[sources.UNUSED]
url = "https://example.org/unused"
publisher = "Nobody"
kind = "news"
+++
## Overview
It came by **mail** as `message.zip`.

- first
- second

## Technical analysis
Words.

## Prevention
Do not open attachments.

## Symptoms
Words.

## Recovery
Words.
)";

inline constexpr std::string_view sample_variant_text = R"(schema = 1
id = "a"
title = "Win32/Example.A"
discovered = { date = "2003-08-01", source = ["MS"] }
[[name]]
vendor = "Symantec"
label = "W32.Example.A@mm"
source = ["MS"]
[[file]]
id = "body"
evidence = "strong"
directory = "%windir%"
name = "example.exe"
role = "worm body"
sizes = [19824]
source = ["MS"]
[[registry]]
id = "handler"
evidence = "strong"
key = 'HKCR\CLSID\{0}\InProcServer32'
value = ""
data = '%system%\example.dll'
old = "default"
old_data = '%SystemRoot%\System32\webcheck.dll'
source = ["MS"]
[[registry]]
id = "run"
evidence = "strong"
key = 'HKLM\Software\Microsoft\Windows\CurrentVersion\Run'
value = "Example"
data = '%windir%\example.exe'
old = "absent"
before = ["handler"]
source = ["MS"]
[[message]]
id = "lure"
evidence = "strong"
subject = ["your account *"]
attachment = ["message.zip"]
source = ["MS"]
[[network]]
id = "port"
evidence = "weak"
role = "backdoor"
ports = ["3127/tcp"]
source = ["MS"]
)";

inline entries::Encyclopedia sample_encyclopedia() {
  std::string second(sample_variant_text);
  second.replace(second.find("\"a\""), 3, "\"b\"");
  second.replace(second.find("Example.A\""), 10, "Example.B\"");
  second.replace(second.find("W32.Example.A@mm"), 16, "W32.Example.B@mm");
  second.replace(second.find("sizes = [19824]"), 15, "sizes = [20000]");
  std::vector<entries::Problem> problems;
  return entries::Encyclopedia::read(
      {{"win32/example/entry.md", std::string(sample_entry_text)},
       {"win32/example/variants/a.toml", std::string(sample_variant_text)},
       {"win32/example/variants/b.toml", second},
       {"bulletins/ms02-015.toml",
        "id = \"ms02-015\"\ntitle = \"Cumulative Patch\"\ndate = \"2002-03-28\"\n"
        "cves = [\"CVE-2002-0077\"]\nkb = \"319182\"\nproducts = [\"Internet Explorer\"]\n"
        "allows = \"starting a program\"\nsuperseded_by = [\"ms02-023\"]\n"
        "sources = [\"https://example.org/ms02-015\"]\n"}},
      problems);
}

}  // namespace antidotary::publish
