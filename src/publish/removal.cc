// Removal: the steps, and in which order.
//
// Where several variants are meant, a sentence that holds for some is said once, with their
// letters. The order is that of the entry: whatever must go first does.
#include "publish/removal.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/text.h"
#include "entries/genuine_files.h"
#include "publish/kinds.h"
#include "publish/parts.h"

namespace antidotary::publish {
namespace {

using entries::Entry;
using entries::Variant;

struct Sentence {
  const Kind* kind = nullptr;
  std::string text;
  std::set<std::string> letters;
  std::set<std::size_t> later;                       ///< Sentences that must come after this one.
  std::vector<const entries::Change*> changes = {};  ///< That it undoes.
  std::string keep = {};                             ///< Why it comes after all else.
};

std::vector<Sentence> sentences_of(const std::vector<const Variant*>& variants) {
  std::vector<Sentence> out;
  std::map<std::string, std::size_t> by_text;
  for (const Variant* variant : variants) {
    std::map<std::string, std::size_t> by_change;
    for (const auto& change : variant->changes) {
      const Kind* kind = find_kind(change->kind());
      const std::string text = kind == nullptr ? "" : kind->by_hand(*change);
      if (text.empty()) continue;
      const auto [row, is_new] = by_text.try_emplace(text, out.size());
      if (is_new) out.push_back({kind, text, {}, {}});
      if (!change->keep.empty()) out[row->second].keep = change->keep;
      out[row->second].letters.insert(bulletin_name(variant->id));
      out[row->second].changes.push_back(change.get());
      by_change[change->id] = row->second;
    }
    for (const auto& change : variant->changes) {
      const auto from = by_change.find(change->id);
      if (from == by_change.end()) continue;
      for (const std::string& id : change->before) {
        const auto to = by_change.find(id);
        if (to != by_change.end() && to->second != from->second) {
          out[from->second].later.insert(to->second);
        }
      }
    }
  }
  return out;
}

// What is free to come next comes by kind, then as the entry has it; a circle, which the linter
// forbids, is cut where it is met.
std::vector<const Sentence*> in_order(const std::vector<Sentence>& sentences) {
  std::vector<std::size_t> waits(sentences.size(), 0);
  for (const Sentence& each : sentences) {
    for (const std::size_t later : each.later) ++waits[later];
  }
  std::vector<bool> said(sentences.size(), false);
  std::vector<const Sentence*> out;
  while (out.size() < sentences.size()) {
    std::size_t best = sentences.size();
    const auto better = [&](std::size_t at) {
      if (best == sentences.size()) return true;
      if ((waits[at] == 0) != (waits[best] == 0)) return waits[at] == 0;
      return sentences[at].kind->by_hand_order < sentences[best].kind->by_hand_order;
    };
    for (std::size_t at = 0; at < sentences.size(); ++at) {
      if (!said[at] && better(at)) best = at;
    }
    said[best] = true;
    out.push_back(&sentences[best]);
    for (const std::size_t later : sentences[best].later) {
      if (waits[later] > 0) --waits[later];
    }
  }
  return out;
}

/// Programs that run, each once: those that may be ended, and those whose names Windows needs too.
struct Processes {
  std::vector<std::string> threats;
  std::vector<std::string> shared;
};

Processes processes_of(const std::vector<const Variant*>& variants) {
  Processes out;
  for (const Variant* variant : variants) {
    for (const auto& change : variant->changes) {
      const Kind* kind = find_kind(change->kind());
      if (kind == nullptr || kind->process == nullptr) continue;
      const std::string name = kind->process(*change);
      if (name.empty()) continue;
      auto& list = entries::find_genuine_file(name) == nullptr ? out.threats : out.shared;
      const auto same = [&](const std::string& other) { return equal_ignoring_case(name, other); };
      if (std::none_of(list.begin(), list.end(), same)) list.push_back(name);
    }
  }
  return out;
}

void add_processes(std::vector<RemovalStep>& steps, const std::vector<const Variant*>& variants) {
  const Processes processes = processes_of(variants);
  if (!processes.shared.empty()) {
    steps.push_back(
        {"Restart in safe mode (press F8 while Windows starts). It borrows names of Windows' own "
         "programs, which cannot be told apart while they run and must not be ended: ",
         join(processes.shared, ", "), "."});
  }
  if (!processes.threats.empty()) {
    steps.push_back(
        {"Press Ctrl+Alt+Del, open the Task Manager and end what runs under these names: ",
         join(processes.threats, ", "),
         processes.shared.empty() ? ". If it cannot be ended, restart in safe mode (press F8 while "
                                    "it starts) and go on there."
                                  : "."});
  }
}

RemovalPart part_of(const Sentence& sentence, std::size_t variants) {
  RemovalPart part{sentence.text};
  if (variants > 1 && sentence.letters.size() < variants) {
    const std::vector<std::string> letters(sentence.letters.begin(), sentence.letters.end());
    part.variants = (letters.size() == 1 ? "variant " : "variants ") + join(letters, ", ");
  }
  return part;
}

void add_changes(std::vector<RemovalStep>& steps, const std::vector<const Variant*>& variants) {
  const std::vector<Sentence> sentences = sentences_of(variants);
  const Kind* last = nullptr;
  for (const Sentence* sentence : in_order(sentences)) {
    if (!sentence->keep.empty()) continue;
    if (sentence->kind != last) steps.push_back({std::string(sentence->kind->by_hand_lead)});
    last = sentence->kind;
    steps.back().parts.push_back(part_of(*sentence, variants.size()));
  }
}

/// What must stay until nothing of the threat is left.
void add_kept(std::vector<RemovalStep>& steps, const std::vector<const Variant*>& variants) {
  RemovalStep step{"When all of it is gone, and not before:"};
  for (const Sentence& sentence : sentences_of(variants)) {
    if (sentence.keep.empty()) continue;
    step.parts.push_back(part_of(sentence, variants.size()));
    step.parts.back().text += " It stays until then: " + sentence.keep + '.';
  }
  if (!step.parts.empty()) steps.push_back(std::move(step));
}

/// What sources tell of its changes and no change states: a step of its own, for whoever does this
/// by hand must not think that the steps above were all.
void add_told(std::vector<RemovalStep>& steps, const Entry& entry,
              const std::vector<const Variant*>& variants) {
  constexpr std::array<std::string_view, 16> topics = {
      "removal",   "autostart", "registry",   "files",     "hosts file", "accounts",
      "shares",    "task",      "protection", "web pages", "infection",  "chat",
      "companion", "stealth",   "memory",     "process"};
  RemovalStep step{
      "Read what the sources tell besides. Some of it the steps above have done; what they have "
      "not "
      "is left to you, and the program may neither look for it nor undo it:"};
  const auto add = [&](const std::vector<entries::Fact>& facts, const std::string& whose) {
    for (const entries::Fact& fact : facts) {
      if (std::find(topics.begin(), topics.end(), fact.topic) == topics.end()) continue;
      RemovalPart part{label_of(fact.topic) + ": " + fact.text};
      part.variants = whose;
      step.parts.push_back(std::move(part));
    }
  };
  add(entry.facts, "");
  for (const Variant* variant : variants) {
    add(variant->facts, variants.size() > 1 ? "variant " + bulletin_name(variant->id) : "");
  }
  step.told = true;
  if (!step.parts.empty()) steps.push_back(std::move(step));
}

void add_bulletins(std::vector<RemovalStep>& steps, const entries::Encyclopedia& encyclopedia,
                   const Entry& entry, const Variant* variant) {
  RemovalStep step{
      "Install the updates that close the holes it came through; where one has been "
      "superseded, the latest one:"};
  for (const auto& reference : entry.bulletins) {
    if (variant != nullptr && !reference.concerns(variant->id)) continue;
    const entries::Bulletin* bulletin = encyclopedia.find_bulletin(reference.id);
    RemovalPart part{bulletin_name(reference.id), "", reference.id};
    if (bulletin != nullptr) {
      part.text += ": " + bulletin->title;
      if (!bulletin->kb.empty()) part.text += " (KB" + bulletin->kb + ")";
      std::vector<std::string> later;
      for (const std::string& id : bulletin->superseded_by) later.push_back(bulletin_name(id));
      if (!later.empty()) part.text += "; superseded by " + join(later, ", ");
    }
    step.parts.push_back(std::move(part));
  }
  if (!step.parts.empty()) steps.push_back(std::move(step));
}

std::vector<std::pair<std::string, std::string>> places_in(
    const std::vector<const Variant*>& variants) {
  constexpr std::array<std::array<std::string_view, 2>, 8> places = {{
      {"%windir%", "the Windows folder, usually C:\\WINDOWS or C:\\WINNT"},
      {"%system%", "system32 (Windows 95, 98, Me: system) in the Windows folder"},
      {"%systemdrive%", "the drive with Windows, usually C:"},
      {"%programfiles%", "usually C:\\Program Files"},
      {"%temp%",
       "the folders of temporary files: each user's Local Settings\\Temp, and "
       "Temp in the Windows folder"},
      {"%userprofile%", "each user's folder, usually in C:\\Documents and Settings"},
      {"%internetcache%", "each user's Temporary Internet Files"},
      {"%startup%", "the Startup folder of the Start menu, each user's and All Users'"},
  }};
  std::string all;
  for (const Sentence& sentence : sentences_of(variants)) all += ascii_lower(sentence.text);
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, meaning] : places) {
    if (all.find(name) != std::string::npos) out.emplace_back(name, meaning);
  }
  return out;
}

}  // namespace

std::vector<const Variant*> variants_meant(const Entry& entry, const Variant* variant) {
  if (variant != nullptr) return {variant};
  std::vector<const Variant*> out;
  for (const Variant& each : entry.variants) out.push_back(&each);
  return out;
}

std::vector<const entries::Change*> removal_order(const Variant& variant) {
  const std::vector<Sentence> sentences = sentences_of({&variant});
  std::vector<const entries::Change*> out;
  // What stays until the rest is gone comes last.
  for (const bool kept : {false, true}) {
    for (const Sentence* sentence : in_order(sentences)) {
      if (sentence->keep.empty() == kept) continue;
      out.insert(out.end(), sentence->changes.begin(), sentence->changes.end());
    }
  }
  return out;
}

bool is_removable(const Entry& entry, const Variant* variant) {
  const std::vector<const Variant*> variants = variants_meant(entry, variant);
  return std::any_of(variants.begin(), variants.end(),
                     [](const Variant* each) { return each->checkable(); });
}

Removal removal_by_hand(const entries::Encyclopedia& encyclopedia, const Entry& entry,
                        const Variant* variant) {
  const std::vector<const Variant*> variants = variants_meant(entry, variant);
  const bool memory_only =
      std::any_of(entry.classes.begin(), entry.classes.end(),
                  [](const auto& c) { return std::string_view(c).ends_with("/memory-only"); });
  Removal out;
  out.steps.push_back(
      {"Take the computer off the network: pull the cable, switch wireless off. It stays off "
       "until the last step."});
  add_processes(out.steps, variants);
  add_changes(out.steps, variants);
  add_told(out.steps, entry, variants);
  // What lives in memory alone is back before the restart is over where the hole is still open.
  if (memory_only) add_bulletins(out.steps, encyclopedia, entry, variant);
  if (is_removable(entry, variant)) {
    out.steps.push_back(
        {"Empty the recycle bin and restart the computer. Look once more at what is named "
         "above: it must not have come back."});
  } else {
    out.steps.push_back({"Restart the computer."});
  }
  if (!memory_only) add_bulletins(out.steps, encyclopedia, entry, variant);
  add_kept(out.steps, variants);
  if (is_removable(entry, variant)) {
    RemovalStep last{"Make sure that nothing is left, then connect the network again:"};
    last.parts.push_back({"antidotary examine DISK", "", "", true});
    out.steps.push_back(std::move(last));
  } else {
    out.steps.push_back(
        {"Have another scanner look at the whole computer before the network is connected again: "
         "no source says enough of it for this program to find it on a disk."});
  }
  out.places = places_in(variants);
  return out;
}

}  // namespace antidotary::publish
