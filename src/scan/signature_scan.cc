#include "scan/signature_scan.h"

#include <algorithm>
#include <unordered_set>

#include "core/digest.h"
#include "core/text.h"
#include "formats/clam_type.h"
#include "formats/executable/elf.h"
#include "formats/executable/macho.h"
#include "formats/executable/pe.h"
#include "pack/links.h"
#include "pack/matcher.h"
#include "pack/yara_meta.h"
#include "scan/alerts.h"
#include "scan/links.h"
#include "scan/scanner.h"
#include "scan/type_marks.h"
#include "unpack/pictures/fuzzy_hash.h"
#include "unpack/views/views.h"

namespace antidotary::scan {
namespace {

constexpr std::string_view zip_type = "CL_TYPE_ZIP";
// Bytes shown before a match.
constexpr std::uint64_t lead_bytes = 16;

Proof proof_of(const std::string& what, const match::Span& span, Bytes bytes) {
  Proof out;
  out.what = what;
  out.offset = span.begin;
  out.length = span.end - span.begin;
  if (span.begin > bytes.size()) return out;
  out.around_offset = span.begin - std::min(span.begin, lead_bytes);
  const Bytes rest = bytes.subspan(static_cast<std::size_t>(out.around_offset));
  out.around = to_buffer(rest.first(std::min(rest.size(), proof_bytes_max)));
  return out;
}

/// Tells a part that could not be asked: "limited" where a limit cut it, else "failed".
void miss(const Error& error, const std::vector<std::string>& path, Report& report) {
  if (report.unread.size() > report_items_max) return;
  if (report.unread.size() == report_items_max) {
    report.unread.push_back({Gap::limited, {path.front()}, "the report is full"});
    return;
  }
  const bool limit = error.kind == ErrorKind::budget_spent || error.kind == ErrorKind::refused;
  const Gap gap = limit ? Gap::limited : Gap::failed;
  const auto same = [&](const Unread& known) {
    return known.gap == gap && known.reason == error.what && known.path == path;
  };
  if (std::any_of(report.unread.begin(), report.unread.end(), same)) return;
  report.unread.push_back({gap, path, error.what});
}

void miss(const std::vector<Error>& errors, const std::vector<std::string>& path, Report& report) {
  for (const Error& error : errors) miss(error, path, report);
}

/// Which rules see the bytes as they are, and which the normalised views alone.
void choose_rules(pack::Subject& subject, formats::RawMatch raw) {
  switch (raw) {
    case formats::RawMatch::all:
    case formats::RawMatch::none:
      // clamscan leaves media files and the smallest ones out; a digest of one is a digest of one.
      break;
    case formats::RawMatch::any:
      subject.own_rules = false;
      break;
    case formats::RawMatch::digests:
      subject.own_rules = false;
      subject.any_rules = false;
      break;
  }
}

/// The layout of a program; nothing of any other object, or where its headers are damaged.
/// Errors: budget_spent.
Result<std::optional<pack::Executable>> layout_of(const pack::Subject& subject, Budget& budget) {
  const auto read = [&]() -> Result<executable::Layout> {
    switch (subject.target) {
      case pack::Target::pe:
        return executable::read_pe(subject.bytes, budget);
      case pack::Target::elf:
        return executable::read_elf(subject.bytes, budget);
      case pack::Target::macho:
        return executable::read_macho(subject.bytes, budget);
      default:
        return fail(ErrorKind::not_this_format, "no program");
    }
  };
  auto layout = read();
  if (!layout) {
    if (layout.error().kind == ErrorKind::budget_spent) return tl::unexpected(layout.error());
    return std::nullopt;
  }
  pack::Executable out;
  out.entry_point = layout->entry_point;
  for (const executable::Section& section : layout->sections) {
    out.sections.push_back({section.offset, section.size});
  }
  out.version_strings = std::move(layout->version_strings);
  out.imports = std::move(layout->imports);
  return out;
}

/// What an object looks like, or nothing where it is no picture that is decoded. One that is
/// damaged looks like nothing, as for clamscan; a limit is told.
std::optional<std::uint64_t> image_hash_of(const Layer& object,
                                           const std::vector<std::string>& path, Budget& budget,
                                           Report& report) {
  const auto picture = unpack::grey_of(object.format, object.bytes, budget);
  const auto hash = picture ? unpack::fuzzy_hash(*picture, budget)
                            : Result<std::uint64_t>(tl::unexpected(picture.error()));
  if (hash) return *hash;
  const ErrorKind kind = hash.error().kind;
  if (kind == ErrorKind::budget_spent || kind == ErrorKind::refused) {
    miss(hash.error(), path, report);
  }
  return std::nullopt;
}

/// The name for YARA's `filetype`: "EXE" for a PE program, else the format's, in capitals.
std::string file_type(formats::Format format) {
  if (format == formats::Format::unknown || format == formats::Format::empty) return "";
  if (format == formats::Format::pe) return "EXE";
  std::string out(formats::name_of(format));
  for (char& one : out) one = one >= 'a' && one <= 'z' ? static_cast<char>(one - 'a' + 'A') : one;
  return out;
}

}  // namespace

std::string allowance_of(const AllowList* allow, std::vector<Layer>& layers) {
  if (allow == nullptr || allow->empty()) return "";
  for (Layer& layer : layers) {
    if (!layer.allowance) layer.allowance = allow->allowing(layer.bytes).value_or("");
    if (!layer.allowance->empty()) return *layer.allowance;
  }
  return "";
}

struct SignatureScan::State {
  Knowledge knowledge;
  Search search;
  std::optional<pack::Matcher> matcher;
  TypeMarks types;
  LinkLists links;
  std::vector<std::string> passwords;        ///< Of zip archives.
  std::vector<Error> damaged;                ///< Tables of the pack that cannot be read.
  std::unordered_set<std::string> told;      ///< The names in the report that is being filled.
  std::unordered_set<std::string> silenced;  ///< What was not told, with its place.
  std::vector<Alert> held;                   ///< What no signature told, until the end.

  /// Whether the object, or one that it lies in, is allowed by the pack.
  bool pack_allows(std::vector<Layer>& layers);
  /// Adds it to `held`.
  void hold(std::vector<Layer>& layers, const std::vector<std::string>& path, Alert alert,
            Report& report);
  /// The user's allowance that silences the alert, or empty.
  std::string allowance(std::vector<Layer>& layers, Bytes bytes, const Alert& alert);
  void add(std::vector<Layer>& layers, const std::vector<std::string>& path, Bytes bytes,
           Alert alert, Report& report);
  void take(const std::vector<pack::Finding>& findings, std::vector<Layer>& layers,
            const std::vector<std::string>& path, const pack::Subject& subject,
            std::string_view view, Report& report);
  Status match(pack::Subject& subject, std::vector<Layer>& layers,
               const std::vector<std::string>& path, Budget& budget, Report& report);
  Status match_views(const pack::Subject& subject, std::vector<Layer>& layers,
                     const std::vector<std::string>& path, Budget& budget, Report& report);
  Status match_yara(std::vector<Layer>& layers, const std::vector<std::string>& path,
                    Budget& budget, Report& report);
};

bool SignatureScan::State::pack_allows(std::vector<Layer>& layers) {
  if (!matcher) return false;
  return std::any_of(layers.begin(), layers.end(), [this](Layer& layer) {
    if (!layer.pack_allows) layer.pack_allows = matcher->allowed(layer.bytes);
    return *layer.pack_allows;
  });
}

std::string SignatureScan::State::allowance(std::vector<Layer>& layers, Bytes bytes,
                                            const Alert& alert) {
  if (knowledge.allow == nullptr || knowledge.allow->empty()) return "";
  if (knowledge.allow->allows_name(alert.name)) return "name " + alert.name;
  std::string by = allowance_of(knowledge.allow, layers);
  if (by.empty() && !alert.view.empty()) by = knowledge.allow->allowing(bytes).value_or("");
  return by;
}

void SignatureScan::State::add(std::vector<Layer>& layers, const std::vector<std::string>& path,
                               Bytes bytes, Alert alert, Report& report) {
  // YARA rules of one name in two files are two rules.
  const bool by_source = alert.kind == "yara";
  const auto same = [&](const Alert& known) {
    return known.name == alert.name && known.path == path &&
           (!by_source || known.source == alert.source);
  };
  // Where an archive's members all hit, a name that is new still finds its place.
  const bool new_name = !told.contains(alert.name);
  if (report.alerts.size() >= (new_name ? report_names_max : report_items_max)) {
    const Error full{ErrorKind::budget_spent, "more signatures hit than a report holds", {}};
    return miss(full, path, report);
  }
  if (!new_name && std::any_of(report.alerts.begin(), report.alerts.end(), same)) return;
  if (const std::string by = allowance(layers, bytes, alert); !by.empty()) {
    // Once for an object, in however many of its views it shows.
    const bool first = silenced.insert(alert.name + '\0' + join(path, "\n")).second;
    return first ? add_silenced(report.silenced, by) : void();
  }
  if (pack_allows(layers) || (matcher && !alert.view.empty() && matcher->allowed(bytes))) return;
  alert.path = path;
  told.insert(alert.name);
  report.alerts.push_back(std::move(alert));
}

void SignatureScan::State::hold(std::vector<Layer>& layers, const std::vector<std::string>& path,
                                Alert alert, Report& report) {
  Report one;
  one.alerts.swap(held);
  const Bytes bytes = layers.empty() ? Bytes() : layers.back().bytes;
  add(layers, path, bytes, std::move(alert), one);
  held.swap(one.alerts);
  for (const Silenced& silence : one.silenced) {
    add_silenced(report.silenced, silence.by, silence.findings);
  }
  for (Unread& unread : one.unread) report.unread.push_back(std::move(unread));
}

void SignatureScan::State::take(const std::vector<pack::Finding>& findings,
                                std::vector<Layer>& layers, const std::vector<std::string>& path,
                                const pack::Subject& subject, std::string_view view,
                                Report& report) {
  for (const pack::Finding& finding : findings) {
    // It asks for another look, as what it names; where the object is that, it tells its name.
    if (!finding.handler_type.empty() && finding.handler_type != subject.type) continue;
    Alert alert;
    alert.name = finding.name;
    alert.kind = finding.kind;
    alert.source = finding.origin.source;
    alert.line = finding.origin.line;
    alert.view = view;
    for (const pack::Evidence& one : finding.evidence) {
      alert.proofs.push_back(proof_of(one.what, one.span, subject.bytes));
    }
    add(layers, path, subject.bytes, std::move(alert), report);
    if (!search.all && !report.alerts.empty()) return;
  }
}

Status SignatureScan::State::match(pack::Subject& subject, std::vector<Layer>& layers,
                                   const std::vector<std::string>& path, Budget& budget,
                                   Report& report) {
  std::vector<pack::Finding> findings;
  pack::Digests digests;
  const Status matched = matcher->match(subject, budget, findings, digests);
  miss(matcher->gaps(), path, report);
  take(findings, layers, path, subject, "", report);
  if (layers.size() == 1 && report.sha256.empty()) report.sha256 = digests.hex[2];
  ANTIDOTARY_CHECK(matched);
  ANTIDOTARY_CHECK(match_views(subject, layers, path, budget, report));
  // A rule may say that the object is of another type than it looks; it is looked at again once.
  for (const pack::Finding& finding : findings) {
    if (finding.handler_type.empty() || finding.handler_type == subject.type) continue;
    pack::Subject again = subject;
    again.type = finding.handler_type;
    again.target = static_cast<pack::Target>(formats::target_of(again.type));
    choose_rules(again, formats::raw_match(again.type, again.bytes));
    // What is called HTML is matched by its views alone, wherever its marks stand.
    if (again.target == pack::Target::html) again.any_rules = again.own_rules = false;
    const auto layout_again = ANTIDOTARY_TRY(layout_of(again, budget));
    again.executable = layout_again ? &*layout_again : nullptr;
    std::vector<pack::Finding> more;
    const Status rematched = matcher->match(again, budget, more, digests);
    miss(matcher->gaps(), path, report);
    take(more, layers, path, again, "", report);
    ANTIDOTARY_CHECK(rematched);
    ANTIDOTARY_CHECK(match_views(again, layers, path, budget, report));
  }
  return {};
}

Status SignatureScan::State::match_views(const pack::Subject& subject, std::vector<Layer>& layers,
                                         const std::vector<std::string>& path, Budget& budget,
                                         Report& report) {
  // Where no rule asks for a view none is made.
  const bool asked =
      knowledge.pack->asks_for(pack::Target::any) || knowledge.pack->asks_for(subject.target);
  // HTML is shown as text as well.
  const bool wanted = asked || (subject.target == pack::Target::html &&
                                knowledge.pack->asks_for(pack::Target::text));
  if (!wanted) return {};
  const unpack::Views views = unpack::views(subject.type, subject.bytes, budget);
  if (views.cut) miss(*views.cut, path, report);
  for (const unpack::View& view : views.all) {
    if (!search.all && !report.alerts.empty()) return {};
    pack::Subject normalised = subject;
    normalised.bytes = view.bytes;
    normalised.target = static_cast<pack::Target>(view.target);
    normalised.any_rules = true;
    normalised.own_rules = true;
    std::vector<pack::Finding> findings;
    const Status matched = matcher->match_view(normalised, budget, findings);
    miss(matcher->gaps(), path, report);
    take(findings, layers, path, normalised, view.name, report);
    ANTIDOTARY_CHECK(matched);
  }
  return {};
}

Status SignatureScan::State::match_yara(std::vector<Layer>& layers,
                                        const std::vector<std::string>& path, Budget& budget,
                                        Report& report) {
  const Layer& object = layers.back();
  pack::YaraSubject subject;
  subject.bytes = object.bytes;
  subject.filename = path.back().substr(path.back().rfind('/') + 1);
  for (const std::string& part : path) {
    subject.filepath += (subject.filepath.empty() ? "" : "/") + part;
  }
  subject.filetype = file_type(object.format);
  if (layers.size() > 1) subject.container = formats::name_of(layers[layers.size() - 2].format);
  std::vector<std::string> reasons;
  std::vector<pack::YaraMatch> matches;
  const Status matched = knowledge.yara->scan(subject, budget, matches, &reasons);
  for (std::string& reason : reasons) {
    miss(Error{ErrorKind::budget_spent, std::move(reason), {}}, path, report);
  }
  for (const pack::YaraMatch& match : matches) {
    Alert alert;
    alert.name = match.shown_name;
    alert.kind = "yara";
    alert.source = match.source;
    const auto meta = pack::shown(pack::read_yara_meta(match.meta, match.tags));
    for (const auto& [what, value] : meta) alert.meta.push_back({what, value});
    for (const auto& [what, span] : match.strings) {
      alert.proofs.push_back(proof_of("string " + what, span, object.bytes));
    }
    add(layers, path, object.bytes, std::move(alert), report);
  }
  return matched;
}

SignatureScan::SignatureScan(const Knowledge& knowledge, Search search)
    : state_(std::make_unique<State>()) {
  state_->knowledge = knowledge;
  state_->search = search;
  if (knowledge.pack == nullptr) return;
  state_->matcher.emplace(*knowledge.pack);
  state_->types = TypeMarks(knowledge.pack->magics());
  const auto links = pack::links_of(knowledge.pack->file());
  if (links) state_->links = LinkLists(*links);
  const auto passwords = pack::passwords_of(knowledge.pack->file());
  for (const pack::Password& one : passwords.value_or(std::vector<pack::Password>{})) {
    if (one.container.empty() || one.container == zip_type) state_->passwords.push_back(one.text);
  }
  if (!links) state_->damaged.push_back(links.error());
  if (!passwords) state_->damaged.push_back(passwords.error());
}
SignatureScan::SignatureScan(SignatureScan&&) noexcept = default;
SignatureScan::~SignatureScan() = default;

void SignatureScan::warm() {
  if (state_->matcher) state_->matcher->warm();
}

void SignatureScan::begin() {
  state_->told.clear();
  state_->silenced.clear();
}

bool SignatureScan::active() const {
  return state_->knowledge.pack != nullptr || state_->knowledge.yara != nullptr;
}

bool SignatureScan::satisfied(const Report& report) const {
  return !state_->search.all && !report.alerts.empty();
}

Result<formats::Format> SignatureScan::tell_type(Layer& layer, Budget& budget) const {
  auto type = state_->types.type_of(layer.bytes, budget);
  layer.type = type ? std::move(type->name) : std::string(formats::clam_type(layer.bytes));
  layer.raw = type ? type->raw : formats::raw_match(layer.type, layer.bytes);
  return type.map([](const TypeMarks::Type& told) { return told.format; });
}

std::span<const std::string> SignatureScan::passwords(std::string_view type) const {
  if (type != zip_type) return {};
  return state_->passwords;
}

void SignatureScan::links(std::vector<Layer>& layers, const std::vector<std::string>& path,
                          const std::vector<std::string>& pages, Budget& budget, Report& report) {
  const Search& search = state_->search;
  const LinkLists::Asked asked{asks(search, AlertKind::link_safety),
                               asks(search, AlertKind::link_cloak)};
  if (!search.links) return;
  if (state_->links.empty() && !asked.ssl && !asked.cloak) return;
  for (const std::string& page : pages) {
    const auto links = links_in(page, budget);
    if (!links) return miss(links.error(), path, report);
    for (const Link& link : *links) {
      const auto hit = state_->links.judge(link, asked, budget);
      if (!hit) return miss(hit.error(), path, report);
      if (!*hit) continue;
      Alert alert;
      alert.name = (*hit)->name;
      alert.kind = "link";
      alert.source = (*hit)->place.source;
      alert.line = (*hit)->place.line;
      alert.meta = {{"leads to", real_host(link.real)}, {"shows", shown_host(link.shown)}};
      state_->hold(layers, path, std::move(alert), report);
    }
  }
}

void SignatureScan::alert(std::vector<Layer>& layers, const std::vector<std::string>& path,
                          std::string_view name, Report& report) {
  if (name.empty()) return;
  Alert alert;
  alert.name = name;
  alert.kind = "alert";
  alert.source = no_source;
  state_->hold(layers, path, std::move(alert), report);
}

void SignatureScan::finish(Report& report) {
  for (Alert& alert : state_->held) {
    if (!state_->search.all && !report.alerts.empty()) break;
    report.alerts.push_back(std::move(alert));
  }
  state_->held.clear();
}

Status SignatureScan::look_at(std::vector<Layer>& layers, const std::vector<std::string>& path,
                              Budget& budget, Report& report) {
  Layer& object = layers.back();
  miss(state_->damaged, path, report);
  if (state_->matcher) {
    pack::Subject subject;
    subject.bytes = object.bytes;
    subject.type = object.type;
    subject.target = static_cast<pack::Target>(formats::target_of(object.type));
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
      subject.containers.push_back(layers[i].type);
    }
    choose_rules(subject, object.raw);
    const auto layout = ANTIDOTARY_TRY(layout_of(subject, budget));
    subject.executable = layout ? &*layout : nullptr;
    std::optional<std::optional<std::uint64_t>> image_hash;
    subject.image_hash = [&] {
      if (!image_hash) image_hash = image_hash_of(object, path, budget, report);
      return *image_hash;
    };
    ANTIDOTARY_CHECK(state_->match(subject, layers, path, budget, report));
  }
  if (state_->knowledge.yara != nullptr && !satisfied(report)) {
    ANTIDOTARY_CHECK(state_->match_yara(layers, path, budget, report));
  }
  return {};
}

void SignatureScan::member(std::vector<Layer>& layers, const std::vector<std::string>& path,
                           const unpack::Member& member, Budget& budget, Report& report) {
  if (!state_->matcher) return;
  const Layer& container = layers.back();
  std::vector<pack::Finding> findings;
  const Status matched = state_->matcher->match_member(
      {container.type, container.bytes.size(), member.name, member.packed_size, member.real_size,
       member.encrypted, member.position, member.checksum},
      budget, findings);
  if (!matched) miss(matched.error(), path, report);
  miss(state_->matcher->gaps(), path, report);
  state_->take(findings, layers, path, {}, "", report);
}

}  // namespace antidotary::scan
