// Reads messages ROUNDS times, decodes each leaf, and prints what it took: read_mail ROUNDS FILE...
// Also what of them is odd, by the names of formats/mime/anomaly.h.
#include <fmt/core.h>

#include <cstdlib>
#include <map>

#include "formats/mime/base64.h"
#include "formats/mime/looks.h"
#include "formats/mime/message.h"
#include "formats/mime/quoted_printable.h"
#include "mail_files.h"

namespace {

using namespace antidotary;
using mime::Anomaly;

std::uint64_t decode(mime::Message& message, const mime::Part& part) {
  const std::string_view text = as_text(message.body(part));
  if (part.encoding == mime::Encoding::base64) {
    const auto decoded = mime::decode_base64(text, text.size());
    if (decoded.odd.junk > 0 || decoded.odd.pad_inside) message.note(Anomaly::base64_odd, 0);
    if (decoded.odd.broken_quantum || decoded.odd.blank_line) {
      message.note(Anomaly::base64_cut, 0);
    }
    return decoded.bytes.size();
  }
  if (part.encoding == mime::Encoding::quoted_printable) {
    const auto decoded = mime::decode_quoted_printable(text, text.size());
    if (decoded.odd.bad_escapes > 0) message.note(Anomaly::quoted_odd, 0);
    return decoded.bytes.size();
  }
  if (text.size() < 16) return text.size();
  const bool inner = message.type(part).value.starts_with("message/");
  if (!inner && mime::looks_encoded(text)) message.note(Anomaly::body_looks_encoded, 0);
  return text.size();
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return 2;
  const std::vector<std::string> files = read_files(count - 2, words + 2);
  const int rounds = std::atoi(words[1]);
  std::map<std::string_view, std::size_t> odd;
  std::size_t bytes = 0, parts = 0, ambiguous = 0, any = 0, none = 0;
  std::uint64_t decoded = 0;
  const long before_kib = memory_kib();
  const double begin = cpu_seconds();
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < files.size(); ++i) {
      Budget budget;
      auto message = mime::read_message(as_bytes(files[i]), budget);
      bytes += files[i].size();
      if (!message) {
        none += round == 0;
        continue;
      }
      for (std::size_t part = 0; part < message->parts.size(); ++part) {
        if (!message->parts[part].multipart) decoded += decode(*message, message->parts[part]);
      }
      if (round > 0) continue;
      parts += message->parts.size();
      any += !message->anomalies.empty();
      ambiguous += message->ambiguous();
      for (const mime::Noticed& one : message->anomalies) {
        if (odd[mime::name_of(one.what)]++ < 3) {
          fmt::print(stderr, "{} {} at {}\n", words[2 + i], mime::name_of(one.what), one.offset);
        }
      }
    }
  }
  const double seconds = cpu_seconds() - begin;
  fmt::print(
      "{{\"messages\":{},\"parts\":{},\"bytes\":{},\"decoded\":{},\"seconds\":{:.4f},"
      "\"mb_s\":{:.1f},\"memory_kib\":{},\"no_message\":{},\"any_anomaly\":{},\"ambiguous\":{}",
      files.size(), parts, bytes, decoded, seconds, static_cast<double>(bytes) / seconds / 1e6,
      memory_kib() - before_kib, none, any, ambiguous);
  for (const auto& [name, times] : odd) fmt::print(",\"{}\":{}", name, times);
  fmt::print("}}\n");
  return 0;
}
