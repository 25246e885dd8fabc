// Passages: who says what, and how much each place weighs.
#include "entries/passages.h"

#include <utility>

#include "core/text.h"
#include "entries/kinds/file.h"
#include "entries/kinds/message.h"
#include "entries/kinds/network.h"
#include "entries/kinds/registry.h"

namespace antidotary::entries {
namespace {

/// How much a place says, where a word stands in it.
constexpr int weight_name = 8;
constexpr int weight_change = 6;
constexpr int weight_fact = 3;
constexpr int weight_prose = 1;

/// Every text of a change as a person would look for it: paths, values, subjects, hosts.
std::vector<std::string> texts_of(const Change& change) {
  std::vector<std::string> out = {change.summary()};
  const auto add = [&out](const std::vector<std::string>& texts) {
    out.insert(out.end(), texts.begin(), texts.end());
  };
  if (const auto* file = dynamic_cast<const FileChange*>(&change)) {
    add({file->role});
    add(file->md5);
    add(file->sha1);
    add(file->sha256);
  } else if (const auto* registry = dynamic_cast<const RegistryChange*>(&change)) {
    add({registry->value + " = " + registry->data});
  } else if (const auto* message = dynamic_cast<const MessageChange*>(&change)) {
    for (const auto* list : {&message->from, &message->sender_name, &message->subject,
                             &message->body, &message->attachment, &message->member}) {
      add(*list);
    }
  } else if (const auto* network = dynamic_cast<const NetworkChange*>(&change)) {
    add({network->role, network->schedule});
    add(network->hosts);
    add(network->ports);
  }
  return out;
}

class Collector {
 public:
  explicit Collector(const Encyclopedia& encyclopedia) {
    for (const Entry& entry : encyclopedia.entries()) add_entry(entry);
    for (const Bulletin& bulletin : encyclopedia.bulletins()) add_bulletin(bulletin);
    for (std::string& cve : encyclopedia.weaknesses()) {
      Subject weakness;
      weakness.weakness = cve;
      out_.subjects.push_back(std::move(weakness));
      add(nullptr, "name", std::move(cve), weight_name);
    }
    for (const Term& term : encyclopedia.terms()) add_term(term);
    for (const PostureCheck& check : encyclopedia.checks()) add_check(check);
  }

  Passages take() && { return std::move(out_); }

 private:
  // Of the subject that was added last.
  void add(const Variant* variant, std::string_view where, std::string text, int weight) {
    if (trim(text).empty()) return;
    out_.passages.push_back({out_.subjects.size() - 1, variant, where, std::move(text), weight});
  }

  void add_names(const Variant* variant, const std::vector<VendorName>& names) {
    for (const VendorName& name : names) {
      add(variant, "name", name.vendor + ": " + name.label, weight_name);
    }
  }

  void add_facts(const Variant* variant, const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) add(variant, fact.topic, fact.text, weight_fact);
  }

  void add_payloads(const Variant* variant, const std::vector<Payload>& payloads) {
    for (const Payload& payload : payloads) {
      add(variant, "payload", payload.type + " (" + payload.trigger + "): " + payload.description,
          weight_fact);
    }
  }

  void add_entry(const Entry& entry) {
    Subject subject;
    subject.entry = &entry;
    out_.subjects.push_back(std::move(subject));
    add(nullptr, "name", entry.title, weight_name);
    add(nullptr, "id", entry.id, weight_name);
    add(nullptr, "also called", join(entry.also_called, ", "), weight_name);
    add(nullptr, "summary", entry.summary, weight_fact);
    add(nullptr, "class", join(entry.classes, ", "), weight_fact);
    add(nullptr, "affected", join(entry.affected.systems, ", "), weight_prose);
    add(nullptr, "affected", join(entry.affected.software, ", "), weight_fact);
    add_names(nullptr, entry.names);
    add_facts(nullptr, entry.facts);
    add_payloads(nullptr, entry.payloads);
    for (const Transmission& way : entry.transmissions) {
      add(nullptr, "transmission", way.method + ": " + way.description, weight_fact);
    }
    for (const BulletinReference& reference : entry.bulletins) {
      add(nullptr, "bulletin", reference.id + ": " + reference.note, weight_fact);
    }
    for (const Relation& relation : entry.relations) {
      add(nullptr, "relation", relation.to + ": " + relation.note, weight_prose);
    }
    for (const auto& [heading, text] : entry.sections) {
      for (const std::string_view line : split(text, '\n')) {
        add(nullptr, heading, std::string(trim(line)), weight_prose);
      }
    }
    for (const Variant& variant : entry.variants) add_variant(variant);
  }

  void add_variant(const Variant& variant) {
    add(&variant, "name", variant.title, weight_name);
    add_names(&variant, variant.names);
    for (const auto& change : variant.changes) {
      for (std::string& text : texts_of(*change)) {
        add(&variant, change->kind(), std::move(text), weight_change);
      }
      add(&variant, change->kind(), change->note, weight_fact);
    }
    add_facts(&variant, variant.facts);
    add_payloads(&variant, variant.payloads);
    add(&variant, "named only", variant.named_only, weight_prose);
  }

  void add_bulletin(const Bulletin& bulletin) {
    Subject subject;
    subject.bulletin = &bulletin;
    out_.subjects.push_back(std::move(subject));
    add(nullptr, "name", bulletin.id + ": " + bulletin.title, weight_name);
    add(nullptr, "CVE", join(bulletin.cves, ", "), weight_name);
    if (!bulletin.kb.empty()) add(nullptr, "article", "KB" + bulletin.kb, weight_name);
    add(nullptr, "allows", bulletin.allows, weight_fact);
    add(nullptr, "note", bulletin.note, weight_prose);
    add(nullptr, "products", join(bulletin.products, ", "), weight_prose);
  }

  void add_term(const Term& term) {
    Subject subject;
    subject.term = &term;
    out_.subjects.push_back(std::move(subject));
    add(nullptr, "name", term.title, weight_name);
    add(nullptr, "id", term.id, weight_name);
    add(nullptr, "meaning", term.definition, weight_fact);
  }

  void add_check(const PostureCheck& check) {
    Subject subject;
    subject.check = &check;
    out_.subjects.push_back(std::move(subject));
    add(nullptr, "check", check.title, weight_fact);
    add(nullptr, "id", check.id, weight_fact);
    add(nullptr, "check", check.about, weight_fact);
    add(nullptr, "risk", check.risk, weight_prose);
    add(nullptr, "mend", check.mend, weight_prose);
  }

  Passages out_;
};

}  // namespace

Passages passages_of(const Encyclopedia& encyclopedia) { return Collector(encyclopedia).take(); }

}  // namespace antidotary::entries
