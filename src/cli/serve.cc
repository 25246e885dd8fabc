// serve: the daemon that mail servers speak to.
#include <algorithm>

#include "cli/allow_book.h"
#include "cli/desk.h"
#include "cli/packs.h"
#include "core/text.h"
#include "files/root.h"
#include "gate/clamd_conf.h"
#include "gate/policy_file.h"
#include "serve/config.h"
#include "serve/server.h"

namespace antidotary::cli {
namespace {

constexpr std::uint64_t config_bytes_max = 1 << 20;

/// A pack, the entries and what is allowed, opened together and let go together.
class OpenKnown final : public serve::Known {
 public:
  static Result<std::shared_ptr<const serve::Known>> open(const Invocation& invocation,
                                                          const serve::Config& config) {
    auto out = std::make_shared<OpenKnown>();
    PackRecipe recipe;
    recipe.inputs = config.databases;
    Invocation asked = invocation;
    if (!config.pack.empty()) asked.values["pack"] = config.pack;
    out->pack_ = ANTIDOTARY_TRY(pack_of(asked, recipe));
    if (out->pack_) ANTIDOTARY_CHECK(check_whole(*out->pack_));
    out->encyclopedia_.emplace(ANTIDOTARY_TRY(open_encyclopedia(invocation)));
    out->allow_ = allowances_of(invocation);
    out->knowledge_.encyclopedia = &*out->encyclopedia_;
    out->knowledge_.allow = &out->allow_;
    if (out->pack_) {
      out->knowledge_.pack = out->pack_->pack.get();
      out->knowledge_.yara = out->pack_->yara.get();
    }
    return std::shared_ptr<const serve::Known>(std::move(out));
  }

  const scan::Knowledge& knowledge() const override { return knowledge_; }
  std::string id() const override {
    return pack_ ? "pack " + pack_->pack->file().id() : "entries alone";
  }
  std::uint64_t signatures() const override {
    std::uint64_t count = encyclopedia_->entries().size();
    if (pack_) {
      for (const pack::Source& source : pack_->pack->sources()) count += source.taken;
    }
    return count;
  }

 private:
  std::optional<OpenPack> pack_;
  std::optional<entries::Encyclopedia> encyclopedia_;
  scan::AllowList allow_;
  scan::Knowledge knowledge_;
};

/// The policy of mail, by its file where one is named; its mistakes are told by `tell`.
Result<gate::Policy> policy_of(const serve::Config& config,
                               const std::function<void(const std::string&)>& tell) {
  const std::string& path = config.milter.policy_path;
  if (path.empty()) return gate::Policy();
  const Buffer text = ANTIDOTARY_TRY(files::read_file(path, config_bytes_max));
  gate::PolicyRead read = gate::read_policy(as_text(text), path);
  for (const std::string& mistake : read.mistakes) tell(mistake);
  if (!read.mistakes.empty()) {
    return fail(ErrorKind::bad_input, "{}", read.mistakes.front());
  }
  return std::move(read.policy);
}

serve::KnownSource source_of(const Invocation& invocation, const serve::Config& config) {
  serve::KnownSource out;
  out.load = [invocation](const serve::Config& now) { return OpenKnown::open(invocation, now); };
  out.policy = [](const serve::Config& now) { return policy_of(now, [](const std::string&) {}); };
  if (!config.milter.policy_path.empty()) out.watched.push_back(config.milter.policy_path);
  if (!config.pack.empty()) out.watched.push_back(config.pack);
  if (!config.databases.empty()) {
    out.watched.insert(out.watched.end(), config.databases.begin(), config.databases.end());
    out.build = [invocation](const serve::Config& now) -> Status {
      // It builds what the key of the sources asks for, unless that is there already.
      ANTIDOTARY_CHECK(OpenKnown::open(invocation, now));
      return {};
    };
  }
  return out;
}

/// Mail is kept where mail comes.
Result<std::optional<serve::held::Store>> held_of(const Invocation& invocation,
                                                  const serve::Config& config,
                                                  const std::vector<serve::Listening>& listeners) {
  const bool mail = std::any_of(listeners.begin(), listeners.end(),
                                [](const auto& one) { return one.name == "milter"; });
  if (!config.quarantine.enabled || !mail) return std::nullopt;
  const files::Root state = ANTIDOTARY_TRY(open_state(invocation));
  return ANTIDOTARY_TRY(serve::held::Store::open(state, config.quarantine.bounds));
}

/// The ledger's folder. Mail needs none of it: without it the daemon serves all the same.
std::optional<files::Root> outbreak_folder(const Invocation& invocation,
                                           const serve::Config& config) {
  if (!config.outbreak.enabled) return std::nullopt;
  const auto state = open_state(invocation);
  auto folder = state ? serve::outbreak::open_folder(*state)
                      : Result<files::Root>(tl::unexpected(state.error()));
  if (folder) return std::move(*folder);
  complain("there is no outbreak ledger: " + folder.error().what);
  return std::nullopt;
}

Result<std::vector<serve::Listening>> listeners_of(const serve::Config& config) {
  std::vector<serve::Listening> out = serve::inherited_listeners();
  const auto add = [&out](const serve::Listen& listen, const std::string& name) -> Status {
    for (const serve::Listening& one : out) {
      if (one.name == name) return {};  // systemd's sockets take the place of ours
    }
    for (auto& one : ANTIDOTARY_TRY(serve::open_listeners(listen, name))) {
      out.push_back(std::move(one));
    }
    return {};
  };
  ANTIDOTARY_CHECK(add(config.clamd.listen, "clamd"));
  ANTIDOTARY_CHECK(add(config.milter.listen, "milter"));
  ANTIDOTARY_CHECK(add(config.http.listen, "http"));
  return out;
}

/// Prints a clamd.conf as our configuration; what cannot be honoured goes to stderr, line by line.
Exit translate(const std::string& path) {
  const auto text = files::read_file(path, config_bytes_max);
  if (!text) return complain(text.error());
  const gate::Translation out = gate::translate_clamd_conf(as_text(*text), path);
  for (const std::string& note : out.notes) complain(note);
  for (const std::string& mistake : out.mistakes) complain(mistake);
  if (!out.mistakes.empty()) return Exit::incomplete;
  for (const std::string& mistake : serve::read_config(out.toml, path + " as TOML").mistakes) {
    complain(mistake);
  }
  print(out.toml);
  return Exit::clean;
}

}  // namespace

Exit run_serve(const Invocation& invocation) {
  if (invocation.has("from-clamd-conf")) return translate(invocation.value("from-clamd-conf"));
  if (!invocation.has("config")) {
    return complain("serve takes --config FILE; 'antidotary serve --help' shows one");
  }
  const std::string path = invocation.value("config");
  const auto text = files::read_file(path, config_bytes_max);
  if (!text) return complain(text.error());
  const serve::ConfigRead read = serve::read_config(as_text(*text), path);
  for (const std::string& mistake : read.mistakes) complain(mistake);
  if (!read.mistakes.empty()) return Exit::incomplete;
  bool told = false;
  const auto policy = policy_of(read.config, [&told](const std::string& mistake) {
    complain(mistake);
    told = true;
  });
  if (!policy) return told ? Exit::incomplete : complain(policy.error());
  if (invocation.has("check-config")) {
    print(path + ": good\n");
    return Exit::clean;
  }
  auto listeners = listeners_of(read.config);
  if (!listeners) return complain(listeners.error());
  if (listeners->empty()) {
    return complain(path +
                    ": nothing to listen on; give [clamd], [milter] or [http] a 'unix' path or a "
                    "'tcp' address");
  }
  auto held = held_of(invocation, read.config, *listeners);
  if (!held) return complain(held.error());
  serve::Stores stores{std::move(*held), outbreak_folder(invocation, read.config)};
  const Status served = serve::serve(read.config, source_of(invocation, read.config),
                                     std::move(*listeners), std::move(stores));
  return served ? Exit::clean : complain(served.error());
}

}  // namespace antidotary::cli
