#include <gtest/gtest.h>
#include "core/budget.h"
#include "core/record.h"
#include "core/text.h"
namespace antidotary { namespace {
struct R { std::string a; std::vector<int> b; std::optional<bool> c; Buffer d;
 template <class S, class V> static void fields(S& s, V&& v) { v("a", s.a); v("b", s.b); v("c", s.c); v("d", s.d);} };
TEST(Record, RoundTrips) { R r{"x\xff", {1,-2}, true, {std::byte{7}}};
 auto w = from_wire<R>(to_wire(r)); ASSERT_TRUE(w); EXPECT_EQ(w->a, r.a); EXPECT_EQ(w->b, r.b);
 auto j = Json::parse(to_json(r).dump()); ASSERT_TRUE(j); auto k = record_from_json<R>(*j); ASSERT_TRUE(k) << k.error().what; EXPECT_EQ(k->a, r.a); EXPECT_EQ(k->b, r.b); EXPECT_EQ(k->d, r.d);}
}}
