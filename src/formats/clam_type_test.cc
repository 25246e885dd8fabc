// ClamType: heads of our own making, each with the type that clamscan 1.4.6 prints for it.
#include "formats/clam_type.h"

#include <gtest/gtest.h>

#include <string>

#include "core/text.h"

namespace antidotary::formats {
namespace {

using namespace std::string_view_literals;

std::string_view of(std::string_view text) { return clam_type(as_bytes(text)); }
RawMatch raw(std::string_view text) { return raw_match(of(text), as_bytes(text)); }

TEST(ClamType, KnowsMagics) {
  EXPECT_EQ(of("MZ\0\0\0\0"sv), "CL_TYPE_MSEXE");
  EXPECT_EQ(of("\x7f"
               "ELF\x02\x01"sv),
            "CL_TYPE_ELF");
  EXPECT_EQ(of("PK\x03\x04\0\0"sv), "CL_TYPE_ZIP");
  EXPECT_EQ(of("GIF89a"), "CL_TYPE_GIF");
  EXPECT_EQ(of("%PDF-1.4\n"), "CL_TYPE_PDF");
  EXPECT_EQ(of("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "CL_TYPE_MSOLE2");
  EXPECT_EQ(of("FWS\x05\0\0"sv), "CL_TYPE_SWF");
  EXPECT_EQ(of("OggS\0\0"sv), "CL_TYPE_IGNORED");
  EXPECT_EQ(of(std::string(257, '\x01') + "ustar"), "CL_TYPE_POSIX_TAR");
}

TEST(ClamType, SeesAProgramInTheHeadByItsStub) {
  const auto program = [](std::size_t lead, std::size_t stub) {
    return std::string(lead, '\x01') + "MZ" + std::string(stub, '\x02') + std::string("PE\0\0", 4);
  };
  EXPECT_EQ(of(program(20, 60)), "CL_TYPE_MSEXE");
  EXPECT_EQ(of(program(20, 300)), "CL_TYPE_MSEXE");
  EXPECT_NE(of(program(20, 59)), "CL_TYPE_MSEXE");
  EXPECT_NE(of(program(20, 301)), "CL_TYPE_MSEXE");
  EXPECT_EQ(of(program(938, 80)), "CL_TYPE_MSEXE");
  EXPECT_NE(of(program(939, 80)), "CL_TYPE_MSEXE");
}

TEST(ClamType, IsNothingBelowSixBytes) {
  EXPECT_EQ(of(""), "CL_TYPE_ANY");
  EXPECT_EQ(of("MZabc"), "CL_TYPE_ANY");
  EXPECT_EQ(of("abcdef"), "CL_TYPE_TEXT_ASCII");
}

TEST(ClamType, TakesEveryHighByteForText) {
  EXPECT_EQ(of("h\xc3\xa9llo w\xf6rld \x80\xff"), "CL_TYPE_TEXT_ASCII");
  EXPECT_EQ(of("bell \x07 escape \x1b form \f"), "CL_TYPE_TEXT_ASCII");
  EXPECT_EQ(of("vertical \x0b tab"), "CL_TYPE_TEXT_UTF16BE");
  EXPECT_EQ(of("delete \x7f me"), "CL_TYPE_TEXT_UTF16BE");
}

TEST(ClamType, SupposesUtf16WhereNoUnitIsAControl) {
  EXPECT_EQ(of("\xff\xfeh\0i\0!\0\x01\0"sv), "CL_TYPE_TEXT_UTF16LE");
  EXPECT_EQ(of("\xfe\xff\0h\0i\0!\0\x01"sv), "CL_TYPE_TEXT_UTF16BE");
  EXPECT_EQ(of("hello world\0 text"sv), "CL_TYPE_TEXT_UTF16BE");  // pairs, none below 0x80
  EXPECT_EQ(of("ab\0\x01"
               "cd"sv),
            "CL_TYPE_BINARY_DATA");
  EXPECT_EQ(of("ab\x01\xff\xfe"
               "cde"sv),
            "CL_TYPE_TEXT_UTF16BE");
  EXPECT_EQ(of("ab\xff\xfe"
               "c\x01"sv),
            "CL_TYPE_BINARY_DATA");  // never a character
  EXPECT_EQ(of("\0\0\0\0\0\0"sv), "CL_TYPE_BINARY_DATA");
}

TEST(ClamType, JudgesTextByItsHeadAlone) {
  std::string text(clam_head_bytes, 'a');
  EXPECT_EQ(of(text + "\x01\x02"), "CL_TYPE_TEXT_ASCII");
  text[clam_head_bytes - 1] = '\x01';
  EXPECT_NE(of(text), "CL_TYPE_TEXT_ASCII");
}

TEST(ClamType, KnowsHtmlByAFewTagsInAnyCase) {
  for (const char* tag : {"<HTML>", "<head>", "<script", "<IFRAME", "<img", "<table", "<object"}) {
    EXPECT_EQ(of(std::string("  \n ") + tag + " x"), "CL_TYPE_HTML") << tag;
  }
  EXPECT_EQ(of("<a class=x\n>y</a> href"), "CL_TYPE_HTML");
  for (const char* tag : {"<html lang=x>", "<!DOCTYPE html>", "<body>", "<p>", "<title>", "<ahref",
                          "<a\nhref=x", "<area href="}) {
    EXPECT_EQ(of(std::string(tag) + " and text"), "CL_TYPE_TEXT_ASCII") << tag;
  }
}

TEST(ClamType, KnowsHtmlInTextAsFarAsItGoes) {
  const std::string late = std::string(5000, 'x') + "<html>";
  EXPECT_EQ(of(late), "CL_TYPE_HTML");
  EXPECT_EQ(raw(late), RawMatch::any);
  EXPECT_EQ(raw("<html>"), RawMatch::digests);
  const std::string data = std::string(6, '\0') + late;
  EXPECT_EQ(of(data), "CL_TYPE_BINARY_DATA");
  EXPECT_EQ(of(std::string(20, '\0') + "<html>"), "CL_TYPE_HTML");
}

TEST(ClamType, KnowsHtmlInUtf16ByTheHead) {
  const auto wide = [](std::string_view text) {
    return "\xff\xfe" + to_string(utf16_le_from_utf8(text));
  };
  EXPECT_EQ(of(wide("<html><b>x")), "CL_TYPE_HTML_UTF16");
  EXPECT_EQ(of(wide(std::string(600, 'x') + "<html>")), "CL_TYPE_TEXT_UTF16LE");
}

TEST(ClamType, KnowsMailByItsFirstFieldOrByTwo) {
  EXPECT_EQ(of("Subject: x\n\ny"), "CL_TYPE_MAIL");
  EXPECT_EQ(of("From a@example.org\n"), "CL_TYPE_MAIL");
  EXPECT_EQ(of("Subject:x\n\ny"), "CL_TYPE_TEXT_ASCII");
  EXPECT_EQ(of("subject: x\n\ny"), "CL_TYPE_TEXT_ASCII");
  EXPECT_EQ(of("X-Foo: 1\nfrom: a\nMime-Version: 1\n"), "CL_TYPE_MAIL");
  EXPECT_EQ(of("X-Foo: 1\nMIME-Version: 1\nfrom: a\n"), "CL_TYPE_TEXT_ASCII");
  EXPECT_EQ(of("X-Foo: 1\nfrom: a MIME-Version: 1\n"), "CL_TYPE_TEXT_ASCII");
  EXPECT_EQ(of("MIME-Version: 1\nContent-Type: x\n<html>"), "CL_TYPE_MHTML");
}

TEST(ClamType, TellsJavaFromUniversalByTheirCount) {
  EXPECT_EQ(of("\xca\xfe\xba\xbe\0\0\0\x34"sv), "CL_TYPE_JAVA");
  EXPECT_EQ(of("\xca\xfe\xba\xbe\0\0\0\x02"sv), "CL_TYPE_MACHO_UNIBIN");
  EXPECT_EQ(of("\xca\xfe\xba\xbe\0\0\0\x40"sv), "CL_TYPE_BINARY_DATA");
}

TEST(ClamType, KnowsAnOldTarByItsChecksum) {
  std::string tar(512, '\0');
  tar.replace(0, 1, "a");
  tar.replace(148, 8, "000541\0 "sv);  // 'a' and eight blanks: 0x61 + 8 * 0x20
  EXPECT_EQ(of(tar), "CL_TYPE_OLD_TAR");
  tar[148] = '1';
  EXPECT_EQ(of(tar), "CL_TYPE_BINARY_DATA");
}

TEST(ClamType, GivesTargets) {
  EXPECT_EQ(target_of("CL_TYPE_MSEXE"), 1);
  EXPECT_EQ(target_of("CL_TYPE_HTML_UTF16"), 3);
  EXPECT_EQ(target_of("CL_TYPE_PYTHON_COMPILED"), 14);
  EXPECT_EQ(target_of("CL_TYPE_ZIP"), 0);
  EXPECT_EQ(raw("MZ\0\0\0\0"sv), RawMatch::all);
  EXPECT_EQ(raw("plain text"), RawMatch::any);
  EXPECT_EQ(raw("ID3\3\0\0"sv), RawMatch::none);
  EXPECT_EQ(raw("abc"), RawMatch::none);
}

}  // namespace
}  // namespace antidotary::formats
