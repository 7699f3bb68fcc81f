#include "sip-core/shell/resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

std::optional<NameResolved> resolve(const std::string& host) {
  Loop loop;
  std::optional<NameResolved> answer;
  auto resolver = Resolver::make(loop, [&](NameResolved resolved) {
    answer = std::move(resolved);
    loop.stop();
  });
  EXPECT_TRUE(resolver);
  (*resolver)->resolve(QueryId(7), host);
  EXPECT_FALSE(answer);  // never from inside the call
  const Timer limit = loop.after(15s, [&] { loop.stop(); });
  loop.run();
  return answer;
}

TEST(Resolver, AnswersANumericHostAtOnce) {
  const auto answer = resolve("2001:db8::1");
  ASSERT_TRUE(answer && answer->addresses);
  EXPECT_EQ(answer->query, QueryId(7));
  EXPECT_THAT(*answer->addresses, testing::ElementsAre(*IpAddress::parse("2001:db8::1")));
}

// RFC 6761 §6.3: also where no hosts file says so.
TEST(Resolver, KnowsLocalhostWithoutANameServer) {
  for (const char* name : {"localhost", "LocalHost.", "carrier.localhost"}) {
    const auto answer = resolve(name);
    ASSERT_TRUE(answer && answer->addresses) << name;
    EXPECT_EQ(answer->addresses->front(), *IpAddress::parse("127.0.0.1")) << name;
  }
  const auto other = resolve("notlocalhost");
  EXPECT_FALSE(other && other->addresses);
}

// RFC 6761 §6.4: no resolver may find it. F116: a failure is an answer like any other.
TEST(Resolver, AnswersAlsoWhenThereIsNoSuchName) {
  const auto answer = resolve("no-such-host.invalid");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->addresses);
}

TEST(Resolver, MayGoWithQuestionsOpen) {
  Loop loop;
  auto resolver = Resolver::make(loop, [](NameResolved) { ADD_FAILURE(); });
  ASSERT_TRUE(resolver);
  (*resolver)->resolve(QueryId(1), "no-such-host.invalid");
  (*resolver)->resolve(QueryId(2), "192.0.2.1");
  resolver->reset();
}

}  // namespace
}  // namespace ringfence::sip_core
