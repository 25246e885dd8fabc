// Method: each format written here from its specification.
#include <gmock/gmock.h>

#include "core/reader.h"
#include "unpack/codecs/text_codes.h"
#include "unpack/documents/outcome.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;

std::string u32(std::size_t value) {
  Buffer out;
  append_u32_le(out, static_cast<std::uint32_t>(value));
  return to_string(out);
}
std::string attribute(std::uint32_t id, const std::string& data) {
  unsigned sum = 0;
  for (const char c : data) sum += static_cast<unsigned char>(c);
  return "\2"s + u32(id) + u32(data.size()) + data + u32(sum).substr(0, 2);
}
const std::string tnef_head = "\x78\x9f\x3e\x22\1\0"s;

TEST(UnpackTnef, NamesAttachmentsByTheirLongNames) {
  const std::string properties = u32(1) + "\x1f\0\x07\x37"s + u32(1) + u32(8) + "l\0.\0x\0\0\0"s;
  const Outcome out = open_document(
      Format::tnef, tnef_head + attribute(0x00069002, "r") + attribute(0x00018010, "L~1.X\0"s) +
                        attribute(0x0006800f, "one") + attribute(0x00069005, properties) +
                        attribute(0x00069002, "r") + attribute(0x00018010, "two.txt\0"s) +
                        attribute(0x0006800f, "two"));
  EXPECT_THAT(out.children, ElementsAre("l.x=one", "two.txt=two"));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(UnpackTnef, BringsOutWhatStandsBeforeTheCut) {
  const std::string whole = tnef_head + attribute(0x0006800f, "hello");
  const Outcome out = open_document(Format::tnef, whole.substr(0, whole.size() - 4));
  EXPECT_THAT(out.children, ElementsAre("attachment=hel"));
  EXPECT_THAT(out.kinds, ElementsAre(ErrorKind::truncated));
}

TEST(UnpackShortcut, SaysWhatItStartsAndBringsOutTheRest) {
  std::string link = u32(0x4c) + std::string(16, '\x01') + u32(0x20 | 0x80);
  link.resize(0x4c, '\0');
  link += "\3\0/\0c\0x\0"s + u32(0) + "appended";
  const Outcome out = open_document(Format::lnk, link);
  EXPECT_THAT(out.children, ElementsAre("shortcut.txt=arguments: /cx\n", "overlay=appended"));
  EXPECT_THAT(open_document(Format::lnk, link.substr(0, 0x50)).kinds,
              ElementsAre(ErrorKind::truncated));
}

TEST(UnpackFlash, InflatesTheFilm) {
  const std::string body = "\x78\x01\x01\x06\0\xf9\xffhello\n\x08\x4b\x02\x1f"s;
  EXPECT_EQ(open_document(Format::swf, "CWS\x06"s + u32(14) + body).of("film"),
            "FWS\x06"s + u32(14) + "hello\n");
  EXPECT_THAT(open_document(Format::swf, "CWS\x06"s + u32(14) + body.substr(0, 8)).kinds,
              ElementsAre(ErrorKind::truncated));
}

const std::string onenote_file =
    "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"s + u32(5) + u32(0) + u32(0) +
    u32(0) + u32(0) + "hello" + "\x22\xa7\xfb\x71\x79\x0f\x0b\x4a\xbb\x13\x89\x92\x56\x42\x6b\x24"s;

TEST(UnpackOneNote, BringsOutFiles) {
  const Outcome out = open_document(Format::onenote, "head" + onenote_file + onenote_file);
  EXPECT_THAT(out.children, ElementsAre("file 1=hello", "file 2=hello"));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(UnpackOneNote, TellsAFileWhoseHeadIsDamaged) {
  std::string damaged = "head" + onenote_file;
  damaged[6] = 'x';
  EXPECT_THAT(open_document(Format::onenote, damaged).kinds, ElementsAre(ErrorKind::malformed));
}

TEST(UnpackText, DecodesUuencode) {
  const std::string text = "begin 644 a.txt\n%:&5L;&\\\n`\nend\n";
  EXPECT_THAT(open_document(Format::uuencode, text).children, ElementsAre("a.txt=hello"));
  EXPECT_THAT(open_document(Format::uuencode, text.substr(0, 25)).kinds,
              ElementsAre(ErrorKind::truncated));
}

TEST(UnpackText, DecodesXxencode) {
  EXPECT_THAT(open_document(Format::uuencode, "begin 644 a\n3O4JgP4w+\n+\nend\n").children,
              ElementsAre("a=hello"));
}

TEST(UnpackText, DecodesEncodedScripts) {
  // clamscan 1.4.6 decodes the same.
  const Outcome out = open_document(Format::script_encoded,
                                    "#@~^AAAAAA=="
                                    "\x43"
                                    "\x5e"
                                    "\x2b"
                                    "\x2e"
                                    "\x44"
                                    "@#@&AAAAAA==^#~@");
  EXPECT_THAT(out.children, ElementsAre("script 1=alert\r\n"));
  EXPECT_THAT(out.missed, IsEmpty());
  EXPECT_THAT(open_document(Format::script_encoded, "#@~^AAAAAA==\x75").kinds,
              ElementsAre(ErrorKind::truncated));
}

TEST(UnpackMarkup, DecodesDataAddresses) {
  const Outcome out = open_document(
      Format::html,
      "<a href=\"data:text/plain;base64,aGVs\nbG8=\"><img src='DATA:a/b,%41b'>data: x,");
  EXPECT_THAT(out.children, ElementsAre("data 1=hello", "data 2=Ab"));
}

TEST(UnpackMarkup, DecodesDataAddressesBehindReferences) {
  for (const std::string scheme :
       {"&#100;ata:", "&#x64;ata:", "&#0000000000000000000100;ata:", "&#100ata:", "data&#58;",
        "data&colon;", "&#68&#65&#84&#65&#58"}) {
    const std::string page = "<a href='" + scheme + "a/b;base64,aGVs&#98;G8='>";
    EXPECT_THAT(open_document(Format::html, page).children, ElementsAre("data 1=hello")) << scheme;
    EXPECT_THAT(open_document(Format::svg, page).children, ElementsAre("data 1=hello")) << scheme;
  }
  EXPECT_THAT(open_document(Format::html, "<a href='data:a/b;base64,aGVsbG8='>&amp;").children,
              ElementsAre("data 1=hello"));
  EXPECT_THAT(open_document(Format::html, "<a href='&amp;#100;ata:a/b,c&;&#;&#x;&own;&'>").children,
              IsEmpty());
}

TEST(UnpackMarkup, BringsOutWhatConditionalCommentsHide) {
  const Outcome out = open_document(
      Format::html,
      "<p>a</p><!--[if gte mso 9]><b>for Word</b><![endif]--><!-- [if none] --><!--[IF IE]>\n"
      "<![endif]--><!--[if !mso]><!--><i>c</i><!--<![endif]--><!--[if without end]>d");
  EXPECT_THAT(out.children,
              ElementsAre("conditional comment 1=<b>for Word</b>",
                          "conditional comment 2=<!--><i>c</i><!--", "conditional comment 3=d"));
  EXPECT_THAT(open_document(Format::html,
                            "<!--[if mso" + std::string(2000, ' ') + "]><b>e</b><![endif]-->f")
                  .children,
              ElementsAre("conditional comment 1=<b>e</b>"));
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "<!--[if";
  EXPECT_THAT(open_document(Format::html, many).children, IsEmpty());
}

TEST(UnpackMarkup, BringsOutTheScriptsOfAPicture) {
  const Outcome out = open_document(
      Format::svg,
      "<svg xmlns:s='x' onload=\"run(&quot;1&quot;)\"><!-- <script>no</script> -->"
      "<script type='a/b'><![CDATA[if (1 < 2) a();]]> b(&apos;&#x41;&#66;&apos;)</script>"
      "<s:SCRIPT href='c.js'/><script> </script><a href=' JavaScript:d()' title='on=1'/>"
      "<a xlink:href='java&#115;cript:e()'/><script>1 < 2; &own; <b>");
  EXPECT_THAT(out.children,
              ElementsAre("script 1=if (1 < 2) a(); b('AB')", "script 2=1 < 2; &own; <b>",
                          "events.js=run(\"1\")\n JavaScript:d()\njavascript:e()\n"));
  EXPECT_THAT(out.missed, IsEmpty());
  std::string many = "<svg>";
  for (int i = 0; i < 1000; ++i) many += "<script>a</script>";
  EXPECT_EQ(open_document(Format::svg, many).children.size(), 256u);
}

TEST(UnpackMarkup, DecodesElementsOfBase64) {
  std::string lines = "\n  ";
  for (int i = 0; i < 20; ++i) lines += "aGVsbG8h\r\n  ";
  const Outcome out =
      open_document(Format::xml, "<?xml?><pkg:binaryData>" + lines + "</pkg:binaryData><p>" +
                                     std::string(30, 'w') + " " + std::string(60, 'v') + "</p>");
  ASSERT_EQ(out.children.size(), 1u);
  EXPECT_TRUE(out.children[0].starts_with("binary 1=hello!hello!"));
}

TEST(UnpackMarkup, TellsRelationshipsThatLoadFromOutside) {
  const Outcome out = open_document(
      Format::xml,
      "<Relationships><Relationship Type=\"x/attachedTemplate\" Target=\"http://192.0.2.1/a\" "
      "TargetMode=\"External\"/><Relationship Type=\"x/hyperlink\" Target=\"http://192.0.2.2/\" "
      "TargetMode=\"External\"/></Relationships>");
  EXPECT_THAT(out.odd, ElementsAre("external_relationship: http://192.0.2.1/a"));
  EXPECT_EQ(out.of("targets.txt"), "http://192.0.2.1/a\nhttp://192.0.2.2/\n");
}

}  // namespace
}  // namespace antidotary::unpack
