#include "signatures/corpus.h"

#include <algorithm>

namespace antidotary::signatures {
namespace {

constexpr std::size_t digest_bytes_max = 32;

int nibble(char one) {
  if (one >= '0' && one <= '9') return one - '0';
  if (one >= 'a' && one <= 'f') return one - 'a' + 10;
  if (one >= 'A' && one <= 'F') return one - 'A' + 10;
  return -1;
}

std::optional<DigestKind> kind_of(std::size_t digits) {
  switch (digits) {
    case 32:
      return DigestKind::md5;
    case 40:
      return DigestKind::sha1;
    case 64:
      return DigestKind::sha256;
    default:
      return std::nullopt;
  }
}

}  // namespace

Corpus::Corpus(Options options) : options_(options) {}

std::uint32_t Corpus::begin_source(pack::Source source) {
  sources.push_back(std::move(source));
  refused_here_ = 0;
  return static_cast<std::uint32_t>(sources.size() - 1);
}

pack::Source& Corpus::current() {
  if (sources.empty()) sources.emplace_back();
  return sources.back();
}

std::uint32_t Corpus::number() {
  current();
  return static_cast<std::uint32_t>(sources.size() - 1);
}

void Corpus::refuse(std::uint32_t line, std::string reason) {
  ++current().refused;
  if (++refused_here_ > options_.refusals_shown_max) return;
  refusals.push_back({number(), line, std::move(reason)});
}

Status Corpus::add_digest(std::string_view digest, std::uint32_t size, std::string_view name,
                          pack::Scope scope, pack::Role role) {
  const auto kind = kind_of(digest.size());
  if (!kind) {
    return fail(ErrorKind::bad_input,
                "a digest of {} characters; MD5 has 32, SHA-1 40 and SHA-256 64", digest.size());
  }
  match::DigestRow row;
  row.size = size;
  std::array<std::byte, digest_bytes_max> bytes{};
  for (std::size_t i = 0; i < digest.size() / 2; ++i) {
    const int high = nibble(digest[2 * i]);
    const int low = nibble(digest[2 * i + 1]);
    if (high < 0 || low < 0) {
      return fail(ErrorKind::bad_input, "a digest with '{}', which is not hexadecimal",
                  digest.substr(2 * i, 2));
    }
    bytes[i] = static_cast<std::byte>(high << 4 | low);
  }
  std::copy_n(bytes.begin(), row.key.size(), row.key.begin());
  row.tag = names.add(name, number());
  if (row.tag == pack::no_name) {
    return fail(ErrorKind::bad_input, "more names than a pack can hold (4 GiB of them)");
  }
  const auto same = [&](const DigestRows& one) {
    return one.kind == *kind && one.scope == scope && one.role == role;
  };
  auto place = std::find_if(digests.begin(), digests.end(), same);
  if (place == digests.end()) {
    digests.push_back({*kind, scope, role, {}});
    place = digests.end() - 1;
  }
  place->rows.push_back(row);
  ++current().taken;
  return {};
}

void Corpus::add(pack::Rule rule) {
  rule.origin.source = number();
  if (const Status added = rules.add(rule); !added) {
    return refuse(rule.origin.line, added.error().what);
  }
  ++current().taken;
}

void Corpus::add(pack::MemberRule rule) {
  rule.origin.source = number();
  member_rules.push_back(std::move(rule));
  ++current().taken;
}

void Corpus::add(pack::Magic magic) {
  magic.origin.source = number();
  magics.push_back(std::move(magic));
  ++current().taken;
}

void Corpus::add(pack::Icon icon) {
  icon.origin.source = number();
  icons.push_back(std::move(icon));
  ++current().taken;
}

bool Corpus::ignores_line(std::string_view name, std::string_view line) const {
  if (ignored_lines_.empty()) return false;
  const auto of_name = ignored_lines_.lower_bound(std::pair<std::string, std::string>(name, ""));
  if (of_name == ignored_lines_.end() || of_name->first != name) return false;
  return ignored_lines_.contains(
      std::pair<std::string, std::string>(name, hex_digest(DigestKind::md5, as_bytes(line))));
}

void Corpus::add(pack::LinkRule rule) {
  rule.source = number();
  links.rules.push_back(std::move(rule));
  ++current().taken;
}

void Corpus::add(pack::LinkDigest digest) {
  digest.source = number();
  links.digests.push_back(std::move(digest));
  ++current().taken;
}

void Corpus::add(pack::Password password) {
  passwords.push_back(std::move(password));
  ++current().taken;
}

void Corpus::ignore(std::string name, std::string line_md5) {
  if (!line_md5.empty()) ignored_lines_.emplace(name, line_md5);
  ignores.push_back({std::move(name), std::move(line_md5), number()});
  ++current().taken;
}

void Corpus::add_yara(std::string text, std::string path) {
  yara_texts.push_back({std::move(text), std::move(path), number()});
}

void Corpus::add_compiled_yara(Buffer compiled, std::string path) {
  yara_compiled.push_back({std::move(compiled), std::move(path), number()});
}

void Corpus::add_encyclopedia(pack::Documents files) {
  current().taken += files.size();
  for (auto& one : files) encyclopedia.push_back(std::move(one));
}

}  // namespace antidotary::signatures
