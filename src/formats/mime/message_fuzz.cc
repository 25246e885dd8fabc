// Property: every part lies inside its parent and the message, its fields inside its header, and a
// decoded body is as long as its length was foretold and never longer than the body.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "formats/mime/message.h"

namespace {

using namespace antidotary;

void check(const mime::Message& message, const mime::Part& part) {
  demand(part.offset <= part.body_offset && part.body_offset <= part.end);
  demand(part.end <= message.bytes.size());
  if (part.parent != mime::no_part) {
    const mime::Part& parent = message.parts[part.parent];
    demand(parent.multipart);
    demand(part.offset >= parent.body_offset && part.end <= parent.end);
  }
  for (const mime::Field& field : message.fields(part)) {
    demand(field.offset >= part.offset && field.offset < part.body_offset);
    demand(is_utf8(mime::readable(field.value)));
    for (const auto& parameter : mime::read_parametered(field.value).parameters) {
      demand(is_utf8(parameter.value));
      demand(parameter.value.size() <= 2 * mime::parameter_bytes_max);
    }
  }
  for (const auto encoding : {mime::Encoding::base64, mime::Encoding::quoted_printable}) {
    const Bytes body = message.body(part);
    const auto decoded = mime::decode(encoding, body, body.size());
    demand(!decoded.cut);
    demand(decoded.bytes.size() == mime::decoded_bytes(encoding, body));
    demand(mime::decode(encoding, body, 3).bytes.size() <= 3);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Budget budget;
  const auto message = mime::read_message(view_of(data, size), budget);
  if (!message) return 0;
  demand(!message->parts.empty() && message->parts.size() <= mime::parts_max);
  for (const mime::Noticed& one : message->anomalies) demand(one.offset <= size);
  for (const mime::Part& part : message->parts) check(*message, part);
  demand(mime::object_names(*message).size() == message->parts.size());
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  static const std::string seeds[] = {
      "From: =?utf-8?B?w6TDtg==?= <a@example.org>\r\nSubject: =?iso-8859-1?Q?=E4_b?=\r\n folded\r\n"
      "Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\npreamble\r\n--x\r\n"
      "Content-Type: multipart/alternative; "
      "boundary=xy\r\n\r\n--xy\r\n\r\ntext\r\n--xy--\r\n--x\r\n"
      "Content-Type: application/zip; name*0*=utf-8''a%20; name*1=\"b.zip\"\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\nUEsDBA==\r\n--x--\r\n",
      "A: b\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n=41=\n=4 x "
      "\n",
  };
  if (index >= std::size(seeds)) return 0;
  out.assign(seeds[index].begin(), seeds[index].end());
  return 1;
}
