// Template: the files that `entry new` writes. They read and lint clean as a draft; every place to
// be filled in says FILL-IN, which the linter refuses as soon as the entry is called tested.
#include <fmt/core.h>

#include "core/text.h"
#include "entries/encyclopedia.h"
#include "entries/ids.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view entry_template = R"entry(+++
schema = 1
id = "@ID@"
title = "@TITLE@"
status = "draft"                 # draft, tested (proven by `entry test`), stable
summary = "FILL-IN: one sentence for a worried reader."
class = ["worm/mass-mailer"]     # FILL-IN
discovered = { date = "2003-08-01", source = ["EXAMPLE"] }     # FILL-IN
circulating = "unknown"

# What no source says, the entry does not say. Every statement names its sources.
[affected]
systems = ["FILL-IN"]
software = []
not_affected = []
source = ["EXAMPLE"]

# Names that vendors use for the family. Names of one variant stand in its file.
[[name]]
vendor = "FILL-IN"
label = "FILL-IN.@FAMILY@"
relation = "same"                # same, generic, overlaps, mistaken
source = ["EXAMPLE"]

# [[bulletin]]                   # a weakness that it uses: bulletins/<id>.toml
# id = "ms02-015"
# note = "FILL-IN"
# source = ["EXAMPLE"]

# [[relation]]                   # mistaken-for, rival, drops, similar
# to = "win32/another"
# kind = "similar"
# note = "FILL-IN"
# source = ["EXAMPLE"]

# Inputs of the computed rating, 0 (none) to 3 (high); docs/reference/ratings.md.
[rating]
prevalence = { value = 0, why = "FILL-IN", source = ["EXAMPLE"] }
damage = { value = 0, why = "FILL-IN", source = ["EXAMPLE"] }
spread = { value = 0, why = "FILL-IN", source = ["EXAMPLE"] }
recovery = { value = 0, why = "FILL-IN", source = ["EXAMPLE"] }

[[transmission]]
method = "FILL-IN"
description = "FILL-IN"
source = ["EXAMPLE"]

[[payload]]
type = "FILL-IN"
trigger = "unknown"              # "unknown" where no source says
description = "FILL-IN"
source = ["EXAMPLE"]

[sources.EXAMPLE]                # FILL-IN: one table a source
url = "https://example.org/FILL-IN"
publisher = "FILL-IN"
kind = "vendor-encyclopedia"
# read = "2026-08-01"            # the day on which you read it
# archive = "https://..."         # address of a copy
+++
## Overview
FILL-IN: what it is, how it arrives, whom it touches.

## Technical analysis
FILL-IN: what it changes, step by step.

## Prevention
FILL-IN: what would have stopped it.

## Symptoms
FILL-IN: what a user can notice.

## Recovery
FILL-IN: what to do, by hand and by program.
)entry";

constexpr std::string_view variant_template = R"variant(schema = 1
id = "a"
title = "@TITLE@.A"
discovered = { date = "2003-08-01", source = ["EXAMPLE"] }     # FILL-IN

# Remove this line as soon as a change below can be checked.
named_only = "FILL-IN: no change is stated yet."

[[name]]
vendor = "FILL-IN"
label = "FILL-IN.@FAMILY@.A"
source = ["EXAMPLE"]

# Changes: file, registry, ini, hosts, message, mutex, network. `evidence`: conclusive (identifies the variant
# alone), strong (nothing innocent has it there), weak (innocent programs share it).

# [[file]]
# id = "worm-body"
# directory = '%windir%'         # single quotes: a backslash stays a backslash
# name = "FILL-IN.exe"
# role = "worm body"
# sizes = [19824]                # also md5, sha1, sha256
# evidence = "strong"
# source = ["EXAMPLE"]

# [[ini]]
# id = "run-line"
# directory = '%windir%'
# name = "win.ini"
# section = "windows"
# key = "run"
# data = "FILL-IN.exe"           # old_data: what stood there before; "" for nothing
# evidence = "strong"
# source = ["EXAMPLE"]

# [[registry]]
# id = "run-value"
# key = 'HKLM\Software\Microsoft\Windows\CurrentVersion\Run'
# value = "FILL-IN"
# data = '%windir%\FILL-IN.exe'
# old = "absent"                 # absent, value (with old_data), default (with old_data), unknown
# before = ["worm-body"]         # undone before that one is
# evidence = "strong"
# source = ["EXAMPLE"]

# [[message]]
# id = "lure"
# subject = "FILL-IN *"
# attachment = "FILL-IN.zip"
# evidence = "strong"
# source = ["EXAMPLE"]
)variant";

std::string filled(std::string_view text, std::string_view id, std::string_view title,
                   std::string_view family) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto put = [&](std::string_view mark, std::string_view value) {
      if (!text.substr(at).starts_with(mark)) return false;
      out += value;
      at += mark.size();
      return true;
    };
    if (put("@ID@", id) || put("@TITLE@", title) || put("@FAMILY@", family)) continue;
    out.push_back(text[at++]);
  }
  return out;
}

std::string capitalised(std::string_view word) {
  std::string out(word);
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z') {
    out.front() = static_cast<char>(out.front() - 32);
  }
  return out;
}

}  // namespace

Result<std::vector<SourceFile>> new_entry(std::string_view entry_id) {
  const std::size_t slash = entry_id.find('/');
  const std::string_view platform = entry_id.substr(0, slash);
  const std::string_view family =
      slash == std::string_view::npos ? std::string_view() : entry_id.substr(slash + 1);
  if (!is_id(platform) || !is_id(family) || platform == "bulletins") {
    return fail(ErrorKind::bad_input,
                "\"{}\" is no id of an entry; write \"<platform>/<family>\" in lower-case letters, "
                "digits and hyphens, such as \"win32/mimail\"",
                escape_for_terminal(entry_id));
  }
  const std::string name = capitalised(family);
  const std::string title = capitalised(platform) + "/" + name;
  const std::string folder(entry_id);
  return std::vector<SourceFile>{
      {folder + "/entry.md", filled(entry_template, entry_id, title, name)},
      {folder + "/variants/a.toml", filled(variant_template, entry_id, title, name)}};
}

}  // namespace antidotary::entries
