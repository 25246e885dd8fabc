// Method: links as messages have them; which of them speak against the message was asked of
// clamscan 1.4.6 with the same lists (tests/peers/clamav/link_cases.py asks it again).
#include "scan/links.h"

#include <gmock/gmock.h>

#include "core/digest.h"

namespace antidotary::scan {
namespace {

using pack::LinkRule;
using testing::ElementsAre;
using testing::FieldsAre;
using testing::IsEmpty;

constexpr std::string_view evil = "http://evil.example.com/x";

pack::Links lists(std::vector<std::pair<LinkRule::Kind, std::string>> rules) {
  pack::Links out;
  for (auto& [kind, text] : rules) {
    LinkRule rule;
    rule.kind = static_cast<std::uint8_t>(kind);
    rule.text = std::move(text);
    out.rules.push_back(std::move(rule));
  }
  return out;
}

std::string judged(const pack::Links& links, std::string_view real, std::string_view shown,
                   LinkLists::Asked asked = {}) {
  Budget budget;
  const auto hit = LinkLists(links).judge({std::string(real), std::string(shown)}, asked, budget);
  if (!hit) return hit.error().what;
  return *hit ? std::string((*hit)->name.substr((*hit)->name.rfind('.') + 1)) : "";
}

std::vector<Link> links(std::string_view html) {
  Budget budget;
  return links_in(html, budget).value();
}

TEST(Links, TakeAnchorsWithAllThatTheyShow) {
  EXPECT_THAT(links("<a href='R' title=T>one <b>two</b><img src=\"P\"></a> <a name=x>y</a>"),
              ElementsAre(FieldsAre("R", "T"), FieldsAre("R", "P"), FieldsAre("R", "onetwo")));
  EXPECT_THAT(links("<A HREF=R>unclosed &amp; bare"),
              ElementsAre(FieldsAre("R", "unclosed & bare")));
  EXPECT_THAT(links("<form action=F><a href=R>x</a></form><a href=R>x</a>"),
              ElementsAre(FieldsAre("F", "R"), FieldsAre("R", "x"), FieldsAre("R", "x")));
  EXPECT_THAT(links("<a href=\"a>b\">x</a>"), ElementsAre(FieldsAre("a>b", "x")));
  EXPECT_THAT(links("<<<a<a =<a href"), IsEmpty());
}

TEST(Links, TakeAThousandOfAPage) {
  std::string page;
  for (int i = 0; i < 3000; ++i) page += "<a href=R>x</a>";
  EXPECT_EQ(links(page).size(), links_max);
}

TEST(Links, KnowTheHostThatIsShown) {
  for (const std::string_view shown :
       {"http://www.shop.com/login", "www.shop.com", "  www.shop.com ",
        "see http://www.shop.com/ now", "HTTP://WWW.SHOP.COM/", "http://x@www.shop.com/",
        "www.shop.com?x", "www.shop.com.", "'www.shop.com'", "www.shop\n.com", "www. shop. com",
        "http:\\\\www.shop.com\\x", "ftp://www.shop.com", "http://www.shop.com:80/"}) {
    EXPECT_EQ(shown_host(shown), "www.shop.com") << shown;
  }
  EXPECT_EQ(shown_host("mailto:a@shop.com"), "shop.com");
  for (const std::string_view shown : {"shop", "a@shop.com", "please go to www.shop.com now",
                                       "//www.shop.com", "www.shop.com:80/a", ""}) {
    EXPECT_EQ(shown_host(shown), "") << shown;
  }
}

TEST(Links, KnowTheHostThatTheyLeadTo) {
  EXPECT_EQ(real_host(" https://evil.example.com:8080/x "), "evil.example.com");
  EXPECT_EQ(real_host("http://www.shop.com@10.1.2.3/"), "10.1.2.3");
  EXPECT_EQ(real_host("evil.example.com/x"), "evil.example.com");
  for (const std::string_view address :
       {"", "/x", "page.html", "#top", "mailto:a@b.com", "javascript:f()", "cid:abc"}) {
    EXPECT_EQ(real_host(address), "") << address;
  }
}

TEST(Links, AreSpoofedWhereAGuardedHostLeadsElsewhere) {
  const pack::Links guarded = lists({{LinkRule::Kind::guarded_host, "shop.com"}});
  EXPECT_EQ(judged(guarded, evil, "www.shop.com"), "SpoofedDomain");
  EXPECT_EQ(judged(guarded, evil, "shop.com"), "SpoofedDomain");
  EXPECT_EQ(judged(guarded, evil, "https://www.shop.com/"), "SSL-Spoof");
  EXPECT_EQ(judged(guarded, "https://evil.com/", "https://shop.com"), "SpoofedDomain");
  EXPECT_EQ(judged(guarded, evil, "myshop.com"), "");
  EXPECT_EQ(judged(guarded, evil, "shop.com.example.org"), "");
  EXPECT_EQ(judged(guarded, "http://login.shop.com/", "www.shop.com"), "");
  EXPECT_EQ(judged(guarded, "page.html", "www.shop.com"), "");
  EXPECT_EQ(judged(lists({}), evil, "www.shop.com"), "");
}

TEST(Links, ShowSafetyInVainWhereAHostIsNamedEvenToItself) {
  const pack::Links named = lists({{LinkRule::Kind::guarded_host, "shop.com"}});
  const pack::Links matched = lists({{LinkRule::Kind::guarded_regex, ".+:.+\\.shop\\.com/?"}});
  const pack::Links honest = lists({{LinkRule::Kind::guarded_host, "shop.com"},
                                    {LinkRule::Kind::honest_hosts, "shop.com:www.shop.com"}});
  constexpr LinkLists::Asked any{.ssl = true, .cloak = false};
  constexpr std::string_view safe = "https://www.shop.com/";
  for (const std::string_view own : {"http://shop.com/", "http://www.shop.com/", "shop.com/x"}) {
    EXPECT_EQ(judged(named, own, safe), "SSL-Spoof") << own;
    EXPECT_EQ(judged(matched, own, safe), "") << own;
    EXPECT_EQ(judged(matched, own, safe, any), "SSL-Spoof") << own;
  }
  EXPECT_EQ(judged(honest, "http://shop.com/", safe), "");
  EXPECT_EQ(judged(matched, evil, safe), "SpoofedDomain");
  EXPECT_EQ(judged(named, "https://shop.com/", safe), "");
  EXPECT_EQ(judged(named, "http://shop.com/", "HTTPS://www.shop.com/"), "");
  EXPECT_EQ(judged(lists({}), evil, "https://other.org", any), "SSL-Spoof");
  EXPECT_EQ(judged(lists({}), evil, "https://log in here", any), "SSL-Spoof");
  EXPECT_EQ(judged(lists({}), "/page", safe, any), "");
  EXPECT_EQ(judged(lists({}), evil, safe), "");
}

TEST(Links, HideTheirHostBehindAControlCharacter) {
  const pack::Links named = lists({{LinkRule::Kind::guarded_host, "shop.com"}});
  const LinkLists::Asked any{.ssl = false, .cloak = true};
  for (const std::string_view cloaked : {"http://shop.com%00@evil.com/", "https://x%01.evil.com"}) {
    EXPECT_EQ(judged(named, cloaked, "shop.com"), "Null") << cloaked;
    EXPECT_EQ(judged(named, cloaked, "https://shop.com"), "Null") << cloaked;
    EXPECT_EQ(judged(named, cloaked, "click"), "") << cloaked;
    EXPECT_EQ(judged(lists({}), cloaked, "other.org", any), "Null") << cloaked;
    EXPECT_EQ(judged(lists({}), cloaked, "other.org"), "") << cloaked;
  }
  EXPECT_EQ(judged(named, "http://evil.com/%00", "shop.com"), "SpoofedDomain");
  EXPECT_EQ(judged(named, "http://evil.com%00/", "shop.com"), "SpoofedDomain");
}

TEST(Links, AreGuardedByExpressionsOverBothHosts) {
  const auto hit = [](const std::string& regex, std::string_view shown) {
    return judged(lists({{LinkRule::Kind::guarded_regex, regex}}), evil, shown);
  };
  EXPECT_EQ(hit(".+:.+\\.shop\\.com([/?].*)?", "http://www.shop.com/login"), "SpoofedDomain");
  EXPECT_EQ(hit(".+:shop\\.com", "shop.com"), "SpoofedDomain");
  EXPECT_EQ(hit(".+:shop\\.com", "www.shop.com"), "");
  EXPECT_EQ(hit("evil:shop", "shop.com"), "");
  EXPECT_EQ(hit(".+:.+\\.shop\\.com/log", "http://www.shop.com/login"), "");
}

TEST(Links, AreHonestWhereAListSaysSo) {
  const auto with = [](LinkRule::Kind kind, const std::string& text, std::string_view shown) {
    return judged(lists({{LinkRule::Kind::guarded_host, "shop.com"}, {kind, text}}), evil, shown);
  };
  using Kind = LinkRule::Kind;
  EXPECT_EQ(with(Kind::honest_hosts, "example.com:www.shop.com", "www.shop.com"), "");
  EXPECT_EQ(with(Kind::honest_hosts, "xample.com:www.shop.com", "www.shop.com"), "SpoofedDomain");
  EXPECT_EQ(with(Kind::honest_hosts, "example.com:shop.com", "www.shop.com"), "SpoofedDomain");
  EXPECT_EQ(with(Kind::honest_regex, ".+\\.example\\.com:.+\\.shop\\.com", "www.shop.com"), "");
}

TEST(Links, AreKnownByTheDigestsOfTheirAddresses) {
  pack::Links bad;
  // SHA-256 of "example.com/x".
  Digester digester(DigestKind::sha256);
  digester.update(as_bytes(std::string_view("example.com/x")));
  bad.digests.push_back(
      {static_cast<std::uint8_t>(pack::LinkDigest::Kind::blocked), digester.finish_hex(), 0, 1});
  EXPECT_EQ(judged(bad, evil, "click"), "Blocked");
  EXPECT_EQ(judged(bad, "http://evil.example.com/y", "click"), "");
  bad.digests.push_back(bad.digests.front());
  Digester honest(DigestKind::sha256);
  honest.update(as_bytes(std::string_view("evil.example.com/x")));
  bad.digests.push_back(
      {static_cast<std::uint8_t>(pack::LinkDigest::Kind::honest), honest.finish_hex(), 0, 2});
  EXPECT_EQ(judged(bad, evil, "click"), "");
}

TEST(Links, PayForEveryTagAndList) {
  Budget budget({.steps_max = 1});
  EXPECT_FALSE(links_in("<a href=R>x</a>", budget));
}

}  // namespace
}  // namespace antidotary::scan
