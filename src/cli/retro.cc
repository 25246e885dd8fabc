// retro: who got, before anybody knew, what a pack convicts today; and the commands that take it
// out of their mailboxes.
//
// The ledger knows digests, not contents: it is asked which of them the pack's tables of digests
// and the entries' files name. A pattern or a YARA rule cannot be tried on what is not there.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "cli/allow_book.h"
#include "cli/desk.h"
#include "cli/packs.h"
#include "cli/times.h"
#include "core/text.h"
#include "entries/kinds/file.h"
#include "files/state.h"
#include "gate/outbreak/expunge.h"
#include "gate/outcome.h"
#include "serve/outbreak/addresses.h"
#include "serve/outbreak/ledger.h"

namespace antidotary::cli {
namespace {

using gate::outbreak::Person;
using serve::outbreak::Copy;
using serve::outbreak::Ledger;
using serve::outbreak::MailRow;

constexpr std::uint64_t addresses_bytes_max = 256ull << 20;

/// What convicts by digest today.
class Convictions {
 public:
  Convictions(const entries::Encyclopedia& encyclopedia, const pack::Pack* pack,
              const scan::AllowList& allow)
      : pack_(pack), allow_(allow) {
    for (const entries::Entry& entry : encyclopedia.entries()) {
      for (const entries::Variant& variant : entry.variants) {
        for (const auto& change : variant.changes) {
          if (change->kind() != "file") continue;
          add(entry.id + "." + variant.id, static_cast<const entries::FileChange&>(*change));
        }
      }
    }
  }

  /// The name under which it is known; empty where it is not.
  std::string of(const scan::Leaf& leaf) const {
    for (const std::string* const one : {&leaf.sha256, &leaf.sha1, &leaf.md5}) {
      if (allow_.allows_digest(*one)) return {};
    }
    for (const std::string* const one : {&leaf.sha256, &leaf.sha1, &leaf.md5}) {
      const auto found = files_.find(*one);
      if (found == files_.end()) continue;
      const auto& sizes = found->second.sizes;
      const bool fits =
          sizes.empty() || std::find(sizes.begin(), sizes.end(), leaf.size_bytes) != sizes.end();
      if (fits) return found->second.name;
    }
    return pack_ == nullptr || hit(leaf, pack::Role::allow) != "" ? ""
                                                                  : hit(leaf, pack::Role::detect);
  }

 private:
  struct Known {
    std::string name;
    std::vector<std::uint64_t> sizes;
  };

  void add(const std::string& name, const entries::FileChange& file) {
    for (const auto* const list : {&file.md5, &file.sha1, &file.sha256}) {
      for (const std::string& digest : *list) files_[digest] = {name, file.sizes};
    }
  }

  std::string hit(const scan::Leaf& leaf, pack::Role role) const {
    const std::array<std::pair<DigestKind, const std::string*>, 3> digests = {
        {{DigestKind::sha256, &leaf.sha256},
         {DigestKind::sha1, &leaf.sha1},
         {DigestKind::md5, &leaf.md5}}};
    for (const auto& [kind, hex] : digests) {
      const auto bytes = from_hex(*hex);
      if (!bytes || bytes->size() < sizeof(match::DigestKey)) continue;
      match::DigestKey key{};
      std::copy_n(bytes->begin(), key.size(), key.begin());
      std::vector<std::uint32_t> tags;
      pack_->digests(kind, pack::Scope::file, role).find(key, leaf.size_bytes, tags);
      for (const std::uint32_t tag : tags) {
        const auto name = pack_->digest_name(tag);
        if (role == pack::Role::allow) return "allowed";
        if (name && !allow_.allows_name(name->text)) return name->text;
      }
    }
    return {};
  }

  const pack::Pack* pack_;
  const scan::AllowList& allow_;
  std::map<std::string, Known> files_;
};

/// Addresses that a person names, by their hashes: "ADDRESS" or "ADDRESS USER" a line, as 'doveadm
/// user "*"' prints them.
Result<std::map<Person, gate::outbreak::Mailbox>> people_of(
    const Invocation& invocation, const serve::outbreak::Addresses& addresses) {
  std::map<Person, gate::outbreak::Mailbox> out;
  const auto add = [&](const std::string& address, const std::string& user) {
    out[addresses.recipient(address)] = {address, user};
  };
  for (const std::string& path : invocation.all("addresses")) {
    const Buffer text =
        ANTIDOTARY_TRY(files::read_file(path == "-" ? "/dev/stdin" : path, addresses_bytes_max));
    for (const std::string_view line : split(as_text(text), '\n')) {
      const std::string words = collapse_white_space(line);
      if (words.empty() || words.front() == '#') continue;
      const std::size_t blank = words.find(' ');
      const std::string address = words.substr(0, blank);
      const std::string user = blank == std::string::npos ? address : words.substr(blank + 1);
      if (address.find('@') != std::string::npos) {
        add(address, user);
        continue;
      }
      for (const std::string& domain : invocation.all("domain")) add(address + "@" + domain, user);
    }
  }
  return out;
}

class Hunt {
 public:
  Hunt(const Invocation& invocation, std::map<Person, gate::outbreak::Mailbox> people)
      : invocation_(invocation), people_(std::move(people)) {}

  void tell(const std::string& name, const Copy& copy) {
    const MailRow& mail = copy.mail;
    const bool arrived = mail.outcome == enum_name(gate::Outcome::Whole::deliver) || copy.released;
    ++(arrived ? delivered_ : stopped_);
    std::vector<std::string> known, users;
    for (const Person person : mail.recipients) {
      const auto found = people_.find(person);
      if (found == people_.end()) continue;
      known.push_back(found->second.address);
      users.push_back(found->second.user);
    }
    const std::size_t unknown = mail.recipients.size() - known.size();
    unknown_ += arrived ? unknown : 0;
    std::vector<std::string> commands;
    if (arrived && !known.empty()) {
      for (const std::string& user : users) {
        std::string one = gate::outbreak::expunge_command(user, mail.message_id, mail.time_s);
        if (one.empty()) {
          ++without_command_;
        } else if (given_.insert(one).second) {
          commands.push_back(std::move(one));
        }
      }
    }
    invocation_.has("json") ? print_json(name, copy, arrived, known, commands)
                            : print_text(name, copy, arrived, known, unknown, commands);
  }

  void finish(std::uint64_t looked_up) const {
    if (invocation_.has("json")) return;
    print(
        fmt::format("{} messages arrived, {} were stopped; {} attachments were looked up by "
                    "their digests\n",
                    delivered_, stopped_, looked_up));
    if (unknown_ > 0) {
      print(
          fmt::format("{} recipients are known by their hash alone: name those that may be "
                      "meant with --addresses FILE\n",
                      unknown_));
    }
    if (without_command_ > 0) {
      print(
          fmt::format("{} copies have no Message-ID by which they could be found safely: look "
                      "for their queue id in the mail server's log\n",
                      without_command_));
    }
  }
  Exit exit() const { return delivered_ > 0 ? Exit::found : Exit::clean; }

 private:
  void print_text(const std::string& name, const Copy& copy, bool arrived,
                  const std::vector<std::string>& known, std::size_t unknown,
                  const std::vector<std::string>& commands) {
    const MailRow& mail = copy.mail;
    const scan::Leaf& leaf = mail.leaves.at(0);
    print(fmt::format("{}  {}  \"{}\"  sha256 {}\n    {}  {}  {}  from {}  to {}{}\n",
                      escape_for_terminal(name), arrived ? "ARRIVED" : "stopped",
                      escape_for_terminal(leaf.names.empty() ? "" : leaf.names.front()),
                      leaf.sha256, shown_time(mail.time_s), escape_for_terminal(mail.queue_id),
                      escape_for_terminal(mail.message_id), escape_for_terminal(mail.client),
                      escape_for_terminal(join(known, ", ")),
                      unknown == 0    ? ""
                      : known.empty() ? fmt::format("{} unknown", unknown)
                                      : fmt::format(" and {} unknown", unknown)));
    for (const std::string& one : commands) print("    " + one + "\n");
  }

  void print_json(const std::string& name, const Copy& copy, bool arrived,
                  const std::vector<std::string>& known, const std::vector<std::string>& commands) {
    const MailRow& mail = copy.mail;
    Json out;
    out.set("schema", "antidotary-report/1");
    out.set("type", "retro");
    out.set("name", name);
    out.set("arrived", arrived);
    out.set("released", copy.released);
    out.set("time_s", mail.time_s);
    out.set("queue_id", mail.queue_id);
    out.set("message_id", mail.message_id);
    out.set("client", mail.client);
    out.set("held", mail.held_id);
    out.set("attachment", to_json(mail.leaves.at(0)));
    out.set("recipients", std::uint64_t{mail.recipients.size()});
    out.set("addresses", to_json(known));
    out.set("commands", to_json(commands));
    print_line(out);
  }

  const Invocation& invocation_;
  std::map<Person, gate::outbreak::Mailbox> people_;
  std::set<std::string> given_;
  std::uint64_t delivered_ = 0;
  std::uint64_t stopped_ = 0;
  std::uint64_t unknown_ = 0;
  std::uint64_t without_command_ = 0;
};

Result<Exit> hunt(const Invocation& invocation) {
  const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
  const files::Root folder = ANTIDOTARY_TRY(serve::outbreak::find_folder(state));
  const Ledger ledger = ANTIDOTARY_TRY(Ledger::read(folder));
  const serve::outbreak::Addresses addresses(ANTIDOTARY_TRY(files::local_key(folder)));
  const auto people = ANTIDOTARY_TRY(people_of(invocation, addresses));
  const auto encyclopedia = ANTIDOTARY_TRY(open_encyclopedia(invocation));
  const auto opened = ANTIDOTARY_TRY(pack_of(invocation, databases_of(invocation)));
  const scan::AllowList allow = allowances_of(invocation);
  const Convictions convictions(encyclopedia, opened ? opened->pack.get() : nullptr, allow);
  std::vector<std::pair<std::string, std::string>> convicted;  // name, SHA-256
  std::uint64_t looked_up = 0;
  ANTIDOTARY_CHECK(ledger.each_leaf([&](const scan::Leaf& leaf) {
    ++looked_up;
    std::string name = convictions.of(leaf);
    if (!name.empty()) convicted.emplace_back(std::move(name), leaf.sha256);
  }));
  Hunt out(invocation, people);
  for (const auto& one : convicted) {
    ANTIDOTARY_CHECK(
        ledger.copies(one.second, [&](const Copy& copy) { out.tell(one.first, copy); }));
  }
  out.finish(looked_up);
  return out.exit();
}

}  // namespace

Exit run_retro(const Invocation& invocation) {
  const auto done = hunt(invocation);
  return done ? *done : complain(done.error());
}

}  // namespace antidotary::cli
