// Identify: each format by its published magic, and texts that only look like one.
#include "formats/identify.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "core/reader.h"

namespace antidotary::formats {
namespace {

using namespace std::string_view_literals;

Format of(std::string_view text) { return identify(as_bytes(text)); }

TEST(Identify, KnowsFormatsByTheirMagic) {
  EXPECT_EQ(of(""), Format::empty);
  EXPECT_EQ(of("PK\x03\x04rest"sv), Format::zip);
  EXPECT_EQ(of("PK\x05\x06rest"sv), Format::zip);
  EXPECT_EQ(of("\x1f\x8b\x08\0"sv), Format::gzip);
  EXPECT_EQ(of("BZh91AY&SY"sv), Format::bzip2);
  EXPECT_EQ(of("\xfd"
               "7zXZ\0"sv),
            Format::xz);
  EXPECT_EQ(of("\x28\xb5\x2f\xfd"sv), Format::zstd);
  EXPECT_EQ(of("Rar!\x1a\x07\0"sv), Format::rar);
  EXPECT_EQ(of("regf\0\0"sv), Format::regf);
  EXPECT_EQ(of("CREG"sv), Format::creg);
  EXPECT_EQ(of("%PDF-1.4"sv), Format::pdf);
}

TEST(Identify, KnowsTarByTheMagicAt257) {
  std::string tar(512, '\0');
  tar.replace(257, 5, "ustar");
  EXPECT_EQ(of(tar), Format::tar);
  EXPECT_NE(of(std::string_view(tar).substr(0, 300)), Format::tar);
}

TEST(Identify, AsksForTheSecondMagicOfAProgram) {
  Buffer program = to_buffer(as_bytes(std::string_view("MZ")));
  program.resize(128);
  EXPECT_EQ(identify(program), Format::unknown);
  store_u32_le(program, 0x3c, 0x40);
  program[0x40] = std::byte{'P'};
  program[0x41] = std::byte{'E'};
  EXPECT_EQ(identify(program), Format::pe);
  store_u32_le(program, 0x3c, 0xfffffff0);  // points outside
  EXPECT_EQ(identify(program), Format::unknown);
}

TEST(Identify, AsksForTwoFieldsOfAMessage) {
  EXPECT_EQ(of("From: a@example.org\nSubject: x\n\nbody\n"), Format::message);
  EXPECT_EQ(of("X-Folded: one\n two\nReceived: x\r\nDate: y\r\n"), Format::message);
  EXPECT_EQ(of("Subject: a note to myself\n\nDate: later\n"), Format::text);
  EXPECT_EQ(of("To be or not to be: that is the question\nFrom: x\n"), Format::text);
}

TEST(Identify, OverlooksNulInAHeaderAsMailProgramsDo) {
  EXPECT_EQ(of("Fr\0om: a@example.org\nSubject\0: x\n\n"sv), Format::message);
  // Any number, where it is nothing else.
  EXPECT_EQ(of("X: " + std::string(40, '\0') + "\nFrom: a@example.org\nSubject: x\n\n"),
            Format::message);
}

TEST(Identify, TakesAnArchiveOfMailForNoMessage) {
  const std::string mail = "From: a@example.org\nTo: b@example.org\nSubject: x\n\nbody\n";
  std::string tar(512, '\0');
  tar.replace(0, 8, "mail.eml");
  tar.replace(257, 5, "ustar");
  const std::string zip =
      std::string("PK\x03\x04\x0a\0\0\0\0\0abcdefgh\x3a\0\0\0\x3a\0\0\0\x08\0\0\0mail.eml", 38);
  for (const std::string& archive : {tar + mail, zip + mail}) {
    EXPECT_EQ(identify_all(as_bytes(std::string_view(archive))).size(), 1u);
    EXPECT_NE(of(archive), Format::message);
  }
}

TEST(Identify, AsksForTheTimeOfAMailboxLine) {
  EXPECT_EQ(of("31        \nSubject: x\nFrom: a@example.org\n\n<?xml"), Format::emlx);
  EXPECT_EQ(of("31\nSubject: x\n\n"), Format::text);
  EXPECT_EQ(of("From a@example.org Fri Aug  1 12:00:00 2003\nSubject: x\n"), Format::mbox);
  EXPECT_EQ(of("From here to eternity\n"), Format::text);
  EXPECT_EQ(of("From clamav-milter\nSubject: x\r\nTo: y\r\n\r\n"), Format::message);
  EXPECT_EQ(of(">From a@example.org\nSubject: x\nTo: y\n\n"), Format::message);
  EXPECT_EQ(of("From "), Format::text);
}

TEST(Identify, TellsHtmlTextAndTheRest) {
  EXPECT_EQ(of("  <!DOCTYPE HTML>"), Format::html);
  EXPECT_EQ(of("\xef\xbb\xbf<html>"), Format::html);
  EXPECT_EQ(of("plain\ttext\r\n"), Format::text);
  EXPECT_EQ(of("\x01\x02\x03"), Format::unknown);
}

TEST(Identify, KnowsAPictureByItsFirstElement) {
  const std::string_view comment = "<!-- <a> -->", instruction = "<?a b?>";
  const std::string_view type =
      "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" 'a>b' [<!ENTITY a \"]>\"> <!-- ' -->]>";
  for (const std::string_view before :
       {""sv, "\xef\xbb\xbf"sv, " \r\n\t"sv, comment, instruction, type, "<!doctype a>\n"sv}) {
    for (const std::string_view tag : {"<svg>"sv, "<svg/>"sv, "<svg\nx='y'>"sv, "<s:svg >"sv}) {
      const std::string text = std::string(before) + std::string(tag);
      EXPECT_EQ(of(text), Format::svg) << text;
      EXPECT_EQ(of("<?xml version='1.0'?>" + std::string(5000, ' ') + std::string(tag)),
                Format::svg);
    }
  }
  EXPECT_EQ(of("<svgs>"), Format::text);
  EXPECT_EQ(of("<svg"), Format::text);
  EXPECT_EQ(of("a <svg>"), Format::text);
  EXPECT_EQ(of("<!-- <svg> -->"), Format::text);
  EXPECT_EQ(of("<!DOCTYPE svg [<svg>"), Format::text);
  EXPECT_EQ(of("<html><svg>"), Format::html);
}

TEST(Identify, TakesWhatMayBeAPictureForOneAsWell) {
  const auto formats_of = [](const std::string& text) {
    std::vector<Format> out;
    for (const Guess& guess : identify_all(as_bytes(text))) out.push_back(guess.format);
    return out;
  };
  using Formats = std::vector<Format>;
  EXPECT_EQ(formats_of("<!DOCTYPE html><svg onload='a()'>"), (Formats{Format::html, Format::svg}));
  EXPECT_EQ(formats_of("<!-- <html> --><svg>"), (Formats{Format::html, Format::svg}));
  const std::string blanks(64u << 10, ' ');
  EXPECT_EQ(formats_of(blanks + "<svg>"), (Formats{Format::text, Format::svg}));
  EXPECT_EQ(formats_of("<!--" + blanks + "--><svg>"), (Formats{Format::text, Format::svg}));
  EXPECT_EQ(formats_of(blanks), Formats{Format::text});
}

TEST(Identify, NamesEveryFormat) {
  for (int i = 0; i <= static_cast<int>(Format::png); ++i) {
    EXPECT_FALSE(name_of(static_cast<Format>(i)).empty());
  }
  EXPECT_EQ(name_of(Format::png), "png");
  EXPECT_EQ(name_of(Format::seven_zip), "seven_zip");
}

TEST(Identify, KnowsShortMagicsByWhatElseMustHold) {
  EXPECT_EQ(of("CWS\x0a\x00\x01\x00\x00rest of it"sv), Format::swf);
  EXPECT_EQ(of("CWS, said the man, is a name"), Format::text);
  EXPECT_EQ(of("BM is what he said, and no more"), Format::text);
  EXPECT_EQ(of("\x1f\x9d\x90 and codes of sixteen bits"sv), Format::compress);
  EXPECT_EQ(of("\x60\xea\x2b\x00\x22\x0b\x01\x0b\x10\x00\x02 0123456789"sv), Format::arj);
}

TEST(Identify, KnowsAnOldTarByItsSum) {
  std::string tar(512, '\0');
  tar.replace(0, 4, "name");
  unsigned sum = 8 * ' ';
  for (const char c : tar) sum += static_cast<unsigned char>(c);
  tar.replace(148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  EXPECT_EQ(of(tar), Format::tar);
  tar[0] = 'N';
  EXPECT_NE(of(tar), Format::tar);
}

TEST(Identify, TellsAUniversalProgramFromAJavaClass) {
  EXPECT_EQ(of("\xca\xfe\xba\xbe\x00\x00\x00\x02"sv), Format::macho_universal);
  EXPECT_EQ(of("\xca\xfe\xba\xbe\x00\x00\x00\x34"sv), Format::java_class);
}

TEST(Identify, GivesBothAnswersWhereTwoFormatsFit) {
  const Guesses both = identify_all(as_bytes("GIF89a\x01\x01\x01 %PDF-1.7 and on"sv));
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].format, Format::gif);
  EXPECT_EQ(both[1].format, Format::pdf);
}

TEST(Identify, NamesEveryFormatOnce) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < formats_count; ++i) {
    const std::string_view name = name_of(static_cast<Format>(i));
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

}  // namespace
}  // namespace antidotary::formats
