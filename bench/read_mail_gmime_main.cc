// The same by GMime: reads messages ROUNDS times, decodes each leaf: read_mail_gmime ROUNDS FILE...
#include <gmime/gmime.h>

#include <cstdio>
#include <cstdlib>

#include "mail_files.h"

namespace {

void decode(GMimeObject*, GMimeObject* part, void* size) {
  if (!GMIME_IS_PART(part)) return;
  GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(part));
  if (content == nullptr) return;
  GMimeStream* out = g_mime_stream_mem_new();
  g_mime_data_wrapper_write_to_stream(content, out);
  *static_cast<unsigned long*>(size) += static_cast<unsigned long>(g_mime_stream_length(out));
  g_object_unref(out);
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return 2;
  g_mime_init();
  const std::vector<std::string> files = read_files(count - 2, words + 2);
  unsigned long bytes = 0, decoded = 0;
  const long before_kib = memory_kib();
  const double begin = cpu_seconds();
  for (int round = 0; round < std::atoi(words[1]); ++round) {
    for (const std::string& file : files) {
      bytes += file.size();
      GMimeStream* stream = g_mime_stream_mem_new_with_buffer(file.data(), file.size());
      GMimeParser* parser = g_mime_parser_new_with_stream(stream);
      GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
      if (message != nullptr) {
        g_mime_message_foreach(message, &decode, &decoded);
        g_object_unref(message);
      }
      g_object_unref(parser);
      g_object_unref(stream);
    }
  }
  const double seconds = cpu_seconds() - begin;
  std::printf(
      "{\"messages\":%zu,\"bytes\":%lu,\"decoded\":%lu,\"seconds\":%.4f,\"mb_s\":%.1f,"
      "\"memory_kib\":%ld}\n",
      files.size(), bytes, decoded, seconds, static_cast<double>(bytes) / seconds / 1e6,
      memory_kib() - before_kib);
  return 0;
}
